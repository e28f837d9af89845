import { throwIfCancelled } from '../errors.ts';
import type { Beginning } from '../sampling/beginning.ts';
import { type Choice, Sampler, type SamplingOptions } from '../sampling/sampler.ts';
import type { Session } from '../session/session.ts';

export interface GenerateOptions {
  /** At most so many tokens; also ended by the end of the context window. */
  readonly maxTokens: number;
  readonly sampling: SamplingOptions;
  /** Tokens that end the generation; they are not yielded. */
  readonly stopTokens: ReadonlySet<number>;
  /** What the generation must begin with. */
  readonly beginning?: Beginning;
  readonly signal?: AbortSignal | undefined;
  /** Told once, when the prompt has been run. */
  readonly onPrefill?: (reused: number) => void;
}

/**
 * Continues a prompt: prefill, then one token after the other.
 * @returns through the generator, why it ended
 * @throws PaddockError `cancelled` within one prefill chunk or one decode step
 */
export async function* generate(
  session: Session,
  prompt: readonly number[],
  options: GenerateOptions,
): AsyncGenerator<Choice, 'stop' | 'length'> {
  const { maxTokens, sampling, stopTokens, beginning, signal } = options;
  const { logits: first, reused } = await session.sync(prompt, signal);
  options.onPrefill?.(reused);
  const sampler = new Sampler(sampling, prompt);
  const room = Math.min(maxTokens, session.contextLength - prompt.length);
  let logits = first;
  for (let count = 1; ; count++) {
    throwIfCancelled(signal);
    const choice = sampler.choose(logits, beginning?.allowed);
    beginning?.take(choice.token);
    if (stopTokens.has(choice.token)) return 'stop';
    yield choice;
    if (count >= room) return 'length';
    logits = await session.step(choice.token);
  }
}
