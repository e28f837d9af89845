import type { Ref } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { VscodeButton } from '../shared/button.ts';
import { Button } from './button.tsx';
import { type IconName, OUTLINES } from './icons.ts';

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      {OUTLINES.get(name)?.map((outline) => (
        <path key={outline} d={outline} />
      ))}
    </svg>
  );
}

interface IconButtonProps {
  readonly icon: IconName;
  /** For screen readers and the tooltip. */
  readonly label: string;
  /** What it does, in the tooltip. */
  readonly note?: string;
  readonly onPress: () => void;
  readonly disabled?: boolean;
  /** Whether the part it opens is open. */
  readonly expanded?: boolean;
  /** Whether the option it toggles is on. */
  readonly pressed?: boolean;
  readonly primary?: boolean;
  readonly buttonRef?: Ref<VscodeButton>;
}

export function IconButton({ icon, label, note, onPress, disabled, expanded, pressed, primary, buttonRef }: IconButtonProps) {
  return (
    <Button
      class="icon"
      icon-only
      primary={primary}
      buttonRef={buttonRef}
      title={note === undefined ? label : `${label}: ${note}`}
      aria-label={label}
      aria-expanded={expanded}
      aria-pressed={pressed}
      disabled={disabled}
      onPress={onPress}
    >
      <Icon name={icon} />
    </Button>
  );
}

/** How long a copy is confirmed, in milliseconds. */
const CONFIRMED_MS = 1_500;

/** A button that says for a moment that something was copied. */
export function CopyButton({
  label,
  done,
  onPress,
}: {
  readonly label: string;
  readonly done: string;
  readonly onPress: () => void;
}) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), CONFIRMED_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const press = () => {
    onPress();
    setCopied(true);
  };
  return <IconButton icon={copied ? 'check' : 'copy'} label={copied ? done : label} onPress={press} />;
}
