import type { ChatView } from '../../protocol/chat.ts';
import { MOST_EXAMPLES } from '../../protocol/chatAttachments.ts';
import type { Gauge } from '../../protocol/chatWindow.ts';
import { counted } from '../../shared/counted.ts';
import { number } from '../../shared/format.ts';
import { PlainText } from '../markdown/plainText.tsx';
import { usePanel } from '../panel.ts';

/** Commands whose answers a workspace has examples of. */
const EXEMPLARY = /^\s*\/(?:explain|doc|tests)(?=\s|$)/;

/** Identifier of the element that lists them, so that it can receive the focus. */
export const EXAMPLES_ID = 'examples';

interface ExamplesProps {
  readonly examples: ChatView['examples'];
  readonly gauge: Gauge | null;
  /** The message that is being written. */
  readonly text: string;
}

/** How many examples go with a command that can have some, which they are, and what they cost together. */
export function Examples({ examples: { wanted, found }, gauge, text }: ExamplesProps) {
  const { texts, send } = usePanel();
  if (!EXEMPLARY.test(text)) return null;
  const leftOut = gauge?.leftOut.find(({ kind, message }) => kind === 'examples' && message === '')?.count ?? 0;
  const cost = gauge?.segments.find(({ segment }) => segment === 'examples')?.tokens ?? 0;
  return (
    <div class="examples" id={EXAMPLES_ID} tabIndex={-1}>
      <label class="row">
        {texts.examples}
        <select
          value={wanted}
          aria-label={texts.examples}
          aria-describedby="examplesNote"
          onChange={({ currentTarget: { value } }) => send({ kind: 'examples', wanted: Number(value) })}
        >
          {Array.from({ length: MOST_EXAMPLES + 1 }, (_, count) => (
            <option key={count} value={count}>
              {number(count)}
            </option>
          ))}
        </select>
        {cost > 0 && <span class="note">{counted(cost, texts.oneToken, texts.manyTokens, number)}</span>}
      </label>
      {wanted > 0 && found && found.length > 0 ? (
        <ul class="chips" id="examplesNote" aria-label={texts.examples}>
          {found.map(({ label, tokens }, place) => (
            <li key={label} title={label} class={place < found.length - leftOut ? '' : 'leftOut'}>
              <span class="label">
                <PlainText text={label} where="prose" />
              </span>
              {tokens !== null && <span class="note">{counted(tokens, texts.oneToken, texts.manyTokens, number)}</span>}
              {place >= found.length - leftOut && <span class="note">{texts.noRoom}</span>}
            </li>
          ))}
        </ul>
      ) : (
        <p class="note" id="examplesNote" role="status">
          {wanted > 0 && found ? texts.examplesNone : texts.examplesNote}
        </p>
      )}
    </div>
  );
}
