import { throwIfCancelled } from '../errors.ts';
import type { LogitRow, TopLogits } from '../runtime/modelRuntime.ts';
import type { Constraint } from '../sampling/beginning.ts';
import { checkMaxTokens } from '../sampling/options.ts';
import { type Choice, Sampler, type SamplingOptions } from '../sampling/sampler.ts';
import type { Session } from '../session/session.ts';
import { LARGEST_KNOWN, type Recall } from './recall.ts';
import type { Speculation } from './speculation.ts';
import type { Pause } from './turns.ts';

export interface GenerateOptions {
  /** Maximum number of tokens; the end of the context window ends the generation, too. */
  readonly maxTokens: number;
  readonly sampling: SamplingOptions;
  /** Tokens that end the generation; they are not yielded. */
  readonly stopTokens: ReadonlySet<number>;
  /** What the generated tokens must begin with. */
  readonly beginning?: Constraint;
  /** Runs drafts along with each token. The text stays the same; see {@link Speculation}. */
  readonly speculation?: Speculation | undefined;
  /** Mixes what is remembered into the model's logits; it has followed the prompt. */
  readonly recall?: Recall | undefined;
  /** Whether nothing after this token will be wanted, so that no draft goes past it. */
  readonly isEnd?: (token: number) => boolean;
  readonly signal?: AbortSignal | undefined;
  /** Awaited before each run, to let more urgent work in. */
  readonly pause?: Pause | undefined;
  /** Told once, when the prompt has been run. */
  readonly onPrefill?: (reused: number) => void;
}

/**
 * Continues a prompt: prefill, then token by token, several in one run where a draft is right.
 * @returns through the generator, why it ended
 * @throws PaddockError `cancelled` within one prefill chunk or one decode step, `bad-request` for options that are wrong
 */
export async function* generate(
  session: Session,
  prompt: readonly number[],
  options: GenerateOptions,
): AsyncGenerator<Choice, 'stop' | 'length'> {
  const { stopTokens, beginning, speculation, recall, signal, pause } = options;
  checkMaxTokens(options.maxTokens);
  const last = await session.sync(prompt, signal, pause);
  options.onPrefill?.(last.reused);
  const sampler = new Sampler(options.sampling, prompt);
  const room = Math.min(options.maxTokens, session.room);
  const timeline = [...prompt];
  const isEnd = (token: number) => stopTokens.has(token) || (options.isEnd?.(token) ?? false);
  let run = new DraftRun(session, [last]);
  try {
    for (let count = 1; ; count++) {
      throwIfCancelled(signal);
      const choice = run.choose(sampler, beginning?.allowed, recall);
      beginning?.take(choice.token);
      recall?.take(choice.token);
      if (stopTokens.has(choice.token)) return 'stop';
      timeline.push(choice.token);
      yield choice;
      if (count >= room) return 'length';
      if (run.take(choice.token)) continue;
      run.end();
      const isReplaced = await session.letIn(pause);
      throwIfCancelled(signal);
      if (isReplaced) await session.sync(timeline.slice(0, -1), signal, pause);
      const most = Math.min(room - count, session.free) - 1; // a draft must not push anything out of the sliding window
      const isFree = beginning?.isComplete ?? true;
      const draft = (isFree && speculation?.propose(timeline, most, isEnd)) || [];
      const needed = isFree && session.hasTop ? sampler.needed(1 + draft.length) : undefined;
      const tokens = [choice.token, ...draft];
      const rows =
        needed === undefined
          ? await session.steps(tokens)
          : await session.stepsTop(tokens, Math.max(needed, recall ? LARGEST_KNOWN : 0));
      run = new DraftRun(session, rows, draft, speculation);
    }
  } finally {
    run.end();
  }
}

/** Logits of one place: all, or the largest. */
type Row = LogitRow | TopLogits;

/** One run of a token with its draft: logits of the token, and of each drafted token for as long as the choices agree with the draft. */
class DraftRun {
  readonly #session: Session;
  readonly #rows: readonly Row[];
  readonly #draft: readonly number[];
  readonly #speculation: Speculation | undefined;
  #right = 0;
  #isWrong = false;
  #ended = false;

  constructor(session: Session, rows: readonly Row[], draft: readonly number[] = [], speculation?: Speculation) {
    this.#session = session;
    this.#rows = rows;
    this.#draft = draft;
    this.#speculation = speculation;
  }

  /** Chooses the token of the place that has come. */
  choose(sampler: Sampler, allowed?: Int32Array, recall?: Recall): Choice {
    const given = this.#rows[this.#right] as Row;
    const row = recall?.mix(given) ?? given;
    return 'tokens' in row
      ? sampler.chooseFromTop(row, this.#session.vocabularySize)
      : sampler.choose(row.logits, allowed, row.summary);
  }

  /** Whether this token was drafted, so that the logits behind it are here. */
  take(token: number): boolean {
    if (this.#right >= this.#draft.length) return false;
    if (this.#draft[this.#right] === token) {
      this.#right++;
      return true;
    }
    this.#isWrong = true;
    return false;
  }

  /** Removes rejected draft tokens from the timeline. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#draft.length === 0) return;
    this.#session.rewind(this.#draft.length - this.#right);
    this.#speculation?.settle(this.#draft.length, this.#right, this.#isWrong);
  }
}
