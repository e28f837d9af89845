import { type ChatBudget, type ChatParams, isPaddockError, type ModelInfo } from '../../engine/index.ts';
import type { Gauge } from '../../webview/protocol/chatWindow.ts';
import type { ChatEngine } from './chatEngine.ts';

/** How long after the last change the window is measured, in milliseconds. */
export const CALM_MS = 150;

/** What is to be measured. */
export interface Plan {
  readonly params: ChatParams;
  readonly model: ModelInfo;
  /** The messages of each turn, by their names. */
  readonly messages: readonly (readonly string[])[];
}

/** What a conversation takes of the window, and the messages that do not fit. */
export interface Measured {
  readonly gauge: Gauge;
  readonly leftOut: ReadonlySet<string>;
}

/** How it is said that something was left out, and what an error is. */
export interface GaugeWords {
  readonly leftOut: (turns: number, all: number, cutCharacters: number, examples: number) => string;
  readonly problem: (error: unknown) => string;
}

/** Measures what a conversation takes whenever it has changed, the last state of those that come together. */
export class GaugeMeter {
  readonly #engine: ChatEngine;
  readonly #words: GaugeWords;
  readonly #onMeasured: (measured: Measured | undefined) => void;
  #timer: NodeJS.Timeout | undefined;
  #abort = new AbortController();

  /** @param onMeasured told what was found; undefined when there is no model to ask */
  constructor(engine: ChatEngine, words: GaugeWords, onMeasured: (measured: Measured | undefined) => void) {
    this.#engine = engine;
    this.#words = words;
    this.#onMeasured = onMeasured;
  }

  /** Measures soon. @param plan asked for when it is time; undefined where no model is open */
  schedule(plan: () => Plan | undefined): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#measure(plan()), CALM_MS);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#abort.abort();
  }

  async #measure(plan: Plan | undefined): Promise<void> {
    this.#abort.abort();
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    const measured = plan && (await this.#ask(plan, signal));
    if (!signal.aborted) this.#onMeasured(measured);
  }

  async #ask(plan: Plan, signal: AbortSignal): Promise<Measured | undefined> {
    try {
      return measuredOf(await this.#engine.planChat(plan.params, signal), plan, this.#words);
    } catch (error) {
      if (!isPaddockError(error, 'bad-request')) return undefined;
      const { window } = plan.params.use;
      const problem = this.#words.problem(error);
      const gauge = { segments: [], window, ...lengthsOf(plan), cacheBytes: 0, leftOut: '', problem };
      return { gauge, leftOut: new Set() };
    }
  }
}

/** What the engine says of a prompt, as the panel shows it. */
export function measuredOf(budget: ChatBudget, plan: Plan, words: GaugeWords): Measured {
  const { messages } = plan;
  const { segments, window, reserve, cacheBytes, leftOut, cut, examplesLeftOut = 0 } = budget;
  const isAll = leftOut.length === 0 && !cut && examplesLeftOut === 0;
  const gauge: Gauge = {
    segments: [...segments, { segment: 'reserve', tokens: reserve }],
    window,
    ...lengthsOf(plan),
    cacheBytes: Math.round(cacheBytes),
    leftOut: isAll ? '' : words.leftOut(leftOut.length, messages.length - 1, cut?.characters ?? 0, examplesLeftOut),
    problem: '',
  };
  return { gauge, leftOut: new Set(leftOut.flatMap((turn) => messages[turn] ?? [])) };
}

/** How far the model can read: as it was trained, and with the scaling that is chosen. */
function lengthsOf({ model, params }: Pick<Plan, 'model' | 'params'>): Pick<Gauge, 'trained' | 'supported'> {
  const { contextLength: trained } = model;
  const { scaling } = params.use;
  // What another base reaches depends on the one that the model was trained with.
  if (scaling?.kind === 'base') return { trained, supported: 0 };
  const factor = scaling && 'factor' in scaling ? scaling.factor : 1;
  return { trained, supported: Math.floor(trained * factor) };
}
