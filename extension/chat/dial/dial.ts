import type { ModelInfo } from '../../../engine/index.ts';
import {
  BALANCED,
  BY_ITSELF,
  type DialMove,
  isOwnLevers,
  isRefusalSettings,
  LEVERS,
  type Lever,
  type OwnLevers,
  type RefusalChange,
  type RefusalSettings,
  type ShownDecision,
  type ShownRefusals,
} from '../../../webview/protocol/chatRefusals.ts';
import type { Memory } from '../../storage/memory.ts';
import { type Decision, isTold } from './decision.ts';
import type { LeverSource } from './leverSource.ts';
import { bestLever, drivenAt, type LeverFacts, leversOf, type Occasion, type Told, toldOf } from './levers.ts';
import { PROMPTS, systemPromptOf } from './promptLevels.ts';
import { differenceOf, type SetUp } from './setUp.ts';

/** Storage key of how models' refusals are tuned. */
const REFUSALS_KEY = 'chatRefusals';

const NOTHING: LeverSource = { directions: () => [], audited: () => undefined };

/** How refusals of the open model are tuned. Each model has settings of its own. */
export class Dial {
  readonly #memory: Memory;
  readonly #model: () => ModelInfo | undefined;
  readonly #source: LeverSource;

  constructor(memory: Memory, model: () => ModelInfo | undefined, source: LeverSource = NOTHING) {
    this.#memory = memory;
    this.#model = model;
    this.#source = source;
  }

  /** What the panel shows of it; null where no model is open. */
  get shown(): ShownRefusals | null {
    const model = this.#model();
    if (!model) return null;
    const { settings, setUp } = this;
    const facts = this.#facts(model);
    const audited = setUp && this.#source.audited(model.key, setUp);
    const { threshold, own } = settings;
    return {
      ...settings,
      direction: facts.direction ?? '',
      levers: LEVERS.map((each) => ({ lever: each, state: facts.states[each] })),
      driven: drivenAt(threshold ?? BALANCED, facts) ?? null,
      directions: this.#source.directions(model.key).map(({ path, name }) => ({ path, name })),
      target: audited?.target ?? null,
      refused: threshold !== null && own === null ? (audited?.refusedAt(threshold) ?? null) : null,
      prompts: PROMPTS,
    };
  }

  /** What is set for the open model. */
  get settings(): RefusalSettings {
    return settingsFrom(this.#remembered[this.#model()?.key ?? '']);
  }

  /** What the dial drives; undefined where it has nothing to drive, or no model is open. */
  get lever(): Lever | undefined {
    const model = this.#model();
    return model && bestLever(this.#facts(model));
  }

  /** Path of the direction in use; undefined where there is none. */
  get direction(): string | undefined {
    const model = this.#model();
    return model && this.#facts(model).direction;
  }

  /** The set-up a place of the dial is read under now; undefined if it drives nothing, or no model is open. */
  get setUp(): SetUp | undefined {
    const [model, { lever, direction: path }] = [this.#model(), this];
    if (!model || !lever) return undefined;
    const along = lever === 'direction' ? this.#source.directions(model.key).find((each) => each.path === path) : undefined;
    return { weights: model.weights, lever, direction: along?.mark ?? '', prompt: this.system };
  }

  /** What conversations begin with; empty for nothing. */
  get system(): string {
    return systemPromptOf(this.settings);
  }

  /** What the engine is told for a question. */
  toldFor(occasion: Occasion): Told {
    const model = this.#model();
    return model ? toldOf(this.settings, this.#facts(model), occasion) : {};
  }

  /** What the panel shows of a decision; an offer only under the set-up it holds for, and if the dial is still stricter. */
  shownDecision(decision: Decision): ShownDecision {
    const { settings } = this;
    const { probability, threshold, refused } = decision;
    const offer = this.#offerOf(decision);
    const target = (offer !== null && this.shown?.target) || null;
    const isMorePermissive = target !== null && target.threshold > (settings.threshold ?? BALANCED);
    return {
      ...{ probability, threshold, refused, offer },
      isTold: isTold({ probability, refused }, settings.own !== null),
      target: isMorePermissive ? target : null,
    };
  }

  /** Where the dial would let pass what it stopped; null if it already does, or if that is unknown. */
  #offerOf({ model, offer }: Decision): number | null {
    const [{ own, threshold }, now] = [this.settings, this.setUp];
    if (!offer || own || !now || model !== this.#model()?.key || differenceOf(offer.under, now)) return null;
    const { passes } = offer;
    // With the dial off, first words are sampled, so a refusal comes as often as it is probable. A dial that is on decides instead, so it
    // is offered from the middle on.
    if (threshold === null && now.lever === 'opening') return Math.max(BALANCED, passes);
    return (threshold ?? BALANCED) < passes ? passes : null;
  }

  /** Answers are decided so from the next one on, where a model is open; what is not changed stays. */
  async use(changed: RefusalChange): Promise<void> {
    const model = this.#model();
    if (!model) return;
    const { settings: now } = this;
    const { threshold, level, custom, direction } = { ...now, ...changed };
    const settings: RefusalSettings = { threshold, level, custom, direction, own: ownAfter(now.own, changed.own) };
    await this.#memory.update(REFUSALS_KEY, { ...this.#remembered, [model.key]: settings });
  }

  /** Moves the dial to a place, which replaces individually set levers. */
  async turnTo(threshold: number): Promise<void> {
    await this.use({ threshold, own: null });
  }

  /** Moves the dial to where it was offered after such a decision. */
  async move(where: DialMove, decision: Decision | undefined): Promise<void> {
    const { offer = null, target = null } = decision ? this.shownDecision(decision) : {};
    const place = where === 'there' ? offer : where === 'target' ? (target?.threshold ?? null) : null;
    if (place !== null) await this.turnTo(place);
  }

  #facts(model: ModelInfo): LeverFacts {
    const stored = this.#source.directions(model.key);
    const wished = this.settings.direction;
    return leversOf(model, (stored.find(({ path }) => path === wished) ?? stored[0])?.path);
  }

  /** By the keys of models. */
  get #remembered(): Readonly<Record<string, unknown>> {
    const stored = this.#memory.get(REFUSALS_KEY);
    return typeof stored === 'object' && stored !== null ? { ...stored } : {};
  }
}

/** A value of a lever that was meanwhile turned off with all others is dropped. */
function ownAfter(own: OwnLevers | null, changed: RefusalChange['own']): OwnLevers | null {
  if (!changed) return changed === undefined ? own : null;
  const all = { ...own, ...changed };
  return isOwnLevers(all) ? all : null;
}

/** What was stored may be of an older version with fewer fields. */
function settingsFrom(stored: unknown): RefusalSettings {
  const { direction, own } = BY_ITSELF;
  const whole = typeof stored === 'object' && stored !== null ? { direction, own, ...stored } : stored;
  return isRefusalSettings(whole) ? whole : BY_ITSELF;
}
