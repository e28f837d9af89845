import type { HTMLAttributes, Ref } from 'preact';
import type { VscodeButton } from '../shared/button.ts';
import '../shared/button.ts';

declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements {
      'vscode-button': HTMLAttributes<VscodeButton> & {
        secondary?: boolean;
        disabled?: boolean;
        block?: boolean;
        'icon-only'?: boolean;
      };
    }
  }
}

export interface ButtonProps extends HTMLAttributes<VscodeButton> {
  readonly onPress: () => void;
  /** What one most probably wants. */
  readonly primary?: boolean | undefined;
  readonly disabled?: boolean | undefined;
  /** As wide as its place. */
  readonly block?: boolean;
  readonly 'icon-only'?: boolean;
  readonly buttonRef?: Ref<VscodeButton> | undefined;
}

/** A button of VS Code Elements. */
export function Button({ onPress, primary = false, disabled = false, buttonRef = null, ...rest }: ButtonProps) {
  return (
    <vscode-button
      // It says so by itself, but only after a moment: it can have the focus as soon as it is there.
      role="button"
      tabIndex={0}
      aria-disabled={disabled}
      {...rest}
      ref={buttonRef}
      secondary={!primary}
      disabled={disabled}
      onClick={onPress}
    />
  );
}
