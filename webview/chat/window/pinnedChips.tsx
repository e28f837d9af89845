import { useLayoutEffect, useRef } from 'preact/hooks';
import type { ChatView } from '../../protocol/chat.ts';
import type { ChatIntent } from '../../protocol/chatIntents.ts';
import { counted } from '../../shared/counted.ts';
import { fill } from '../../shared/fill.ts';
import { number } from '../../shared/format.ts';
import { Icon, IconButton } from '../iconButton.tsx';
import { PlainText } from '../markdown/plainText.tsx';
import { usePanel } from '../panel.ts';
import { CONSTRAINT_NAMES } from './constraints.ts';

/** What is pinned: the instruction as long as it is sent, what is checked, and questions that stay in the window; each can be unpinned. */
export function PinnedChips({ view, onEmpty }: { readonly view: ChatView; readonly onEmpty: () => void }) {
  const { texts, send } = usePanel();
  const list = useRef<HTMLUListElement>(null);
  const before = useRef<number | undefined>(undefined);
  const { pinned, pinCost, messages } = view;
  const isSent = pinned.mode !== 'off';
  const instruction = isSent && pinned.text.trim() !== '' ? [pinned.text.trim()] : [];
  const constraints = isSent ? pinned.constraints : [];
  const turns = messages.filter((message) => message.pinned);
  const count = instruction.length + constraints.length + turns.length;
  const unpin = (intent: ChatIntent) => {
    before.current = count;
    send(intent);
  };
  // The pressed button is gone, so the focus moves to the next one, or to the message field.
  useLayoutEffect(() => {
    if (before.current === undefined || count >= before.current) return;
    before.current = undefined;
    const next = list.current?.querySelector('vscode-button');
    if (next) next.focus();
    else onEmpty();
  }, [count, onEmpty]);
  if (count === 0) return null;
  const cost = pinCost === null ? undefined : counted(pinCost, texts.oneToken, texts.manyTokens, number);
  return (
    <div class="pinned">
      <ul ref={list} class="chips" aria-label={texts.pinned} aria-describedby={cost === undefined ? undefined : 'pinCost'}>
        {instruction.map((text) => (
          <Chip key="text" label={text} onUnpin={() => unpin({ kind: 'pin', pinned: { text: '' } })} />
        ))}
        {constraints.map((constraint) => (
          <Chip
            key={constraint}
            label={texts[CONSTRAINT_NAMES[constraint]]}
            onUnpin={() => unpin({ kind: 'pin', pinned: { constraints: { [constraint]: false } } })}
          />
        ))}
        {turns.map(({ id, text }) => (
          <Chip key={id} label={text} onUnpin={() => unpin({ kind: 'pinTurn', message: id, pinned: false })} />
        ))}
      </ul>
      {cost !== undefined && (
        <p class="note" id="pinCost">
          {fill(pinned.mode === 'first' ? texts.pinCostFirst : texts.pinCostEvery, cost)}
        </p>
      )}
    </div>
  );
}

function Chip({ label, onUnpin }: { readonly label: string; readonly onUnpin: () => void }) {
  const { texts } = usePanel();
  return (
    <li title={label}>
      <Icon name="pinned" />
      <span class="label">
        <PlainText text={label} where="prose" />
      </span>
      <IconButton icon="close" label={fill(texts.unpin, label)} onPress={onUnpin} />
    </li>
  );
}
