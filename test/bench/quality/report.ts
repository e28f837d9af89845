import { difference, type Score, type Stage } from './run.ts';

export interface Row {
  readonly name: string;
  readonly scores: readonly Score[];
}

const HEAD = `# Lines completed

Written by \`npm run bench:quality\`. A cursor is set on a random line of a file, mostly where a token begins; the rest of the line is
hidden and completed greedily, each stage with what the ones above it have. *Exact*: the line is completed as it was. *Similar*: 1 − edit
distance over the longer length, on average. *Typed for you*: share of the hidden characters that the suggestion begins with rightly.
*Tokens a run*: drafts that are right are verified together, without a run of their own.

*Other files*: what imported files export, and the windows that are most alike, placed before the code as the extension does it; there is no
language server here, so declarations of symbols are missing, and the files that lie nearest stand for those that were visited last. These
and the memory know all other files of the repository but near-duplicates of the one that is completed. The extension tells other files only
to models that were trained for it with a window of more than 1024 tokens, unless \`paddock.inlineCompletion.crossFileContext\` says otherwise.
`;

const HEALING = `## Token healing

Stage by stage as above, by where the cursor stands: right behind a word or its typed beginning, or behind a sign, a space or nothing.
`;

export function qualityTable(stages: readonly Stage[], rows: readonly Row[]): string {
  const lines = rows.flatMap(({ name, scores }) =>
    scores.map((score, at) =>
      [
        at === 0 ? `${name} (${score.lines} lines)` : '',
        stages[at]?.name ?? '',
        ...quality(score),
        (score.tokens / Math.max(1, score.runs)).toFixed(2),
        (score.decodeMs / Math.max(1, score.tokens)).toFixed(2),
      ].join(' | '),
    ),
  );
  return [
    HEAD,
    '| repository | told | exact | similar | typed for you | tokens a run | ms a token |',
    '|---|---|---:|---:|---:|---:|---:|',
    ...lines.map((line) => `| ${line} |`),
    '',
  ].join('\n');
}

/** Places behind words, and all others, without and with healing. */
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

const percent = (part: number, whole: number) => `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;
