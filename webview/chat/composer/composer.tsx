import { useLayoutEffect, useState } from 'preact/hooks';
import type { ChatView } from '../../protocol/chat.ts';
import { Button } from '../button.tsx';
import { IconButton } from '../iconButton.tsx';
import { PlainText } from '../markdown/plainText.tsx';
import { usePanel } from '../panel.ts';
import { Attachments } from './attachments.tsx';
import { type Draft, type FieldRef, useDraft } from './draft.ts';
import { Examples } from './examples.tsx';
import { OFFERS_ID, OfferList, offerId } from './offerList.tsx';
import { isWritten } from './offers.ts';

interface ComposerProps {
  readonly view: ChatView;
  readonly field: FieldRef;
  readonly onEditLast: () => void;
}

/** Where the next message is written. */
export function Composer({ view, field, onEditLast }: ComposerProps) {
  const { texts, send } = usePanel();
  const draft = useDraft(field);
  const { model, busy, gauge } = view;
  const isEmpty = draft.text.trim() === '' && view.attachments.length === 0;
  const canSend = model.canAnswer && !busy && (gauge?.problem ?? '') === '' && !isEmpty;
  const submit = () => {
    if (!canSend) return;
    send({ kind: 'send', text: draft.text });
    draft.clear();
  };
  const stop = () => {
    send({ kind: 'stop' });
    // The button turns into one that cannot be pressed yet.
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // While an input method composes, keys belong to it.
    if (event.isComposing) return;
    if (onOfferKey(event, draft)) event.preventDefault();
    else if (event.key === 'Enter' && !event.shiftKey) submit();
    else if (event.key === 'Escape' && busy) send({ kind: 'stop' });
    else if (event.key === 'ArrowUp' && draft.text === '' && !busy) onEditLast();
    else return;
    event.preventDefault();
  };
  if (!model.canAnswer) return <NoModel model={model} />;
  return (
    <div class="composer">
      {draft.offers && <OfferList offers={draft.offers.offers} active={draft.active} onTake={draft.take} />}
      <Attachments attachments={view.attachments} />
      <Examples examples={view.examples} gauge={gauge} text={draft.text} />
      <Field draft={draft} field={field} hasAttachments={view.attachments.length > 0} onKeyDown={onKeyDown} />
      <div class="row">
        <IconButton
          icon="attach"
          label={texts.attach}
          expanded={draft.offers?.offers[0]?.kind === 'attach'}
          onPress={draft.offerAll}
        />
        <button type="button" class="quiet" title={model.sentence} onClick={() => send({ kind: 'openModel' })}>
          <PlainText text={model.name} where="prose" />
        </button>
        {busy ? (
          <IconButton icon="stop" label={texts.stop} primary onPress={stop} />
        ) : (
          <IconButton icon="send" label={texts.send} primary disabled={!canSend} onPress={submit} />
        )}
      </div>
    </div>
  );
}

interface FieldProps {
  readonly draft: Draft;
  readonly field: FieldRef;
  readonly hasAttachments: boolean;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

function Field({ draft, field, hasAttachments, onKeyDown }: FieldProps) {
  const { texts } = usePanel();
  useFocus(field);
  return (
    <textarea
      ref={field}
      rows={1}
      dir="auto"
      aria-label={texts.message}
      aria-autocomplete="list"
      aria-controls={draft.offers ? OFFERS_ID : undefined}
      aria-activedescendant={draft.offers ? offerId(draft.active) : undefined}
      placeholder={hasAttachments ? texts.placeholderAttached : texts.placeholder}
      value={draft.text}
      onInput={({ currentTarget }) => draft.write(currentTarget.value, currentTarget.selectionStart)}
      onBlur={draft.dismiss}
      onKeyDown={onKeyDown}
    />
  );
}

/** The field has the focus when nothing else in the panel has it, and when a conversation was begun. It is never taken from the editor. */
function useFocus(field: FieldRef): void {
  const { store } = usePanel();
  const [isBegun, setBegun] = useState(false);
  useLayoutEffect(() => store.onBegun(() => setBegun(true)), [store]);
  useLayoutEffect(() => {
    const take = () => {
      if (!document.hasFocus()) return;
      if (isBegun || document.activeElement === document.body) field.current?.focus();
      setBegun(false);
    };
    take();
    // A command gives the panel the focus a little later than it begins the conversation.
    addEventListener('focus', take);
    return () => removeEventListener('focus', take);
  }, [field, isBegun]);
}

/** @returns whether the key chose among what is offered */
function onOfferKey({ key, shiftKey }: KeyboardEvent, draft: Draft): boolean {
  const { offers, active } = draft;
  const chosen = offers?.offers[active];
  if (!offers || !chosen) return false;
  if (key === 'ArrowDown') draft.choose(active + 1);
  else if (key === 'ArrowUp') draft.choose(active - 1);
  else if (key === 'Escape') draft.dismiss();
  else if ((key === 'Enter' && !shiftKey && !isWritten(offers, chosen)) || (key === 'Tab' && !shiftKey)) draft.take(chosen);
  else return false;
  return true;
}

function NoModel({ model: { sentence, isUnloaded } }: Pick<ChatView, 'model'>) {
  const { texts, send } = usePanel();
  return (
    <div class="composer noModel" role="status">
      <p>{sentence}</p>
      {isUnloaded && (
        <Button primary onPress={() => send({ kind: 'loadModel' })}>
          {texts.loadModel}
        </Button>
      )}
      <Button primary={!isUnloaded} onPress={() => send({ kind: 'openModel' })}>
        {texts.openModel}
      </Button>
    </div>
  );
}
