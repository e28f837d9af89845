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
  /** The most likely choice. */
  readonly primary?: boolean | undefined;
  readonly disabled?: boolean | undefined;
  /** As wide as its container. */
  readonly block?: boolean;
  readonly 'icon-only'?: boolean;
  readonly buttonRef?: Ref<VscodeButton> | undefined;
}

/** A button of VS Code Elements. */
export function Button({ onPress, primary = false, disabled = false, buttonRef = null, ...rest }: ButtonProps) {
  return (
    <vscode-button
      // The element sets this itself, but only after a moment, and it may receive the focus immediately.
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
