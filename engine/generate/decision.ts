import type { Constraint } from '../sampling/beginning.ts';
import { probabilityOf } from '../sampling/probability.ts';
import type { Session } from '../session/session.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import type { Outcome } from '../tuning/audit/labelled.ts';
import { refusalOpenings } from '../tuning/refusal/openings.ts';
import type { ChatOptions, ChatRequest } from './chatRequest.ts';
import type { LanguageModel } from './model.ts';

/** Names of the first tokens with which some models, including the default one, say whether they refuse. */
const COMPLY = '<|comply|>';
export const REFUSE = '<|refuse|>';

/** Whether answers of a model begin with a token that says whether it refuses. */
export function decidesToRefuse(tokenizer: Tokenizer): boolean {
  return tokenizer.control(COMPLY) !== undefined && tokenizer.control(REFUSE) !== undefined;
}

const OPENINGS = new WeakMap<Tokenizer, readonly number[]>();

/** Tokens that a refusal begins with, in models without a deciding token: see {@link refusalOpenings}. */
export function openingsOf(tokenizer: Tokenizer): readonly number[] {
  const known = OPENINGS.get(tokenizer);
  if (known) return known;
  const found = decidesToRefuse(tokenizer) ? [] : refusalOpenings(tokenizer);
  OPENINGS.set(tokenizer, found);
  return found;
}

/** The result of deciding whether to refuse. */
export interface Weighed {
  readonly probability: number;
  readonly refused: boolean;
  /** The deciding token, if the model has one. */
  readonly token?: number;
  /** Which tokens the answer may begin with, in other models. */
  readonly first?: Constraint;
  readonly reusedTokens: number;
  readonly prefillMs: number;
}

/**
 * Decides from one prefill whether an answer refuses: by the model's own token or, if it has none and a threshold was given, by what
 * refusals begin with.
 * @returns undefined where nothing is to be decided: the model is not run then
 * @throws PaddockError as `Session.sync`
 */
export async function weigh(
  model: LanguageModel,
  session: Session,
  tokens: readonly number[],
  { conversation, refuseAbove }: Pick<ChatRequest, 'conversation' | 'refuseAbove'>,
  { signal, pause }: Pick<ChatOptions, 'signal' | 'pause'>,
): Promise<Weighed | undefined> {
  const { tokenizer } = model;
  const decides = decidesToRefuse(tokenizer);
  if (conversation.turns.at(-1)?.answer !== undefined || !(decides || refuseAbove !== undefined)) return undefined;
  const openings = openingsOf(tokenizer);
  if (!decides && openings.length === 0) return undefined;
  const started = performance.now();
  const { logits, reused } = await session.sync(tokens, signal, pause);
  const probability = refusalIn(tokenizer, logits);
  const refused = probability > (refuseAbove ?? 0.5);
  const found = { probability, refused, reusedTokens: reused, prefillMs: performance.now() - started };
  const token = tokenizer.control(refused ? REFUSE : COMPLY);
  if (decides && token !== undefined) return { ...found, token };
  return { ...found, first: new FirstToken(refused ? Int32Array.from(openings) : without(openings, logits.length)) };
}

/**
 * Whether an answer decided this way became a refusal: one that begins as refusals do may go on otherwise, while a deciding token is
 * definite.
 * @param outcome how its words were classified
 */
export function cameToRefusal({ refused, token }: Pick<Weighed, 'refused' | 'token'>, outcome: Outcome): boolean {
  return refused && (token !== undefined || outcome !== 'complies');
}

/** Probability of a refusal by the logits of an answer's first token, 0–1. */
function refusalIn(tokenizer: Tokenizer, logits: Float32Array): number {
  const [comply, refuse] = [tokenizer.control(COMPLY), tokenizer.control(REFUSE)];
  if (comply === undefined || refuse === undefined) return probabilityOf(openingsOf(tokenizer), logits);
  const logOdds = (logits[refuse] as number) - (logits[comply] as number) - tokenizer.refusalOffset;
  return 1 / (1 + Math.exp(-logOdds));
}

/** Restricts the first token of an answer to part of the vocabulary. */
export class FirstToken implements Constraint {
  readonly #among: Int32Array;
  #isTaken = false;

  constructor(among: Int32Array) {
    this.#among = among;
  }

  get allowed(): Int32Array | undefined {
    return this.#isTaken ? undefined : this.#among;
  }

  get isComplete(): boolean {
    return this.#isTaken;
  }

  take(): void {
    this.#isTaken = true;
  }
}

function without(tokens: readonly number[], vocabulary: number): Int32Array {
  const excluded = new Set(tokens);
  return Int32Array.from(Array.from({ length: vocabulary }, (_, token) => token).filter((token) => !excluded.has(token)));
}
