import { difference, NOTHING, type Score } from './run.ts';
import type { Session } from './session.ts';
import type { Stage } from './stage.ts';

export interface Row {
  readonly name: string;
  readonly scores: readonly Score[];
  readonly sessions: readonly Session[];
}

const HEAD = `# Lines completed

Written by \`npm run bench:quality\`. A cursor is set on a random line of a file, mostly where a token begins; the rest of the line is
hidden and completed greedily, each stage with what the ones above it have. *Exact*: the line is completed as it was. *Similar*: 1 − edit
distance over the longer length, on average. *Typed for you*: share of the hidden characters that the suggestion begins with rightly.
*Shown*: lines for which there was a suggestion, which the show filter makes fewer; what is hidden counts as wrong, and *right of these* is
the share of those shown that are exact. *Completed*: share of the characters that came from suggestions in stretches of the same files,
typed key by key by somebody who takes what is right; without the show filter there is more to take, and more to read in vain. *Tokens a
run*: drafts that are right are verified together, without a run of their own.

*Other files*: what imported files export, and the windows that are most alike, placed before the code as the extension does it; there is no
language server here, so declarations of symbols are missing, and the files that lie nearest stand for those that were visited last. These
and the memory know all other files of the repository but near-duplicates of the one that is completed; where a line is completed, the
memory knows what the prompt has no room for of its file as well. The extension tells other files only to models that were trained for it
with a window of more than 4096 tokens, unless \`paddock.inlineCompletion.crossFileContext\` says otherwise.
`;

const HEALING = `## Token healing

Stage by stage as above, by where the cursor stands: right behind a word or its typed beginning, or behind a sign, a space or nothing.
`;

export function qualityTable(stages: readonly Stage[], rows: readonly Row[]): string {
  const lines = rows.flatMap(({ name, scores, sessions }) =>
    scores.map((score, at) =>
      [
        at === 0 ? `${name} (${score.lines} lines)` : '',
        stages[at]?.name ?? '',
        percent(score.shown, score.lines),
        ...quality(score),
        percent(score.exact, score.shown),
        completed(sessions[at]),
        (score.tokens / Math.max(1, score.runs)).toFixed(2),
        (score.decodeMs / Math.max(1, score.tokens)).toFixed(2),
      ].join(' | '),
    ),
  );
  return [
    HEAD,
    '| repository | told | shown | exact | similar | typed for you | right of these | completed | tokens a run | ms a token |',
    '|---|---|---:|---:|---:|---:|---:|---:|---:|---:|',
    ...lines.map((line) => `| ${line} |`),
    '',
  ].join('\n');
}

/** The effect of the workspace memory and of its drafts, from stage to stage. */
export function ratios(stages: readonly Stage[], all: readonly Score[]): string {
  const at = (found: (stage: Stage) => boolean) => all[stages.findIndex(found)] ?? NOTHING;
  const own = (stage: Stage) => stage.healing && !stage.related && !stage.filter;
  const alone = at((stage) => own(stage) && !stage.memory);
  const [mixed, plain] = [true, false].map((drafts) => at((stage) => own(stage) && stage.memory && stage.drafts === drafts));
  const speed = (score: Score | undefined) => (score ? score.tokens / score.decodeMs : Number.NaN);
  const ratio = (value: number) => (Number.isFinite(value) ? value.toFixed(2) : '–');
  return [
    `Lines completed exactly with the workspace memory over those without, both without other files: ${ratio((mixed?.exact ?? 0) / alone.exact)}.`,
    `Tokens a second with drafts over those without: ${ratio(speed(mixed) / speed(plain))}.`,
    '',
  ].join('\n');
}

/** Places right after words, and all others, with and without token healing. */
export function healingTable(stages: readonly Stage[], all: readonly Score[], behindWords: readonly Score[]): string {
  const first = stages.findIndex(({ healing }) => healing);
  const lines = ['without', 'with'].flatMap((name, i) => {
    const [total, behind] = [all[first - 1 + i], behindWords[first - 1 + i]];
    return total && behind ? [[name, ...quality(behind), ...quality(difference(total, behind))].join(' | ')] : [];
  });
  const places = behindWords[first]?.lines ?? 0;
  const others = (all[first]?.lines ?? 0) - places;
  const heads = [`behind a word (${places} lines): exact`, 'similar', 'typed for you', `elsewhere (${others} lines): exact`];
  return [
    HEALING,
    `| healing | ${[...heads, 'similar', 'typed for you'].join(' | ')} |`,
    '|---|---:|---:|---:|---:|---:|---:|',
    ...lines.map((line) => `| ${line} |`),
    '',
  ].join('\n');
}

function quality(score: Score): string[] {
  return [
    percent(score.exact, score.lines),
    percent(score.similarity, score.lines),
    percent(score.rightCharacters, score.characters),
  ];
}

const completed = (session: Session | undefined) => (session ? percent(session.completed, session.characters) : '–');

const percent = (part: number, whole: number) => `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;
