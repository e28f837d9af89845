import {
  AUDIT_SETS,
  type AuditRequest,
  type AuditRow,
  groupedBy,
  OUTCOMES,
  type Outcome,
  promptsOf,
} from '../../engine/index.ts';
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

/** Results for the requests of a set, in columns. No part of any answer is kept. */
export interface AuditedSet {
  readonly set: string;
  readonly shouldRefuse: boolean;
  readonly ids: readonly string[];
  /** Of requests that do not come with Paddock, and what each is about; empty for those that do. */
  readonly prompts: readonly string[];
  readonly groups: readonly string[];
  /** Of a refusal; null where the model does not decide by a first token. */
  readonly probabilities: readonly (number | null)[];
  /** Classes of the answers; null if there was none. */
  readonly outcomes: readonly (Outcome | null)[];
}

/** The conditions a model was audited under. */
export interface AuditTold {
  /** What conversations begin with. */
  readonly level: PromptLevel;
  /** What the dial drives; null where it has nothing to drive. */
  readonly lever: Lever | null;
  /** Additional steering, for display; empty for none. */
  readonly steering: string;
  /** The set-up the dial was read under; null if it was not, for instance because the model was steered otherwise. */
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

/** Whether a stored value is an audit. */
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

/** Stored digits of a probability: more than any two devices agree on. */
const DIGITS = 5;

/** Groups the engine's rows by set. */
export function setsOf(rows: readonly AuditRow[]): AuditedSet[] {
  return [...groupedBy(rows, ({ set }) => set)].map(([set, own]) => ({
    set,
    shouldRefuse: own[0]?.shouldRefuse === true,
    ids: own.map(({ id }) => id),
    prompts: shipped(set) ? [] : own.map(({ prompt }) => prompt),
    groups: shipped(set) ? [] : own.map(({ group }) => group),
    probabilities: own.map(({ probability }) => (probability === undefined ? null : Number(probability.toPrecision(DIGITS)))),
    outcomes: own.map(({ outcome }) => outcome ?? null),
  }));
}

/** The reverse: the engine's rows with the requests' texts, or the identifier of a request that is no longer known. */
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
