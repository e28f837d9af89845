import type { ChatParams, ModelInfo } from '../../../engine/index.ts';
import {
  BALANCED,
  BY_ITSELF,
  isRefusalSettings,
  type RefusalSettings,
  type ShownDecision,
  type ShownRefusals,
} from '../../../webview/protocol/chatRefusals.ts';
import type { Memory } from '../chatHost.ts';
import type { Message } from '../conversation.ts';
import type { Decision } from './decision.ts';
import { PROMPTS, systemPromptOf } from './promptLevels.ts';
import { thresholdFor, thresholdThatPasses } from './threshold.ts';

/** Under which it is remembered how refusals of models are tuned. */
const REFUSALS_KEY = 'chatRefusals';

/** How refusals of the open model are tuned. Each model has settings of its own. */
export class Dial {
  readonly #memory: Memory;
  readonly #model: () => ModelInfo | undefined;

  constructor(memory: Memory, model: () => ModelInfo | undefined) {
    this.#memory = memory;
    this.#model = model;
  }

  /** What the panel shows of it; null where no model is open. */
  get shown(): ShownRefusals | null {
    const model = this.#model();
    return model ? { ...this.#settings, canDial: model.decidesToRefuse ?? false, prompts: PROMPTS } : null;
  }

  /** What conversations begin with; empty for nothing. */
  get system(): string {
    return systemPromptOf(this.#settings);
  }

  /** What the engine is told for a question. */
  toldFor(question: Message | undefined): Pick<ChatParams, 'refuseAbove'> {
    return this.#model()?.decidesToRefuse ? thresholdFor(this.#settings.threshold, question) : {};
  }

  /** What the panel shows of a decision; an offer only for the open model, and where the dial is stricter still. */
  shownDecision({ probability, threshold, refused, model, offers }: Decision): ShownDecision {
    const isStricter = (this.#settings.threshold ?? BALANCED) < probability;
    const offer = offers && isStricter && model === this.#model()?.path ? thresholdThatPasses(probability) : null;
    return { probability, threshold, refused, offer };
  }

  /** Answers are decided so from the next one on, where a model is open. */
  async use({ threshold, level, custom }: RefusalSettings): Promise<void> {
    const model = this.#model();
    if (!model) return;
    const settings: RefusalSettings = { threshold, level, custom };
    await this.#memory.update(REFUSALS_KEY, { ...this.#remembered, [model.path]: settings });
  }

  /** Moves the dial to where it would have let such a question pass. */
  async letPass(decision: Decision | undefined): Promise<void> {
    const { offer = null } = decision ? this.shownDecision(decision) : {};
    if (offer !== null) await this.use({ ...this.#settings, threshold: offer });
  }

  get #settings(): RefusalSettings {
    const stored = this.#remembered[this.#model()?.path ?? ''];
    return isRefusalSettings(stored) ? stored : BY_ITSELF;
  }

  /** By the paths of models. */
  get #remembered(): Readonly<Record<string, unknown>> {
    const stored = this.#memory.get(REFUSALS_KEY);
    return typeof stored === 'object' && stored !== null ? { ...stored } : {};
  }
}
