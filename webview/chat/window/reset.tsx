import { Button } from '../button.tsx';
import { usePanel } from '../panel.ts';

interface ResetProps {
  /** The control, by its label in the texts; its element has the same name. */
  readonly of: 'ownThreshold' | 'ownMode' | 'ownCoefficient' | 'ownBias' | 'direction';
  /** Whether it differs from its default. */
  readonly isUsed: boolean;
  readonly onReset: () => void;
}

/** Resets a control to its default; shown only if that changes something. */
export function Reset({ of, isUsed, onReset }: ResetProps) {
  const { texts } = usePanel();
  if (!isUsed) return null;
  const reset = () => {
    onReset();
    // The button disappears, so the focus moves to the control next to it.
    document.getElementById(of)?.focus();
  };
  return (
    <Button aria-label={`${texts.leverReset}: ${texts[of]}`} onPress={reset}>
      {texts.leverReset}
    </Button>
  );
}
