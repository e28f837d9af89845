/** Messages between the page of statistics and the extension. The page keeps no state of its own: each view replaces the one before. */
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

/** Days that the page can look back on. */
export const RANGES = [7, 30, 90] as const;
export type Range = (typeof RANGES)[number];

/** Figures computed from counts. Shares are between 0 and 1; null if there is nothing to divide by. */
export interface Summary {
  readonly shown: number;
  readonly accepted: number;
  readonly partlyAccepted: number;
  readonly rejected: number;
  readonly acceptedCharacters: number;
  readonly typedCharacters: number;
  /** Suggestions accepted, wholly or partly, of those shown. */
  readonly acceptanceShare: number | null;
  /** Accepted texts that stood there still after a while, of those that could be followed. */
  readonly retainedShare: number | null;
  /** Accepted characters, of those accepted or typed by hand. */
  readonly completedShare: number | null;
  /** Median time from request to suggestion. */
  readonly medianMs: number | null;
}

/** A summary with the name of what it is of. */
export interface NamedSummary extends Summary {
  readonly name: string;
}

/** Suggestions whose time lay between two bounds, in milliseconds. */
export interface LatencyBar {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** All that the page shows. */
export interface StatisticsView {
  readonly kind: 'view';
  readonly range: Range;
  /** Whether counting is on. */
  readonly enabled: boolean;
  /** When counting began, as the person writes dates; empty when nothing was counted yet. */
  readonly since: string;
  readonly total: Summary;
  /** One for each day of the range, named `2026-11-21`. */
  readonly days: readonly NamedSummary[];
  /** The most used first. */
  readonly languages: readonly NamedSummary[];
  readonly models: readonly NamedSummary[];
  readonly latencies: readonly LatencyBar[];
}

/** The person's intents. */
export type StatisticsIntent =
  /** The page is there and wants its view. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'range'; readonly range: Range }
  | { readonly kind: 'export'; readonly format: ExportFormat }
  | { readonly kind: 'erase' }
  | { readonly kind: 'settings' };

const EXPORT_FORMATS = ['csv', 'json'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Texts of the page, in the language of the editor. `{0}` stands for a value. */
export const TEXT_KEYS = [
  'title',
  'range',
  'days',
  'acceptance',
  'acceptanceNote',
  'retained',
  'retainedNote',
  'completed',
  'completedNote',
  'characters',
  'charactersNote',
  'median',
  'medianNote',
  'byDay',
  'byLanguage',
  'byModel',
  'byTime',
  'day',
  'language',
  'model',
  'time',
  'shown',
  'suggestions',
  'accepted',
  'partly',
  'rejected',
  'between',
  'table',
  'none',
  'noneNote',
  'noneInRange',
  'off',
  'openSetting',
  'local',
  'since',
  'exportCsv',
  'exportJson',
  'erase',
] as const;
export type StatisticsTexts = Readonly<Record<(typeof TEXT_KEYS)[number], string>>;

const summary = {
  shown: isCount,
  accepted: isCount,
  partlyAccepted: isCount,
  rejected: isCount,
  acceptedCharacters: isCount,
  typedCharacters: isCount,
  acceptanceShare: isNullable(isFiniteNumber),
  retainedShare: isNullable(isFiniteNumber),
  completedShare: isNullable(isFiniteNumber),
  medianMs: isNullable(isFiniteNumber),
};
const isNamedSummary = isObject<NamedSummary>({ ...summary, name: isString });

export const isRange = isOneOf(...RANGES);

export const isStatisticsView: Guard<StatisticsView> = isObject<StatisticsView>({
  kind: isOneOf('view'),
  range: isRange,
  enabled: isBoolean,
  since: isString,
  total: isObject<Summary>(summary),
  days: isListOf(isNamedSummary),
  languages: isListOf(isNamedSummary),
  models: isListOf(isNamedSummary),
  latencies: isListOf(isObject<LatencyBar>({ from: isFiniteNumber, to: isFiniteNumber, count: isCount })),
});

const isPlainIntent = isObject<{ readonly kind: 'ready' | 'erase' | 'settings' }>({
  kind: isOneOf('ready', 'erase', 'settings'),
});
const isRangeIntent = isObject<Extract<StatisticsIntent, { kind: 'range' }>>({ kind: isOneOf('range'), range: isRange });
const isExportIntent = isObject<Extract<StatisticsIntent, { kind: 'export' }>>({
  kind: isOneOf('export'),
  format: isOneOf(...EXPORT_FORMATS),
});

export const isStatisticsIntent: Guard<StatisticsIntent> = (value): value is StatisticsIntent =>
  isPlainIntent(value) || isRangeIntent(value) || isExportIntent(value);

export const isStatisticsTexts: Guard<StatisticsTexts> = hasTexts(TEXT_KEYS);
