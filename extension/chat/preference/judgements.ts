import type { Judgement } from '../../../engine/index.ts';
import type { PreferenceIntent, Thumb } from '../../../webview/protocol/chatPreference.ts';
import { type AnswerChange, type Conversation, changeAnswer, type Message, messageOf } from '../conversation.ts';

/** Judgements to store, with their model. */
export interface Given {
  readonly model: string;
  readonly judgement: Judgement;
}

export const thumbName = (answer: string): string => `thumb-${answer}`;

/** A thumb for an answer; undefined if nothing can be learned from it. */
export function thumbGiven({ id, weighed }: Message, thumb: Thumb, now: number): Given | undefined {
  if (!weighed) return undefined;
  const { model, features, version } = weighed;
  const judgement = {
    id: thumbName(id),
    at: now,
    version,
    head: 'helpful',
    kind: 'thumb',
    features,
    isUp: thumb === 'up',
  } as const;
  return { model, judgement };
}

/** One answer beside another; undefined where the two cannot be compared. */
export function comparisonGiven(
  conversation: Conversation,
  { head, better, worse, grade }: Extract<PreferenceIntent, { kind: 'compare' }>,
  now: number,
): Given | undefined {
  const [chosen, rejected] = [better, worse].map((id) => messageOf(conversation, id)?.weighed);
  if (!chosen || !rejected || better === worse || chosen.model !== rejected.model) return undefined;
  const id = `${head}-${[better, worse].toSorted().join('-')}`;
  const version = Math.max(chosen.version, rejected.version);
  const judged = { id, at: now, version, head, kind: 'comparison' } as const;
  return { model: chosen.model, judgement: { ...judged, chosen: chosen.features, rejected: rejected.features, grade } };
}

/** The person's order of answers that were drawn together; undefined where they were not. */
export function rankingGiven(conversation: Conversation, order: readonly string[], now: number): Given | undefined {
  const answers = order.flatMap((id) => messageOf(conversation, id) ?? []);
  const { model, version, draw } = answers[0]?.weighed ?? {};
  if (model === undefined || version === undefined || draw === undefined || !isWholeDraw(conversation, answers)) return undefined;
  // Identical answers cannot be ranked.
  const rankOf = ({ text }: Message) => answers.findIndex((each) => each.text === text);
  const ranked = answers.flatMap((answer) =>
    answer.weighed ? [{ features: answer.weighed.features, rank: rankOf(answer) }] : [],
  );
  return { model, judgement: { id: `ranking-${draw}`, at: now, version, head: 'helpful', kind: 'ranking', answers: ranked } };
}

/** The conversation with a thumb; null takes it back. */
export function withThumb(conversation: Conversation, answer: string, thumb: Thumb | null): Conversation {
  return changedWeighed(conversation, answer, ({ thumb: _, ...weighed }) => (thumb ? { ...weighed, thumb } : weighed));
}

/** The conversation with answers in the person's order. */
export function withOrder(conversation: Conversation, order: readonly string[]): Conversation {
  return order.reduce((now, id, rank) => changedWeighed(now, id, (weighed) => ({ ...weighed, rank })), conversation);
}

type Weighed = NonNullable<Message['weighed']>;

function changedWeighed(conversation: Conversation, id: string, change: (weighed: Weighed) => Weighed): Conversation {
  const weighed = messageOf(conversation, id)?.weighed;
  if (!weighed) return conversation;
  const changed: AnswerChange = { weighed: change(weighed) };
  return changeAnswer(conversation, id, changed, conversation.used);
}

function isWholeDraw(conversation: Conversation, answers: readonly Message[]): boolean {
  const [first] = answers;
  if (!first || answers.length < 2 || new Set(answers).size !== answers.length) return false;
  const { parent, weighed } = first;
  const draw = conversation.messages.filter((each) => each.parent === parent && each.weighed?.draw === weighed?.draw);
  return draw.length === answers.length && answers.every((answer) => draw.includes(answer));
}
