import { VscodeButton } from '@vscode-elements/elements/dist/vscode-button/vscode-button.js';
import { element } from './elements.ts';

export type { VscodeButton };

// The element presses itself when a key goes down and leaves that key to the browser, which would scroll the page for a space and write a
// line where the press has taken the focus. A key that is held presses once.
addEventListener(
  'keydown',
  (event) => {
    if (!(event.target instanceof VscodeButton) || (event.key !== 'Enter' && event.key !== ' ')) return;
    event.preventDefault();
    if (event.repeat) event.stopImmediatePropagation();
  },
  true,
);

/** A button that can be reached and pressed with keys. */
export function button(label: string, onPress: () => void, kind: 'primary' | 'secondary' = 'secondary'): VscodeButton {
  // The element sets its role itself, but only after a moment, and it may receive the focus immediately.
  const made = element('vscode-button', { role: 'button', tabindex: '0', ...(kind === 'secondary' && { secondary: '' }) }, label);
  made.addEventListener('click', onPress);
  return made;
}

/** Disables a button: it can neither be pressed nor focused. */
export function setDisabled(button: VscodeButton, disabled: boolean): void {
  button.toggleAttribute('disabled', disabled);
  // Only of native buttons `disabled` is known everywhere.
  button.ariaDisabled = String(disabled);
}
