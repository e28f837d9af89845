import { templateFor } from '../chat/formats.ts';
import { planChat } from '../chat/plan.ts';
import { PaddockError, throwIfCancelled } from '../errors.ts';
import type { ControlVector } from '../model/gguf/controlVector.ts';
import type { Steering } from '../runtime/steering.ts';
import { residualsAt } from '../session/residuals.ts';
import type { Session } from '../session/session.ts';
import { type FindOptions, type FoundDirection, findDirection } from '../tuning/direction/findDirection.ts';
import { probabilities } from '../tuning/direction/scores.ts';
import type { Change, Contrast, Subject } from '../tuning/direction/subject.ts';
import { openingsOf, REFUSE } from './decision.ts';
import type { Decoder, LanguageModel } from './model.ts';
import type { Pause } from './turns.ts';

/** Messages that a direction is found by. */
export interface ContrastingMessages {
  /** Messages the model refuses. */
  readonly refused: readonly string[];
  /** Messages it answers. */
  readonly answered: readonly string[];
}

export interface FindingOptions extends Omit<FindOptions, 'onProgress' | 'tokens'> {
  /** What the model is called; some prompt formats are known by it. */
  readonly name: string;
  readonly signal?: AbortSignal | undefined;
  /** Awaited between runs. */
  readonly pause?: Pause | undefined;
  /** Told the part that is done, 0–1. */
  readonly onProgress?: ((part: number) => void) | undefined;
}

/** Tokens of context that a message may take. */
const WINDOW = 1024;

/** Tokens of context that finding a direction, or trying one, takes. */
export function studiedTokens({ window }: Pick<Decoder, 'window'>): number {
  return Math.min(WINDOW, window);
}

/**
 * Finds the direction in a chat model's residual stream that stands for refusing. If the model decides by a first token, refusals are
 * recognised by it.
 * @throws PaddockError `bad-request` for a model that cannot be steered, too few messages, or where no direction does it; `cancelled`
 */
export async function findRefusalDirection(
  model: LanguageModel,
  messages: ContrastingMessages,
  { name, signal, pause, onProgress, ...options }: FindingOptions,
): Promise<FoundDirection> {
  const contrast: Contrast = {
    refused: messages.refused.map((text) => promptOf(model, name, text)),
    answered: messages.answered.map((text) => promptOf(model, name, text)),
  };
  const subject = new LoadedSubject(model, signal, pause);
  const refuse = model.tokenizer.control(REFUSE);
  try {
    return await findDirection(subject, contrast, {
      ...options,
      ...(refuse !== undefined && { tokens: [refuse] }),
      ...(onProgress && { onProgress }),
    });
  } finally {
    await subject.dispose();
  }
}

/**
 * How probable a refusal is at the first token of an answer to each message, steered or not.
 * @param options.tokens that refusals begin with; the model's own where it has one, else those of the words that refusals begin with
 * @throws PaddockError `bad-request` where there is no such token, or the steering is of another model
 */
export async function refusalProbabilities(
  model: LanguageModel,
  messages: readonly string[],
  steering: Steering | undefined,
  {
    name,
    signal,
    pause,
    tokens,
  }: Pick<FindingOptions, 'name' | 'signal' | 'pause'> & { readonly tokens?: readonly number[] | undefined },
): Promise<number[]> {
  const own = model.tokenizer.control(REFUSE);
  const telling = tokens ?? (own === undefined ? openingsOf(model.tokenizer) : [own]);
  if (telling.length === 0) {
    throw new PaddockError('bad-request', 'This model has no token for refusing. Say which tokens its refusals begin with.');
  }
  const window = studiedTokens(model);
  const session = model.newSession({ window, ...(steering && { steering }) });
  try {
    const found: number[] = [];
    for (const message of messages) {
      const { logits } = await session.sync(promptOf(model, name, message), signal, pause);
      const distribution = probabilities(logits);
      found.push(telling.reduce((sum, token) => sum + (distribution[token] as number), 0));
    }
    return found;
  } finally {
    session.evict();
  }
}

/** A found direction as a file holds it. @param layers of the model */
export function asControlVector({ layer, position, direction, scores }: FoundDirection, layers: number): ControlVector {
  const figures = { position, ...scores };
  return { hiddenSize: direction.length, layers, directions: new Map([[layer, direction]]), figures };
}

/** A message as the model reads it in a conversation. */
function promptOf(model: LanguageModel, name: string, text: string): readonly number[] {
  const { tokenizer } = model;
  const { source } = templateFor(tokenizer, name);
  const turns = [{ content: [{ kind: 'text' as const, text }] }];
  const conversation = { system: '', pinned: { text: '', mode: 'off' as const }, turns };
  const plan = { window: studiedTokens(model), reserve: 1, overflow: 'oldest' } as const;
  return planChat(conversation, { template: source, tokenizer }, plan).tokens;
}

/** A loaded model, as the search for a direction uses it. */
export class LoadedSubject implements Subject {
  readonly layers: number;
  readonly hiddenSize: number;
  readonly #model: Decoder;
  readonly #signal: AbortSignal | undefined;
  readonly #pause: Pause | undefined;
  /** Prompts that share their beginning share its keys and values, under one change. */
  #present: { readonly change: Change | undefined; readonly session: Session } | undefined;

  /** @throws PaddockError `bad-request` for a model that cannot be steered */
  constructor(model: Decoder, signal?: AbortSignal, pause?: Pause) {
    const { layers, hiddenSize } = model.config;
    if (!model.runtime.canSteer || hiddenSize === undefined) {
      throw new PaddockError('bad-request', 'No direction can be found in this model: its graph comes with its files.');
    }
    this.layers = layers;
    this.hiddenSize = hiddenSize;
    this.#model = model;
    this.#signal = signal;
    this.#pause = pause;
  }

  async residuals(prompt: readonly number[], positions: readonly number[]): Promise<Float32Array> {
    throwIfCancelled(this.#signal);
    await this.#pause?.();
    return residualsAt(this.#model.runtime, prompt, positions, { layers: this.layers, window: this.#window });
  }

  async logits(prompt: readonly number[], change?: Change): Promise<Float32Array> {
    if (!this.#present || this.#present.change !== change) {
      this.#present?.session.evict();
      // Two graphs with weights of their own beside the plain one are one too many: what is observed was observed before.
      if (change) await this.#model.runtime.endObserving?.();
      this.#present = { change, session: this.#model.newSession({ window: this.#window, ...(change && { steering: change }) }) };
    }
    return (await this.#present.session.sync(prompt, this.#signal, this.#pause)).logits;
  }

  get #window(): number {
    return studiedTokens(this.#model);
  }

  /** Frees what the search used. */
  async dispose(): Promise<void> {
    this.#present?.session.evict();
    await this.#model.runtime.endObserving?.();
  }
}
