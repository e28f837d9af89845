import type { ShownMessage } from '../../protocol/chatMessages.ts';
import type { DialMove } from '../../protocol/chatRefusals.ts';
import { fill } from '../../shared/fill.ts';
import { exactShare, share } from '../../shared/format.ts';
import { usePanel } from '../panel.ts';

/** What can be done about a refusal: an answer all the same, and after that, once, a dial that would have given it. */
export function DialOffer({ message, busy }: { readonly message: ShownMessage; readonly busy: boolean }) {
  const { texts, send } = usePanel();
  const { id, decision } = message;
  if (decision?.refused) {
    return (
      <div class="row">
        <button type="button" class="secondary" disabled={busy} onClick={() => send({ kind: 'answerAnyway', message: id })}>
          {texts.answerAnyway}
        </button>
      </div>
    );
  }
  if (decision === null || decision.offer === null) return null;
  const { target } = decision;
  const move = (where: DialMove) => {
    send({ kind: 'moveDial', message: id, move: where });
    // The buttons go; whoever uses keys stays with the answer.
    document.getElementById(`message-${id}`)?.focus();
  };
  return (
    <div class="control">
      <p class="note">{fill(texts.dialOffer, exactShare(decision.offer))}</p>
      <div class="row">
        <button type="button" class="secondary" onClick={() => move('there')}>
          {texts.dialMove}
        </button>
        {target && (
          <button type="button" class="secondary" onClick={() => move('target')}>
            {fill(texts.dialTarget, share(target.share), exactShare(target.threshold))}
          </button>
        )}
        <button type="button" class="secondary" onClick={() => move('leave')}>
          {texts.dialLeave}
        </button>
      </div>
    </div>
  );
}
