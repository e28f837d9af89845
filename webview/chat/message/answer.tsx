import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ShownMessage } from '../../protocol/chatMessages.ts';
import type { ShownDecision } from '../../protocol/chatRefusals.ts';
import type { ChatTexts } from '../../protocol/chatTexts.ts';
import { counted } from '../../shared/counted.ts';
import { fill } from '../../shared/fill.ts';
import { duration, exactShare, number, rate } from '../../shared/format.ts';
import { Candidates } from '../candidates/candidates.tsx';
import { Compare } from '../candidates/compare.tsx';
import { Thumbs } from '../candidates/thumbs.tsx';
import { CopyButton, IconButton } from '../iconButton.tsx';
import { Markdown } from '../markdown/markdown.tsx';
import { PlainText } from '../markdown/plainText.tsx';
import { useNames } from '../markdown/unknownNames.tsx';
import { usePanel } from '../panel.ts';
import { DialOffer } from '../window/dialOffer.tsx';
import { Checks } from './checks.tsx';
import { useShading } from './shading.ts';
import { Versions } from './versions.tsx';

interface AnswerProps {
  readonly message: ShownMessage;
  readonly busy: boolean;
  readonly canAsk: boolean;
}

/** An answer, complete or still being written. */
export function Answer({ message, busy, canAsk }: AnswerProps) {
  const { texts, send } = usePanel();
  const { judging } = message;
  const growing = message.state === 'streaming';
  const text = useText(message);
  const said = useRef<HTMLDivElement>(null);
  useShading(said, text, message.doubts);
  const { Names, names } = useNames(message.unknown);
  return (
    <>
      {message.summary !== '' && (
        <details>
          <summary class="note">{texts.summary}</summary>
          <p class="asked" dir="auto">
            <PlainText text={message.summary} where="prose" />
          </p>
        </details>
      )}
      {text !== '' && (
        <Names value={names}>
          <Markdown message={message.id} text={text} growing={growing} rootRef={said} />
        </Names>
      )}
      {growing && <span class="writing" aria-hidden="true" />}
      {judging !== null && judging.drawing > 0 && <p class="note">{fill(texts.drawing, number(judging.drawing))}</p>}
      {message.state === 'done' && text.trim() === '' && <p class="note">{texts.wordless}</p>}
      {message.state === 'stopped' && <p class="note">{message.error || texts.stopped}</p>}
      {message.state === 'failed' && (
        <p class="error">
          <PlainText text={message.error} where="prose" />
        </p>
      )}
      <Checks checks={message.checks} />
      <DialOffer message={message} canAsk={canAsk} />
      <div class="below">
        {message.numbers && <p class="note">{numbersOf(message, texts)}</p>}
        <Versions message={message} busy={busy} />
        {!growing && (
          <div class="actions">
            {judging && <Thumbs message={message} judging={judging} />}
            <CopyButton label={texts.copy} done={texts.copied} onPress={() => send({ kind: 'copy', message: message.id })} />
            <IconButton
              icon="refresh"
              label={texts.regenerate}
              disabled={!canAsk}
              onPress={() => send({ kind: 'regenerate', message: message.id })}
            />
          </div>
        )}
      </div>
      {judging && !growing && <Candidates message={message} judging={judging} busy={busy} />}
      {judging && !growing && <Compare message={message} judging={judging} />}
    </>
  );
}

/** The text of a message, redrawn at most once per frame while pieces arrive. */
function useText(message: ShownMessage): string {
  const { store } = usePanel();
  const [, redraw] = useState({});
  const growing = message.state === 'streaming';
  useLayoutEffect(() => {
    if (!growing) return;
    let frame = 0;
    const stop = store.onPiece(() => {
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        redraw({});
      });
    });
    return () => {
      stop();
      cancelAnimationFrame(frame);
    };
  }, [store, growing]);
  return store.textOf(message);
}

function decisionIn({ probability, threshold, refused }: ShownDecision, texts: ChatTexts): string {
  if (probability !== null && threshold !== null) return fill(texts.decision, exactShare(probability), exactShare(threshold));
  return refused ? texts.decisionWords : '';
}

function numbersOf({ numbers, decision }: ShownMessage, texts: ChatTexts): string {
  if (!numbers) return '';
  const { tokens, tokensPerSecond, firstTokenMs, device } = numbers;
  const parts = [
    counted(tokens, texts.oneToken, texts.manyTokens, number),
    fill(texts.speed, rate(tokensPerSecond)),
    fill(texts.firstToken, duration(firstTokenMs)),
    device,
    decision?.isTold ? decisionIn(decision, texts) : '',
  ];
  return parts.filter((part) => part !== '').join(' · ');
}
