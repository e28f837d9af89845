import type { ShownMessage } from '../../protocol/chatMessages.ts';
import type { ShownJudging, Thumb } from '../../protocol/chatPreference.ts';
import { IconButton } from '../iconButton.tsx';
import { usePanel } from '../panel.ts';

/** Whether an answer was good; pressed again, it is taken back. */
export function Thumbs({ message, judging }: { readonly message: ShownMessage; readonly judging: ShownJudging }) {
  const { texts, send } = usePanel();
  const { thumb } = judging;
  const press = (pressed: Thumb) => () => send({ kind: 'thumb', message: message.id, thumb: thumb === pressed ? null : pressed });
  return (
    <>
      <IconButton
        icon={thumb === 'up' ? 'thumbUpFilled' : 'thumbUp'}
        label={texts.thumbUp}
        note={texts.thumbNote}
        pressed={thumb === 'up'}
        onPress={press('up')}
      />
      <IconButton
        icon={thumb === 'down' ? 'thumbDownFilled' : 'thumbDown'}
        label={texts.thumbDown}
        note={texts.thumbNote}
        pressed={thumb === 'down'}
        onPress={press('down')}
      />
    </>
  );
}
