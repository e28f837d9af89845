import { biasOfThreshold, type ChatParams, type ModelInfo, steeringAt, thresholdOfBias } from '../../../engine/index.ts';
import {
  BALANCED,
  type Driven,
  LEVERS,
  type Lever,
  type LeverState,
  type OwnLevers,
  type RefusalSettings,
} from '../../../webview/protocol/chatRefusals.ts';

/** The properties of a model that its refusals can be tuned by. */
export interface LeverFacts {
  readonly states: Readonly<Record<Lever, LeverState>>;
  /** Path of the direction in use. */
  readonly direction: string | undefined;
}

/** What the engine is told of refusals. */
export type Told = Pick<ChatParams, 'refuseAbove' | 'steering'>;

/** What kind of question is to be answered. */
export interface Occasion {
  /** It asks to explain code in the editor. */
  readonly explains?: boolean;
  /** It was refused, and an answer is wanted anyway. */
  readonly anyway?: boolean;
}

/** Which levers a model has, and why others are missing. @param direction path of the one that is stored for it */
export function leversOf(
  { decidesToRefuse, canSteer, opensRefusals }: Pick<ModelInfo, 'decidesToRefuse' | 'canSteer' | 'opensRefusals'>,
  direction: string | undefined,
): LeverFacts {
  const states = {
    token: decidesToRefuse ? 'ready' : 'noTokens',
    direction: canSteer ? (direction === undefined ? 'noDirection' : 'ready') : 'ownGraph',
    opening: decidesToRefuse ? 'decides' : opensRefusals ? 'ready' : 'noOpenings',
  } as const;
  return { states, direction: canSteer ? direction : undefined };
}

/** The best lever a model has. */
export function bestLever({ states }: LeverFacts): Lever | undefined {
  return LEVERS.find((lever) => states[lever] === 'ready');
}

/** What the dial's present place means for its lever. */
export function drivenAt(threshold: number, facts: LeverFacts): Driven | undefined {
  const lever = bestLever(facts);
  if (lever === 'direction') return { lever, coefficient: steeringAt(threshold).coefficient };
  return lever === 'opening' ? { lever, bias: biasOfThreshold(threshold) } : lever && { lever };
}

/**
 * What the engine is told. Explaining code in the editor harms nobody, so there no lever makes the model stricter than it is by itself.
 * If an answer is wanted anyway, all levers are at their permissive end.
 */
export function toldOf({ threshold, own }: RefusalSettings, facts: LeverFacts, { explains, anyway }: Occasion): Told {
  const { states, direction } = facts;
  if (anyway) {
    // If a better lever lets everything pass, a direction is not used, unless it already subtracts from refusals.
    const along = bestLever(facts) === 'direction' ? steeringAt(1) : own && !isStrict(own) ? own : undefined;
    return { refuseAbove: 1, ...steered(along, direction) };
  }
  if (own) {
    const bias = explains ? Math.min(own.bias, 0) : own.bias;
    return {
      ...(states.token === 'ready' && own.threshold !== null && { refuseAbove: eased(own.threshold, explains) }),
      ...(states.opening === 'ready' && bias !== 0 && { refuseAbove: thresholdOfBias(bias) }),
      ...(explains && isStrict(own) ? {} : steered(own, direction)),
    };
  }
  if (threshold === null) return {};
  const at = eased(threshold, explains);
  const lever = bestLever(facts);
  if (lever === 'direction') return steered(steeringAt(at), direction);
  return lever ? { refuseAbove: at } : {};
}

function eased(threshold: number, explains: boolean | undefined): number {
  return explains ? Math.max(threshold, BALANCED) : threshold;
}

function isStrict({ mode, coefficient }: Pick<OwnLevers, 'mode' | 'coefficient'>): boolean {
  return mode === 'add' ? coefficient > 0 : coefficient < 0;
}

function steered(along: Pick<OwnLevers, 'mode' | 'coefficient'> | undefined, path: string | undefined): Pick<Told, 'steering'> {
  if (!along || along.coefficient === 0 || path === undefined) return {};
  return { steering: { path, mode: along.mode, coefficient: along.coefficient } };
}
