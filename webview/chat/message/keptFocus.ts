import { useLayoutEffect, useRef } from 'preact/hooks';
import type { ChatView } from '../../protocol/chat.ts';
import type { VscodeButton } from '../../shared/button.ts';

/**
 * Keeps the focus when a message is replaced by another version of it: on the same button of that version, or on the message itself while
 * it has none. Call it while the list is rendered, before it has changed.
 */
export function useKeptFocus(scroller: { readonly current: HTMLElement | null }, { id, messages }: ChatView): void {
  const last = useRef<{ readonly id: string; readonly names: readonly string[] }>({ id, names: [] });
  const focused = scroller.current?.contains(document.activeElement) ? document.activeElement : null;
  const at = last.current.names.findIndex((name) => focused && articleOf(name)?.contains(focused));
  const label = focused?.getAttribute('aria-label');
  const isSame = last.current.id === id;
  useLayoutEffect(() => {
    last.current = { id, names: messages.map((message) => message.id) };
    const next = messages[at];
    if (!next || !isSame || document.activeElement !== document.body) return;
    const article = articleOf(next.id);
    const buttons = [...(article?.querySelectorAll<HTMLButtonElement | VscodeButton>('button, vscode-button') ?? [])];
    const twin = buttons.find((button) => !button.disabled && label && button.getAttribute('aria-label') === label);
    (twin ?? article)?.focus({ preventScroll: true });
  });
}

function articleOf(message: string): HTMLElement | null {
  return document.getElementById(`message-${message}`);
}
