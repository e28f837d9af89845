import type { Score, Stage } from './run.ts';

export interface Row {
  readonly name: string;
  readonly scores: readonly Score[];
}

const HEAD = `# Lines completed

Written by \`npm run bench:quality\`. A cursor is set on a random line of a file, mostly where a token begins; the rest of the line is
hidden and completed greedily with the default settings. *Exact*: the line is completed as it was. *Similar*: 1 − edit distance over the
longer length, on average. *Typed for you*: share of the hidden characters that the suggestion begins with rightly. *Tokens a run*: drafts
that are right are verified together, without a run of their own. The memory knows all other files of the repository but near-duplicates
of the one that is completed.
`;

export function qualityTable(stages: readonly Stage[], rows: readonly Row[]): string {
  const lines = rows.flatMap(({ name, scores }) =>
    scores.map((score, at) =>
      [
        at === 0 ? `${name} (${score.lines} lines)` : '',
        stages[at]?.name ?? '',
        percent(score.exact, score.lines),
        percent(score.similarity, score.lines),
        percent(score.rightCharacters, score.characters),
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

const percent = (part: number, whole: number) => `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;
