import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ChatView, ShownConversation } from '../protocol/chat.ts';
import { LONGEST_TITLE } from '../protocol/chatIntents.ts';
import type { VscodeButton } from '../shared/button.ts';
import { counted } from '../shared/counted.ts';
import { fill } from '../shared/fill.ts';
import { number } from '../shared/format.ts';
import { Button } from './button.tsx';
import { IconButton } from './iconButton.tsx';
import { PlainText } from './markdown/plainText.tsx';
import { usePanel } from './panel.ts';

interface HistoryProps {
  readonly view: ChatView;
  readonly onClose: () => void;
}

/** The conversations of the workspace. */
export function History({ view, onClose }: HistoryProps) {
  const { texts, send } = usePanel();
  const [search, setSearch] = useState(view.search);
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => field.current?.focus(), []);
  const find = (text: string) => {
    setSearch(text);
    send({ kind: 'search', text });
  };
  const close = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    event.preventDefault();
    onClose();
  };
  return (
    <section class="conversations" aria-label={texts.conversations} onKeyDown={close}>
      <input
        ref={field}
        type="search"
        aria-label={texts.search}
        placeholder={texts.search}
        value={search}
        onInput={({ currentTarget }) => find(currentTarget.value)}
      />
      {view.history.length === 0 && <p class="note">{search === '' ? texts.noConversations : texts.noneFound}</p>}
      <ul>
        {view.history.map((conversation) => (
          <Entry key={conversation.id} conversation={conversation} present={conversation.id === view.id} onClose={onClose} />
        ))}
      </ul>
    </section>
  );
}

interface EntryProps {
  readonly conversation: ShownConversation;
  readonly present: boolean;
  readonly onClose: () => void;
}

function Entry({ conversation, present, onClose }: EntryProps) {
  const { texts, send } = usePanel();
  const { id, title, when, messages } = conversation;
  const [doing, setDoing] = useState<'rename' | 'delete'>();
  const row = useRef<HTMLLIElement>(null);
  const back = () => {
    setDoing(undefined);
    requestAnimationFrame(() => row.current?.querySelector<HTMLElement>('.entry')?.focus());
  };
  const open = () => {
    send({ kind: 'open', id });
    onClose();
  };
  return (
    <li ref={row} aria-current={present ? 'true' : undefined}>
      {doing === 'rename' ? (
        <Rename conversation={conversation} onDone={back} />
      ) : (
        <button type="button" class="entry" onClick={open}>
          <span class="label" dir="auto">
            <PlainText text={title} where="prose" />
          </span>
          <span class="note">{`${when} · ${counted(messages, texts.oneMessage, texts.manyMessages, number)}`}</span>
        </button>
      )}
      {doing === 'delete' && <Delete conversation={conversation} onDone={back} />}
      {doing === undefined && (
        <div class="actions">
          <IconButton icon="edit" label={fill(texts.rename, title)} onPress={() => setDoing('rename')} />
          <IconButton icon="save" label={fill(texts.export, title)} onPress={() => send({ kind: 'export', id })} />
          <IconButton icon="trash" label={fill(texts.delete, title)} onPress={() => setDoing('delete')} />
        </div>
      )}
    </li>
  );
}

interface DoingProps {
  readonly conversation: ShownConversation;
  readonly onDone: () => void;
}

function Rename({ conversation: { id, title }, onDone }: DoingProps) {
  const { texts, send } = usePanel();
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => field.current?.select(), []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing || (event.key !== 'Enter' && event.key !== 'Escape')) return;
    event.preventDefault();
    const typed = field.current?.value.trim() ?? '';
    if (event.key === 'Enter' && typed !== '' && typed !== title) send({ kind: 'rename', id, title: typed });
    onDone();
  };
  return (
    <input
      ref={field}
      type="text"
      aria-label={texts.title}
      defaultValue={title}
      maxLength={LONGEST_TITLE}
      onKeyDown={onKeyDown}
    />
  );
}

function Delete({ conversation: { id, title }, onDone }: DoingProps) {
  const { texts, send } = usePanel();
  const keep = useRef<VscodeButton>(null);
  // The harmless choice has the focus.
  useLayoutEffect(() => keep.current?.focus(), []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    onDone();
  };
  return (
    <div class="question" role="alertdialog" aria-label={fill(texts.deleteQuestion, title)} onKeyDown={onKeyDown}>
      <p>
        <PlainText text={fill(texts.deleteQuestion, title)} where="prose" />
      </p>
      <div class="row">
        <Button primary onPress={() => send({ kind: 'delete', id })}>
          {texts.deleteYes}
        </Button>
        <Button buttonRef={keep} onPress={onDone}>
          {texts.cancel}
        </Button>
      </div>
    </div>
  );
}
