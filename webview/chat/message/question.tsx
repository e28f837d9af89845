import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ShownMessage } from '../../protocol/chatMessages.ts';
import { Button } from '../button.tsx';
import { CopyButton, IconButton } from '../iconButton.tsx';
import { PlainText } from '../markdown/plainText.tsx';
import { usePanel } from '../panel.ts';
import { Versions } from './versions.tsx';

interface QuestionProps {
  readonly message: ShownMessage;
  readonly busy: boolean;
  readonly canAsk: boolean;
  readonly editing: boolean;
  /** @param editing whether the question is being edited */
  readonly onEdit: (editing: boolean) => void;
}

/** A question as it was typed, or a field to put it in other words. */
export function Question({ message, busy, canAsk, editing, onEdit }: QuestionProps) {
  const { texts, send } = usePanel();
  if (editing) return <Editor message={message} canAsk={canAsk} onEdit={onEdit} />;
  return (
    <>
      <p class="asked" dir="auto">
        <PlainText text={message.text} where="prose" />
      </p>
      {message.attachments.length > 0 && (
        <ul class="chips" aria-label={texts.attachments}>
          {message.attachments.map(({ id, label }) => (
            <li key={id}>
              <button
                type="button"
                class="link"
                title={texts.showAttachment}
                onClick={() => send({ kind: 'showAttachment', id })}
              >
                <PlainText text={label} where="prose" />
              </button>
            </li>
          ))}
        </ul>
      )}
      {message.examples.length > 0 && (
        <p class="note">
          <PlainText text={`${texts.examplesGiven}: ${message.examples.join(', ')}`} where="prose" />
        </p>
      )}
      <div class="below">
        <Versions message={message} busy={busy} />
        <div class="actions">
          <CopyButton label={texts.copy} done={texts.copied} onPress={() => send({ kind: 'copy', message: message.id })} />
          <IconButton
            icon={message.pinned ? 'pinned' : 'pin'}
            label={texts.pinTurn}
            pressed={message.pinned}
            onPress={() => send({ kind: 'pinTurn', message: message.id, pinned: !message.pinned })}
          />
          <IconButton icon="edit" label={texts.edit} disabled={busy} onPress={() => onEdit(true)} />
        </div>
      </div>
    </>
  );
}

function Editor({ message, canAsk, onEdit }: Pick<QuestionProps, 'message' | 'canAsk' | 'onEdit'>) {
  const { texts, send } = usePanel();
  const [text, setText] = useState(message.text);
  const field = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    field.current?.focus();
    field.current?.setSelectionRange(message.text.length, message.text.length);
  }, [message.text]);
  // It would be lost if it were sent while it cannot be answered.
  const canSend = canAsk && text.trim() !== '';
  const submit = () => {
    if (!canSend) return;
    send({ kind: 'edit', message: message.id, text });
    onEdit(false);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (event.key === 'Escape') onEdit(false);
    else if (event.key === 'Enter' && !event.shiftKey) submit();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="editor">
      <textarea
        ref={field}
        rows={1}
        dir="auto"
        aria-label={texts.edit}
        value={text}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <div class="row">
        <Button primary disabled={!canSend} onPress={submit}>
          {texts.send}
        </Button>
        <Button onPress={() => onEdit(false)}>{texts.cancel}</Button>
      </div>
    </div>
  );
}
