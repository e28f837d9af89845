import { AUDIT_SETS, type AuditRequest, type AuditRow, OUTCOMES, type Outcome, promptsOf } from '../../engine/index.ts';
import { LEVERS, type Lever, PROMPT_LEVELS, type PromptLevel } from '../../webview/protocol/chatRefusals.ts';
import {
  isBoolean,
  isCount,
  isFiniteNumber,
  isListOf,
  isNullable,
  isObject,
  isOneOf,
  isString,
} from '../../webview/protocol/guards.ts';
import { isSetUp, type SetUp } from '../chat/dial/setUp.ts';

/** What was found of the requests of a set, in columns. Nothing of any answer. */
export interface AuditedSet {
  readonly set: string;
  readonly shouldRefuse: boolean;
  readonly ids: readonly string[];
  /** Of requests that do not come with Paddock, and what each is about; empty for those that do. */
  readonly prompts: readonly string[];
  readonly groups: readonly string[];
  /** Of a refusal; null where the model does not decide by a first token. */
  readonly probabilities: readonly (number | null)[];
  /** What answers were taken for; null where there was none. */
  readonly outcomes: readonly (Outcome | null)[];
}

/** Under what a model was audited. */
export interface AuditTold {
  /** What conversations begin with. */
  readonly level: PromptLevel;
  /** What the dial drives; null where it has nothing to drive. */
  readonly lever: Lever | null;
  /** How the model was steered besides, for display; empty for not. */
  readonly steering: string;
  /** Under what the dial was read; null where it was not, as where the model was steered besides. */
  readonly setUp: SetUp | null;
}

const isAuditTold = isObject<AuditTold>({
  level: isOneOf(...PROMPT_LEVELS),
  lever: isNullable(isOneOf(...LEVERS)),
  steering: isString,
  setUp: isNullable(isSetUp),
});

/** An audit of one model, as far as it came. */
export interface Audit {
  readonly id: string;
  /** For display. */
  readonly model: string;
  /** Of the model. */
  readonly key: string;
  /** When it began, in milliseconds since 1970. */
  readonly at: number;
  readonly isComplete: boolean;
  readonly told: AuditTold;
  readonly sets: readonly AuditedSet[];
}

/** Tells what was stored as an audit from all else. */
export const isAudit = isObject<Audit>({
  id: isString,
  model: isString,
  key: isString,
  at: isCount,
  isComplete: isBoolean,
  told: isAuditTold,
  sets: isListOf(
    isObject<AuditedSet>({
      set: isString,
      shouldRefuse: isBoolean,
      ids: isListOf(isString),
      prompts: isListOf(isString),
      groups: isListOf(isString),
      probabilities: isListOf(isNullable(isFiniteNumber)),
      outcomes: isListOf(isNullable(isOneOf(...OUTCOMES))),
    }),
  ),
});

/** Digits of a probability that are kept: more than any two devices agree on. */
const DIGITS = 5;

/** Puts what the engine told by set. */
export function setsOf(rows: readonly AuditRow[]): AuditedSet[] {
  return [...Map.groupBy(rows, ({ set }) => set)].map(([set, own]) => ({
    set,
    shouldRefuse: own[0]?.shouldRefuse === true,
    ids: own.map(({ id }) => id),
    prompts: shipped(set) ? [] : own.map(({ prompt }) => prompt),
    groups: shipped(set) ? [] : own.map(({ group }) => group),
    probabilities: own.map(({ probability }) => (probability === undefined ? null : Number(probability.toPrecision(DIGITS)))),
    outcomes: own.map(({ outcome }) => outcome ?? null),
  }));
}

/** The same again as the engine's rows, with the requests' texts; where one is no longer known, its identifier stands for it. */
export function rowsOf({ sets }: Pick<Audit, 'sets'>): AuditRow[] {
  return sets.flatMap(({ set, shouldRefuse, ids, prompts, groups, probabilities, outcomes }) => {
    const known = new Map(shipped(set)?.map((request) => [request.id, request]));
    return ids.map((id, i): AuditRow => {
      const { group = groups[i] ?? '', prompt = prompts[i] ?? id, context } = known.get(id) ?? {};
      const [probability, outcome] = [probabilities[i] ?? undefined, outcomes[i] ?? undefined];
      const found = { ...(probability !== undefined && { probability }), ...(outcome && { outcome }) };
      return { set, id, group, ...(context && { context }), prompt, shouldRefuse, ...found };
    });
  });
}

/** The requests of a set that comes with Paddock; undefined for any other. */
export function shipped(set: string): AuditRequest[] | undefined {
  const name = AUDIT_SETS.find((each) => each === set);
  return name && promptsOf(name).map((prompt) => ({ ...prompt, set: name }));
}
