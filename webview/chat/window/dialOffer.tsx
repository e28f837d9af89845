import type { ShownMessage } from '../../protocol/chatMessages.ts';
import type { DialMove } from '../../protocol/chatRefusals.ts';
import { fill } from '../../shared/fill.ts';
import { exactShare, share } from '../../shared/format.ts';
import { Button } from '../button.tsx';
import { usePanel } from '../panel.ts';

/** What can be done about a refusal: answering anyway, and after that, once, moving the dial to where it would have been answered. */
export function DialOffer({ message, canAsk }: { readonly message: ShownMessage; readonly canAsk: boolean }) {
  const { texts, send } = usePanel();
  const { id, decision } = message;
  if (decision?.refused) {
    return (
      <div class="control">
        <div class="row">
          <Button
            aria-describedby={`anyway-${id}`}
            disabled={!canAsk}
            onPress={() => send({ kind: 'answerAnyway', message: id })}
          >
            {texts.answerAnyway}
          </Button>
        </div>
        <p class="note" id={`anyway-${id}`}>
          {texts.answerAnywayNote}
        </p>
      </div>
    );
  }
  if (decision === null || decision.offer === null) return null;
  const { target } = decision;
  const move = (where: DialMove) => {
    send({ kind: 'moveDial', message: id, move: where });
    // The buttons disappear, so the focus moves to the answer.
    document.getElementById(`message-${id}`)?.focus();
  };
  return (
    <div class="control">
      <p class="note">{fill(texts.dialOffer, exactShare(decision.offer))}</p>
      <div class="row">
        <Button onPress={() => move('there')}>{texts.dialMove}</Button>
        {target && (
          <Button onPress={() => move('target')}>
            {fill(texts.dialTarget, share(target.share), exactShare(target.threshold))}
          </Button>
        )}
        <Button onPress={() => move('leave')}>{texts.dialLeave}</Button>
      </div>
    </div>
  );
}
