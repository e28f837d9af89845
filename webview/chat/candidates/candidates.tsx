import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ShownMessage } from '../../protocol/chatMessages.ts';
import type { ShownJudging, ShownVersion } from '../../protocol/chatPreference.ts';
import { fill } from '../../shared/fill.ts';
import { number } from '../../shared/format.ts';
import { PlainText } from '../markdown/plainText.tsx';
import { usePanel } from '../panel.ts';
import { Card } from './card.tsx';
import { movedTo } from './order.ts';

/** The card that was chosen: choosing shows another answer in place of this one, and the focus should move with it. */
let chosen: string | undefined;

interface CandidatesProps {
  readonly message: ShownMessage;
  readonly judging: ShownJudging;
  readonly busy: boolean;
}

/** The answers that were generated together, as cards in their order, which the person can change. */
export function Candidates({ message, judging, busy }: CandidatesProps) {
  const { texts, send } = usePanel();
  const { versions, drawn, isRanked, vote } = judging;
  const [order, setOrder] = useOrder(judging.order);
  const [said, setSaid] = useState('');
  const list = useRef<HTMLOListElement>(null);
  useFocus(list, message.id);
  const cards = order.flatMap((id) => versions.find((version) => version.id === id) ?? []);
  if (cards.length < 2) return drawn > 1 ? <p class="note">{fill(texts.candidatesAlike, number(drawn))}</p> : null;
  const move = (id: string, place: number) => {
    const next = movedTo(order, id, place);
    if (next === order) return;
    setOrder(next);
    setSaid(fill(texts.candidateMoved, number(next.indexOf(id) + 1), number(next.length)));
    send({ kind: 'rank', order: next });
  };
  const choose = (id: string) => {
    chosen = id;
    send({ kind: 'choose', message: id });
  };
  const title =
    drawn > cards.length
      ? fill(texts.candidatesDifferent, number(drawn), number(cards.length))
      : fill(texts.candidates, number(cards.length));
  return (
    <section class="candidates" aria-label={title}>
      <p class="note">
        {title} {isRanked ? texts.candidatesRanked : vote ? texts.candidatesVoted : texts.candidatesNote}
      </p>
      {vote && (
        <p class="note">
          {fill(texts.vote, number(vote.votes), number(vote.of))} <PlainText text={vote.answer} where="prose" />
        </p>
      )}
      <ol ref={list}>
        {cards.map((version: ShownVersion, place) => (
          <Card
            key={version.id}
            version={version}
            place={place}
            of={cards.length}
            isShown={version.id === message.id}
            busy={busy}
            onChoose={() => choose(version.id)}
            onMove={(to) => move(version.id, to)}
            onDropped={(id) => move(id, place)}
          />
        ))}
      </ol>
      <p class="unseen" role="status">
        {said}
      </p>
    </section>
  );
}

/** The order as it is shown: what was just changed stays until another comes. */
function useOrder(given: readonly string[]): [readonly string[], (order: readonly string[]) => void] {
  const [order, setOrder] = useState(given);
  const names = given.join('\n');
  useEffect(() => setOrder(names === '' ? [] : names.split('\n')), [names]);
  return [order, setOrder];
}

/** Moves the focus to the chosen card when its answer is rendered. */
function useFocus(list: { readonly current: HTMLElement | null }, shown: string): void {
  useLayoutEffect(() => {
    if (chosen !== shown) return;
    chosen = undefined;
    list.current?.querySelector<HTMLElement>('[aria-pressed="true"]')?.focus();
  }, [list, shown]);
}
