import type { ChatView } from '../../protocol/chat.ts';
import { MOST_EXAMPLES } from '../../protocol/chatAttachments.ts';
import type { Gauge } from '../../protocol/chatWindow.ts';
import { counted } from '../../shared/counted.ts';
import { fill } from '../../shared/fill.ts';
import { number } from '../../shared/format.ts';
import { PlainText } from '../markdown/plainText.tsx';
import { usePanel } from '../panel.ts';
import { NumberField } from '../window/numberField.tsx';

/** Commands whose answers a workspace has examples of. */
const EXEMPLARY = /^\s*\/(?:explain|doc|tests)(?=\s|$)/;

/** Identifier of the element that lists them, so that it can receive the focus. */
export const EXAMPLES_ID = 'examples';

const BOUNDS = { least: 0, most: MOST_EXAMPLES } as const;
/** More examples than this may be cut off by the list's height: keys must reach it to scroll it. */
const MOST_ROWS = 6;

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
  const isShort = found !== null && found.length > 0 && found.length < wanted;
  return (
    <div class="examples" id={EXAMPLES_ID} tabIndex={-1}>
      <div class="row">
        <label for="examplesWanted">{texts.examples}</label>
        <NumberField
          id="examplesWanted"
          describedBy="examplesNote"
          value={wanted}
          bounds={BOUNDS}
          whole
          onChange={(count) => send({ kind: 'examples', wanted: count })}
        />
        {cost > 0 && <span class="note">{counted(cost, texts.oneToken, texts.manyTokens, number)}</span>}
        {isShort && <span class="note">{fill(texts.examplesFound, number(found.length))}</span>}
      </div>
      {wanted > 0 && found && found.length > 0 ? (
        <ul class="chips" id="examplesNote" aria-label={texts.examples} {...(found.length > MOST_ROWS && { tabIndex: 0 })}>
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
