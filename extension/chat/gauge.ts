import {
  type ChatBudget,
  type ChatParams,
  isPaddockError,
  type ModelInfo,
  type PaddockError,
  reserveOf,
} from '../../engine/index.ts';
import type { Gauge, LeftOut } from '../../webview/protocol/chatWindow.ts';
import type { ChatEngine } from './chatEngine.ts';
import type { SetUp } from './dial/setUp.ts';

/** How long after the last change the window is measured, in milliseconds. */
export const CALM_MS = 150;

/** What is to be measured. */
export interface Plan {
  readonly params: ChatParams;
  readonly model: ModelInfo;
  /** The dial's set-up, if the question was refused and is to be answered anyway. */
  readonly wanted?: SetUp;
  /** The messages of each turn, by their names. */
  readonly messages: readonly (readonly string[])[];
  /** The last answer for which the oldest messages were summarised; empty for none. */
  readonly summed: string;
}

/** What a conversation takes of the window, and the messages that do not fit. */
export interface Measured {
  readonly gauge: Gauge;
  readonly leftOut: ReadonlySet<string>;
}

/** The words for what was left out, and for an error. */
export interface GaugeWords {
  readonly turnsLeftOut: (turns: number, all: number) => string;
  readonly turnsSummedUp: (turns: number, all: number) => string;
  readonly summary: string;
  readonly cutOff: (characters: number) => string;
  readonly examplesLeftOut: (examples: number) => string;
  readonly problem: (error: unknown) => string;
}

/** Measures the tokens of a conversation whenever it has changed; of several changes in a row, only the last state. */
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
    const measured = plan && (await this.#ask(plan));
    if (!signal.aborted) this.#onMeasured(measured);
  }

  async #ask(plan: Plan): Promise<Measured | undefined> {
    try {
      return measuredOf(await this.#engine.planChat(plan.params), plan, this.#words);
    } catch (error) {
      if (!isPaddockError(error, 'bad-request')) return undefined;
      return { gauge: overfull(error, plan, this.#words.problem(error)), leftOut: new Set() };
    }
  }
}

/** What the engine says of a prompt, as the panel shows it. */
export function measuredOf(budget: ChatBudget, plan: Plan, words: GaugeWords): Measured {
  const { messages } = plan;
  const { segments, window, reserve, cacheBytes } = budget;
  const gone = budget.leftOut.flatMap((turn) => messages[turn] ?? []);
  const gauge: Gauge = {
    segments: [...segments, { segment: 'reserve', tokens: reserve }],
    window,
    ...lengthsOf(plan),
    cacheBytes: Math.round(cacheBytes),
    leftOut: leftOutOf(budget, plan, words),
    problem: '',
  };
  return { gauge, leftOut: new Set(gone) };
}

/** What a message takes that does not fit even alone. */
function overfull({ facts: { segments = [] } }: PaddockError, plan: Plan, problem: string): Gauge {
  const { params } = plan;
  const shown: Gauge['segments'] = segments.length > 0 ? [...segments, { segment: 'reserve', tokens: reserveOf(params) }] : [];
  return { segments: shown, window: params.use.window, ...lengthsOf(plan), cacheBytes: 0, leftOut: [], problem };
}

/** How many turns a prompt leaves out, or has a summary for. @param all turns before the last one */
export function turnsInWords(
  { leftOut, isSummedUp }: ChatBudget,
  all: number,
  { turnsSummedUp, turnsLeftOut }: Pick<GaugeWords, 'turnsSummedUp' | 'turnsLeftOut'>,
): string {
  return (isSummedUp ? turnsSummedUp : turnsLeftOut)(leftOut.length, all);
}

/** What did not fit, in words, and where each part can be seen. */
function leftOutOf(budget: ChatBudget, plan: Plan, words: GaugeWords): LeftOut[] {
  const { leftOut, cut, isSummedUp, examplesLeftOut = 0 } = budget;
  const { messages, summed } = plan;
  const [turns, all] = [leftOut.length, messages.length - 1];
  const firstOf = (turn: number | undefined) => messages.at(turn ?? -1)?.[0] ?? '';
  const found: (LeftOut | false)[] = [
    examplesLeftOut > 0 && {
      kind: 'examples',
      count: examplesLeftOut,
      text: words.examplesLeftOut(examplesLeftOut),
      message: firstOf(-1),
    },
    turns > 0 && {
      kind: 'turns',
      count: turns,
      text: turnsInWords(budget, all, words),
      message: firstOf(leftOut[0]),
    },
    turns > 0 && isSummedUp === true && summed !== '' && { kind: 'summary', count: 0, text: words.summary, message: summed },
    cut !== undefined && {
      kind: 'cut',
      count: cut.characters,
      text: words.cutOff(cut.characters),
      message: firstOf(cut.turn),
    },
  ];
  return found.filter((each) => each !== false);
}

/** How far the model can read: as it was trained, and with the scaling that is chosen. */
function lengthsOf({ model, params }: Pick<Plan, 'model' | 'params'>): Pick<Gauge, 'trained' | 'supported'> {
  const { contextLength: trained, reach } = model;
  const { scaling } = params.use;
  if (!scaling) return { trained, supported: reach.own };
  // What another base reaches depends on the one that the model was trained with.
  if (scaling.kind === 'base') return { trained, supported: 0 };
  const factor = 'factor' in scaling ? scaling.factor : 1;
  return { trained, supported: Math.floor(reach.unscaled * factor) };
}
