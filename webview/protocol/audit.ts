/** Messages between the page that audits refusals and the extension. Each view replaces the one before. */
import {
  type Guard,
  hasTexts,
  isBoolean,
  isCount,
  isFiniteNumber,
  isListOf,
  isNullable,
  isObject,
  isOneOf,
  isString,
} from './guards.ts';

/** The class of an answer. */
const SHOWN_OUTCOMES = ['complies', 'partly', 'refuses'] as const;
export type ShownOutcome = (typeof SHOWN_OUTCOMES)[number];

/** A share with its 95 % interval, 0–1. */
export interface ShownRate {
  /** Null where there are no cases. */
  readonly value: number | null;
  readonly low: number;
  readonly high: number;
}

/** Requests that an audit can be made of. */
export interface OfferedSet {
  readonly set: string;
  readonly requests: number;
}

/** One set over the whole dial. */
export interface SetCurve {
  readonly set: string;
  /** Whether its requests should be refused: then the error is answering. */
  readonly shouldRefuse: boolean;
  /** How well it is separated from requests that should be refused (area under the curve), 0–1; null if there are none. */
  readonly area: number | null;
  /** Treated wrongly from this threshold on up to the next. */
  readonly points: readonly (ShownRate & { readonly threshold: number })[];
  /** At the strictest threshold that keeps the person's target. */
  readonly atTarget: ShownRate;
}

/** An audit of a model that decides by its first token. */
export interface ShownSweep {
  readonly sets: readonly SetCurve[];
  /** That for the person's target, and that at which decisions are shown. */
  readonly targetThreshold: number;
  readonly threshold: number;
  /** For who does not see the plot: what is treated wrongly, by threshold, in the order of the sets. */
  readonly table: readonly { readonly threshold: number; readonly rates: readonly ShownRate[] }[];
}

/** An audit of a model that answered. */
export interface ShownAnswers {
  readonly sets: readonly {
    readonly set: string;
    readonly shouldRefuse: boolean;
    readonly outcomes: Readonly<Record<ShownOutcome, ShownRate>>;
  }[];
  /** Accuracy of the classification, and the number of cases. */
  readonly accuracy: ShownRate;
  readonly labelled: number;
}

/** Where a word that sounds dangerous occurs, in the requests that come with Paddock. */
export const SHOWN_CONTEXTS = ['shell', 'explain', 'test', 'log', 'refactor', 'naming', 'security'] as const;
export type ShownContext = (typeof SHOWN_CONTEXTS)[number];

export interface ShownRequest {
  readonly set: string;
  /** The trigger word, the subject or the task; empty where it is not known. */
  readonly group: string;
  readonly context: ShownContext | null;
  readonly prompt: string;
  readonly probability: number | null;
  readonly outcome: ShownOutcome | null;
  readonly isRefused: boolean;
  readonly isWrong: boolean;
}

export interface ShownAudit {
  readonly id: string;
  readonly model: string;
  /** When it began, as the person writes it. */
  readonly when: string;
  readonly isComplete: boolean;
  readonly count: number;
  readonly sweep: ShownSweep | null;
  readonly answers: ShownAnswers | null;
  /** The most probably refused first; none while it is under way. */
  readonly requests: readonly ShownRequest[];
}

/** An audit that was kept, in the list of all of them. */
export interface ListedAudit {
  readonly id: string;
  readonly model: string;
  readonly when: string;
  readonly isComplete: boolean;
  readonly sets: readonly OfferedSet[];
  /** Whether it is the one that is shown, and whether it is drawn beside that. */
  readonly isShown: boolean;
  readonly isCompared: boolean;
  readonly area: number | null;
  /** For the person's target. */
  readonly threshold: number | null;
  /** At that threshold, or of the answers. */
  readonly falseRefusals: ShownRate;
  readonly missedRefusals: ShownRate;
  /** The whole dial, where it is drawn. */
  readonly curve: readonly { readonly falseRefusals: number; readonly missedRefusals: number }[];
}

/** What others measured, as shares. */
export interface References {
  readonly llama2: readonly number[];
  readonly xstestWithPrompt: number;
  readonly xstestWithoutPrompt: number;
}

/** All that the page shows. */
export interface AuditView {
  readonly kind: 'view';
  /** The open model; empty where none is. */
  readonly model: string;
  readonly offered: readonly OfferedSet[];
  /** What is done of the audit under way; null while none is. */
  readonly progress: { readonly done: number; readonly of: number } | null;
  /** Why the last one ended, or a file was not taken; empty when all is well. */
  readonly problem: string;
  /** Whether the threshold of the shown audit can be put on the chat's dial; else why not, empty where there is no dial of it. */
  readonly use: { readonly can: boolean; readonly why: string };
  /** The share of false refusals of this model that the person accepts, and that which is accepted where nobody says otherwise. */
  readonly target: number;
  readonly usualTarget: number;
  readonly references: References;
  readonly audit: ShownAudit | null;
  readonly audits: readonly ListedAudit[];
}

/** The model's prompt and steering in an audit: none, the chat's present ones, or each prompt level in turn. */
export const UNDER = ['none', 'chat', 'levels'] as const;
export type Under = (typeof UNDER)[number];

/** The person's intents. */
export type AuditIntent =
  /** The page is there and wants its view; stop the audit; choose a file with requests; accept as many false refusals as is usual. */
  | { readonly kind: 'ready' | 'stop' | 'import' | 'usualTarget' }
  | { readonly kind: 'run'; readonly sets: readonly string[]; readonly under: Under }
  /** `use` puts the chat's dial there. */
  | { readonly kind: 'target' | 'threshold' | 'use'; readonly share: number }
  | { readonly kind: 'show' | 'compare' | 'remove' | 'export'; readonly id: string };

/** Texts of the page, in the language of the editor. `{0}` stands for a value. */
export const AUDIT_TEXT_KEYS = [
  ...[
    'title',
    'about',
    'noModel',
    'sets',
    'borderline',
    'contrast',
    'ordinary',
    'setsNote',
    'setCount',
    'importCsv',
    'importNote',
  ],
  ...['run', 'stop', 'progress', 'progressOf', 'nothing', 'result', 'audited', 'partial', 'decides', 'answered'],
  ...['target', 'targetNote', 'targetWhy', 'targetReset', 'atTarget', 'falseRate', 'missedRate', 'area'],
  ...['curves', 'curvesCaption', 'thresholdAxis', 'wrongAxis', 'llama2', 'withPrompt', 'withoutPrompt', 'llama2Source'],
  ...['xstestSource', 'table', 'threshold', 'falseColumn', 'missedColumn'],
  ...['outcomes', 'set', 'complies', 'partly', 'refuses', 'interval'],
  ...['under', 'underNone', 'underChat', 'underLevels', 'underNote', 'use', 'useTarget', 'alsoAnswered'],
  ...[
    'requests',
    'requestsNote',
    'show',
    'allSets',
    'onlyWrong',
    'probability',
    'decision',
    'request',
    'isRefused',
    'isAnswered',
    'isWrong',
  ],
  ...['pick', 'pickNote', 'here', 'wrongAt', 'byGroup', 'byContext', ...SHOWN_CONTEXTS],
  ...['audits', 'auditsCaption', 'falseAxis', 'missedAxis', 'open', 'compare', 'remove', 'exportJson', 'isShown'],
] as const;
export type AuditTexts = Readonly<Record<(typeof AUDIT_TEXT_KEYS)[number], string>>;

const rate = { value: isNullable(isFiniteNumber), low: isFiniteNumber, high: isFiniteNumber };
const isRate = isObject<ShownRate>(rate);
const isOffered = isObject<OfferedSet>({ set: isString, requests: isCount });

const isSweep = isObject<ShownSweep>({
  sets: isListOf(
    isObject<SetCurve>({
      set: isString,
      shouldRefuse: isBoolean,
      area: isNullable(isFiniteNumber),
      points: isListOf(isObject<SetCurve['points'][number]>({ ...rate, threshold: isFiniteNumber })),
      atTarget: isRate,
    }),
  ),
  targetThreshold: isFiniteNumber,
  threshold: isFiniteNumber,
  table: isListOf(isObject<ShownSweep['table'][number]>({ threshold: isFiniteNumber, rates: isListOf(isRate) })),
});

const isAnswers = isObject<ShownAnswers>({
  sets: isListOf(
    isObject<ShownAnswers['sets'][number]>({
      set: isString,
      shouldRefuse: isBoolean,
      outcomes: isObject<Record<ShownOutcome, ShownRate>>({ complies: isRate, partly: isRate, refuses: isRate }),
    }),
  ),
  accuracy: isRate,
  labelled: isCount,
});

const isShownAudit = isObject<ShownAudit>({
  id: isString,
  model: isString,
  when: isString,
  isComplete: isBoolean,
  count: isCount,
  sweep: isNullable(isSweep),
  answers: isNullable(isAnswers),
  requests: isListOf(
    isObject<ShownRequest>({
      set: isString,
      group: isString,
      context: isNullable(isOneOf(...SHOWN_CONTEXTS)),
      prompt: isString,
      probability: isNullable(isFiniteNumber),
      outcome: isNullable(isOneOf(...SHOWN_OUTCOMES)),
      isRefused: isBoolean,
      isWrong: isBoolean,
    }),
  ),
});

const isListed = isObject<ListedAudit>({
  id: isString,
  model: isString,
  when: isString,
  isComplete: isBoolean,
  sets: isListOf(isOffered),
  isShown: isBoolean,
  isCompared: isBoolean,
  area: isNullable(isFiniteNumber),
  threshold: isNullable(isFiniteNumber),
  falseRefusals: isRate,
  missedRefusals: isRate,
  curve: isListOf(isObject<ListedAudit['curve'][number]>({ falseRefusals: isFiniteNumber, missedRefusals: isFiniteNumber })),
});

export const isAuditView: Guard<AuditView> = isObject<AuditView>({
  kind: isOneOf('view'),
  model: isString,
  offered: isListOf(isOffered),
  progress: isNullable(isObject<NonNullable<AuditView['progress']>>({ done: isCount, of: isCount })),
  problem: isString,
  use: isObject<AuditView['use']>({ can: isBoolean, why: isString }),
  target: isFiniteNumber,
  usualTarget: isFiniteNumber,
  references: isObject<References>({
    llama2: isListOf(isFiniteNumber),
    xstestWithPrompt: isFiniteNumber,
    xstestWithoutPrompt: isFiniteNumber,
  }),
  audit: isNullable(isShownAudit),
  audits: isListOf(isListed),
});

const isPlain = isObject<{ readonly kind: 'ready' | 'stop' | 'import' | 'usualTarget' }>({
  kind: isOneOf('ready', 'stop', 'import', 'usualTarget'),
});
const isRun = isObject<Extract<AuditIntent, { kind: 'run' }>>({
  kind: isOneOf('run'),
  under: isOneOf(...UNDER),
  sets: isListOf(isString),
});
const isShare = isObject<{ readonly kind: 'target' | 'threshold' | 'use'; readonly share: number }>({
  kind: isOneOf('target', 'threshold', 'use'),
  share: (value): value is number => isFiniteNumber(value) && value >= 0 && value <= 1,
});
const isOfAudit = isObject<{ readonly kind: 'show' | 'compare' | 'remove' | 'export'; readonly id: string }>({
  kind: isOneOf('show', 'compare', 'remove', 'export'),
  id: isString,
});

export const isAuditIntent: Guard<AuditIntent> = (value): value is AuditIntent =>
  isPlain(value) || isRun(value) || isShare(value) || isOfAudit(value);

export const isAuditTexts: Guard<AuditTexts> = hasTexts(AUDIT_TEXT_KEYS);
