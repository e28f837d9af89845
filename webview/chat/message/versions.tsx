import type { ShownMessage } from '../../protocol/chatMessages.ts';
import { fill } from '../../shared/fill.ts';
import { number } from '../../shared/format.ts';
import { IconButton } from '../iconButton.tsx';
import { usePanel } from '../panel.ts';

/** Buttons to browse the versions of a message, if there are several. */
export function Versions({ message, busy }: { readonly message: ShownMessage; readonly busy: boolean }) {
  const { texts, send } = usePanel();
  const { index, count } = message.version;
  if (count < 2) return null;
  const show = (to: number) => () => send({ kind: 'version', message: message.id, index: to });
  return (
    <span class="versions">
      <IconButton icon="chevronLeft" label={texts.previousVersion} disabled={busy || index === 0} onPress={show(index - 1)} />
      <span>{fill(texts.version, number(index + 1), number(count))}</span>
      <IconButton icon="chevronRight" label={texts.nextVersion} disabled={busy || index + 1 >= count} onPress={show(index + 1)} />
    </span>
  );
}
