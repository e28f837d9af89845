import { PaddockError } from '../../errors.ts';
import { lineBreaks } from '../../prompt/lines.ts';
import { bracketsOf, hasOddQuotes, lengthOf, linesOf, namesOf, withoutEnd } from './code.ts';
import { commentShare, doesParse, matchesLanguage, misindentedShare, NEAR_LINES, OPEN_END } from './form.ts';

/** What a preference head sees of an answer, in the order of training/preference/features.py. A prior with other features is rejected. */
export const FEATURES = [
  'mean_log_prob',
  'min_log_prob',
  'first_log_prob',
  'sum_log_prob',
  'mean_entropy',
  'end_log_prob',
  'log_length',
  'log_lines',
  'closed',
  'opened',
  'imbalance',
  'odd_quotes',
  'repeated_lines',
  'repeats_before',
  'repeats_after',
  'known_names',
  'new_names',
  'ends_open',
  'dangerous',
  'parses', // brackets, quotes and fences are balanced: form.ts says why no parser is used
  'misindented',
  'comment_share',
  'language_match',
  'refusal',
  // Of the model's last hidden state.
  'state_0',
  'state_1',
  'state_2',
  'state_3',
  'state_4',
  'state_5',
  'state_6',
  'state_7',
  'state_8',
  'state_9',
  'state_10',
  'state_11',
  'state_12',
  'state_13',
  'state_14',
  'state_15',
] as const;
export type Feature = (typeof FEATURES)[number];

/** Where the projection of the hidden state begins, which is the last of them. */
export const FIRST_OF_STATE = FEATURES.indexOf('state_0');

/** An answer as it was written, and how probable each of its tokens was to the model at temperature 1. */
export interface Observed {
  /** What precedes it: the code up to the cursor, or the whole conversation. */
  readonly before: string;
  /** The code after the cursor; empty in a conversation. */
  readonly after: string;
  readonly text: string;
  /** Natural logarithms, one for each token; first that of the token by which a model decides whether to refuse, where it has one. */
  readonly logProbabilities: readonly number[];
  /** Of the distributions that the tokens were taken from, in nats. */
  readonly entropies?: readonly number[];
  /** Log-probability (natural) that the answer ends where it does. */
  readonly endLogProbability?: number;
  /** The hidden state that the end is told from, as `projectedState` has it. */
  readonly state?: readonly number[];
  /** Whether it declines what was asked, by the token it begins with or by its words; absent means no. */
  readonly isRefusal?: boolean;
}

/** A log-probability counts as no lower. */
const LOWEST = -20;
const KEYWORDS = new Set(
  (
    'if else for while return const let var function def class import from in of and or not new await async try except catch None null ' +
    'true false True False self this pass with as is raise throw export default'
  ).split(' '),
);
/** Calls and settings that harm where they are written without need. Word boundaries are Unicode's. */
const DANGEROUS = new RegExp(
  [
    String.raw`(?<!\w)eval\(|(?<!\w)exec\(|execSync\(|new Function\(|rm -rf|shell=True|child_process|pickle\.loads?\(|verify=False`,
    String.raw`rejectUnauthorized: *false|0o?777(?!\w)|_unverified_context|innerHTML *=|yaml\.load\((?![^\n]*Safe)`,
    String.raw`(?:password|passwd|secret|api_?key)\s*[:=]\s*["'][^"']{4,}["']|(?<!\w)md5(?!\w)|(?<!\w)sha1(?!\w)|except Exception: *pass`,
    String.raw`(?:SELECT|INSERT|UPDATE|DELETE)(?!\w)[^\n]*["'] *\+`,
  ]
    .join('|')
    .replaceAll(String.raw`\w`, String.raw`[\p{L}\p{N}_]`),
  'giu',
);

/**
 * The features of an answer, in the order of {@link FEATURES}.
 * @param typical substitutes for unknown probabilities; the mean of the heads changes no score
 * @throws PaddockError `bad-request` where something is not known and nothing is given for it
 */
export function featuresOf(observed: Observed, typical?: readonly number[]): number[] {
  const { before, after, text } = observed;
  const { closed, opened } = bracketsOf(text);
  const own = linesOf(text);
  const [above, below] = [linesOf(before).slice(-NEAR_LINES), linesOf(after).slice(0, NEAR_LINES)];
  const names = namesOf(text).filter((name) => !KEYWORDS.has(name));
  const seen = new Set(namesOf(`${before}\n${after}`));
  const known = names.filter((name) => seen.has(name)).length;
  const imbalance = unclosedIn(before + text + after) - unclosedIn(before + after);
  return [
    ...probabilityFeatures(observed, typical),
    Math.log1p(lengthOf(text)),
    Math.log1p(lineBreaks(text)),
    closed,
    opened,
    imbalance,
    Number(hasOddQuotes(text)),
    share(own.length - new Set(own).size, own.length),
    share(own.filter((line) => above.includes(line)).length, own.length),
    share(own.filter((line) => below.includes(line)).length, own.length),
    share(known, names.length),
    Math.log1p(names.length - known),
    Number(OPEN_END.test(withoutEnd(text))),
    text.match(DANGEROUS)?.length ?? 0,
    Number(doesParse(text, imbalance)),
    misindentedShare(before, text),
    commentShare(text),
    Number(matchesLanguage(`${before}\n${after}`, text)),
    Number(observed.isRefusal ?? false),
    ...stateFeatures(observed, typical),
  ];
}

function probabilityFeatures(
  { logProbabilities, entropies, endLogProbability }: Observed,
  typical?: readonly number[],
): number[] {
  const logs = logProbabilities.length > 0 ? logProbabilities.map((value) => Math.max(value, LOWEST)) : [LOWEST];
  const sum = sumOf(logs);
  return [
    sum / logs.length,
    Math.min(...logs),
    logs[0] as number,
    sum / 10,
    entropies ? share(sumOf(entropies), entropies.length) : typicalOf('mean_entropy', typical),
    endLogProbability === undefined ? typicalOf('end_log_prob', typical) : Math.max(endLogProbability, LOWEST),
  ];
}

function stateFeatures({ state }: Observed, typical?: readonly number[]): readonly number[] {
  return state ?? FEATURES.slice(FIRST_OF_STATE).map((feature) => typicalOf(feature, typical));
}

function typicalOf(feature: Feature, typical: readonly number[] | undefined): number {
  const value = typical?.[FEATURES.indexOf(feature)];
  if (value !== undefined) return value;
  throw new PaddockError('bad-request', `Nothing is known of ${feature} of an answer. Say what stands for it.`);
}

function unclosedIn(text: string): number {
  const { closed, opened } = bracketsOf(text);
  return closed + opened;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function share(hits: number, count: number): number {
  return count > 0 ? hits / count : 0;
}
