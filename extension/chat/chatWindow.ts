import { type ChatParams, isPaddockError, type ModelInfo, reserveOf } from '../../engine/index.ts';
import type { ChatView } from '../../webview/protocol/chat.ts';
import type { Gauge, WindowChange, WindowControls } from '../../webview/protocol/chatWindow.ts';
import { openModelIn, restingIn } from '../readiness.ts';
import type { Memory } from '../storage/memory.ts';
import type { ChatEngine } from './chatEngine.ts';
import type { ChatWords } from './chatHost.ts';
import type { Conversation, Message } from './conversation.ts';
import { whyShort } from './cutShort.ts';
import { Dial } from './dial/dial.ts';
import type { LeverSource } from './dial/leverSource.ts';
import { explainsCode } from './dial/threshold.ts';
import { GaugeMeter, type Measured, measuredOf, type Plan } from './gauge.ts';
import type { Outcome } from './generation.ts';
import { pinnedFor } from './pins/pinned.ts';
import { promptOf } from './prompt.ts';
import { controlsOf, storedOf, useOf } from './windowControls.ts';

/** Storage key of how models' windows are used. */
const CONTROLS_KEY = 'chatControls';

/** The open model and the window that conversations have in it. */
export class ChatWindow {
  /** What the open model refuses. */
  readonly dial: Dial;
  readonly #engine: ChatEngine;
  readonly #memory: Memory;
  readonly #words: ChatWords;
  readonly #meter: GaugeMeter;
  #measured: Measured | undefined;
  /** Why the last window settings were refused, until others are chosen. */
  #refusal = '';
  /** Tokens there is memory for, if the engine has reported it. */
  #fits: number | undefined;
  #key = '';
  #shown = '';

  /**
   * @param onMeasured called after measuring, with whether different messages are left out than before
   * @param levers what is known about models beyond what the engine reports
   */
  constructor(
    engine: ChatEngine,
    memory: Memory,
    words: ChatWords,
    onMeasured: (othersLeftOut: boolean) => void,
    levers?: LeverSource,
  ) {
    this.#engine = engine;
    this.#memory = memory;
    this.#words = words;
    this.dial = new Dial(memory, () => this.model, levers);
    this.#meter = new GaugeMeter(engine, words, (measured) => {
      const before = namesOf(this.#measured);
      this.#measured = measured;
      onMeasured(namesOf(measured) !== before);
    });
  }

  /** The open model, or one that rests: an answer opens it again. */
  get model(): ModelInfo | undefined {
    return openModelIn(this.#engine.state);
  }

  get shownModel(): ChatView['model'] {
    const { state } = this.#engine;
    const name = this.model?.name ?? ('name' in state ? state.name : '');
    return {
      name,
      sentence: this.#words.model(state),
      canAnswer: this.model !== undefined,
      isUnloaded: state.kind === 'unloaded' && !restingIn(state),
    };
  }

  get controls(): WindowControls | undefined {
    const { model } = this;
    return model && controlsOf(this.#remembered[model.key], model, this.#fits);
  }

  get gauge(): Gauge | undefined {
    const gauge = this.#measured?.gauge;
    return gauge && this.#refusal !== '' ? { ...gauge, problem: this.#refusal } : gauge;
  }

  /** Messages that do not fit, by their names. */
  get leftOut(): ReadonlySet<string> {
    return this.#measured?.leftOut ?? new Set();
  }

  /** The engine's state has changed. @returns what changed: nothing, the text about the model, or the model */
  engineChanged(): 'nothing' | 'words' | 'model' {
    const { model } = this;
    const shown = JSON.stringify([this.shownModel, model?.key]); // models of different places may have the same name
    if (shown === this.#shown) return 'nothing';
    this.#shown = shown;
    if (!model || model.key === this.#key) return 'words';
    this.#key = model.key;
    this.#fits = undefined;
    this.#refusal = '';
    return 'model';
  }

  /**
   * How the engine is asked for an answer to the last message of a branch; undefined where no model is open.
   * @param anyway answer even if it was refused
   */
  plan({ pinned }: Conversation, branch: readonly Message[], anyway = false): Plan | undefined {
    const { model, controls } = this;
    if (!model || !controls) return undefined;
    const { turns, examples, messages } = promptOf(branch);
    const params: ChatParams = {
      conversation: { system: this.dial.system, pinned: pinnedFor(pinned), turns, examples },
      ...useOf(controls),
      ...this.dial.toldFor({ explains: explainsCode(branch.at(-1)), anyway }),
    };
    const summed = branch.findLast(({ summary = '' }) => summary !== '')?.id ?? '';
    const { setUp } = this.dial;
    return { params, model, messages, summed, ...(anyway && setUp && { wanted: setUp }) };
  }

  /** Measures what a plan takes, when nothing else has changed for a moment. */
  measureSoon(plan: () => Plan | undefined): void {
    this.#meter.schedule(plan);
  }

  /** Another conversation is shown, of which nothing is measured yet. */
  forgetMeasured(): void {
    this.#measured = undefined;
  }

  /**
   * An answer has arrived, with the tokens its prompt took; or none for lack of memory, with how much there is.
   * @returns why it is not as long as it could be; empty when it is
   */
  ended(outcome: Outcome, plan: Plan): string {
    if (outcome.kind === 'stopped') return '';
    if (outcome.kind === 'answered') {
      this.#measured = measuredOf(outcome.answer.budget, plan, this.#words);
      return whyShort(outcome.answer, reserveOf(plan.params), this.#words);
    }
    const { error } = outcome;
    if (isPaddockError(error, 'not-enough-memory')) {
      this.#fits = error.facts.largestWindow;
      this.#refusal = this.#words.problem(error);
    }
    return this.#words.problem(error);
  }

  /** Changes how the open model's window is used, from the next message on; undefined for its defaults. */
  async use(changed: WindowChange | undefined): Promise<void> {
    const { model, controls } = this;
    if (!model || !controls) return;
    this.#refusal = '';
    const stored = changed && storedOf({ ...controls, ...changed });
    await this.#memory.update(CONTROLS_KEY, { ...this.#remembered, [model.key]: stored });
  }

  dispose(): void {
    this.#meter.dispose();
  }

  /** By the keys of models. */
  get #remembered(): Readonly<Record<string, unknown>> {
    const stored = this.#memory.get(CONTROLS_KEY);
    return typeof stored === 'object' && stored !== null ? { ...stored } : {};
  }
}

/** Of messages that are left out, or cut. */
function namesOf(measured: Measured | undefined): string {
  const cut = measured?.gauge.leftOut.filter(({ kind }) => kind === 'cut') ?? [];
  return JSON.stringify([[...(measured?.leftOut ?? [])], cut]);
}
