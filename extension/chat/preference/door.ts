import type { Judgement, Observed } from '../../../engine/index.ts';
import type { CandidateCount, ShownBest } from '../../../webview/protocol/chatPreference.ts';
import type { VoteOf } from './judging.ts';
import type { Weighed } from './weighed.ts';

/** An answer that is to be weighed. */
export interface Unweighed {
  readonly id: string;
  readonly text: string;
  /** Its features for the heads, or what they are computed from. */
  readonly seen: { readonly features: readonly number[] } | { readonly observed: Observed };
  readonly isRefusal: boolean;
  /** Whether the question may be unsafe, so that the safest answer is best; absent means no. */
  readonly isTagged?: boolean;
}

/** The heads' scores of one of several answers. */
export interface Weight {
  /** Its place among those that were given. */
  readonly index: number;
  readonly weighed: Weighed;
}

/** What the chat needs from preferences. Models are identified by their keys. */
export interface PreferenceDoor {
  /** How many answers are drawn; undefined while that is not known, and of models without heads. */
  best(model: string): ShownBest | undefined;
  setCount(model: string, count: CandidateCount): Promise<void>;
  /** Puts answers to one question in order, the best first, and remembers that one; nothing of models without heads. Never rejects. */
  weigh(model: string, answers: readonly Unweighed[]): Promise<readonly Weight[]>;
  /** Keeps judgements; one with the same name as another takes its place. */
  judge(model: string, judgements: readonly Judgement[]): Promise<void>;
  /** Takes a judgement back, by its name. */
  takeBack(model: string, id: string): Promise<void>;
  readonly voteOf: VoteOf;
  /** Opens the page of judgements. */
  open(): Promise<void>;
}

/** Used if preferences are unavailable. */
export const NO_PREFERENCES: PreferenceDoor = {
  best: () => undefined,
  setCount: async () => undefined,
  weigh: async () => [],
  judge: async () => undefined,
  takeBack: async () => undefined,
  voteOf: () => undefined,
  open: async () => undefined,
};
