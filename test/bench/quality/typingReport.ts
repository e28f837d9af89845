import type { Key } from './typist.ts';
import { CAUSES, type Cause } from './watched.ts';

export interface TypingRow {
  readonly name: string;
  readonly keys: readonly Key[];
}

const HEAD = `# Typing

Written by \`npm run bench:typing\`. Stretches of files are typed anew, key by key; the editor closes brackets and indents lines; a suggestion
that is right is taken with one key, else its first lines as far as they are. The memory knows the repository's other files but
near-duplicates. *At once*: keys for which the model was not asked, because it was typed what had been suggested, or computed ahead. *Reused*:
share of the prompt's tokens that were not run again, where the model was asked, but for the first time at each place. *Steps*: runs of the
model for a token, or for one and its draft, by key; *in vain* those of computations of which nothing was seen, whether called off, hidden
or ahead of what was never accepted. Milliseconds are those from a key to its suggestion, without any wait for the typing to pause;
llama.cpp has the same weights (Q4_0, Q8_0 head), prompts and threads, reuses its cache, and writes one line at every key. Rows named after a file are recordings: they
are replayed with their own pauses, the wait for a pause is in their milliseconds, and nothing is taken.
`;

const VAIN_HEAD = `## Steps in vain

By why nothing was seen of their computation, as a share of all steps. *Ahead*: of what would follow a suggestion whose end was never come to.
*Unlikely*: it was asked for, and the show filter hid it. *Filtered*: another filter left nothing of it, or the model had nothing to
say. *Called off*: what was typed disagreed before it had ended. *Unasked*: it ended, and nobody was there for it.
`;

const COLUMNS: Readonly<Record<Cause, string>> = {
  ahead: 'ahead',
  unlikely: 'unlikely',
  filtered: 'filtered',
  'called-off': 'called off',
  unasked: 'unasked',
};

export function typingTable(rows: readonly TypingRow[], setting: string): string {
  return [
    HEAD,
    `${setting}.`,
    '',
    '| repository | keys | characters a key | taken | at once | reused | steps, in vain | ms, median and 95 % | llama.cpp | ratio of medians |',
    '|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|',
    ...rows.map(({ name, keys }) => `| ${[name, ...cells(keys)].join(' | ')} |`),
    '',
    VAIN_HEAD,
    `| repository | steps | ${CAUSES.map((cause) => COLUMNS[cause]).join(' | ')} |`,
    `|---|---:|${CAUSES.map(() => '---:|').join('')}`,
    ...rows.map(({ name, keys }) => `| ${[name, ...causeCells(keys)].join(' | ')} |`),
    '',
  ].join('\n');
}

function cells(keys: readonly Key[]): string[] {
  const total = (of: (key: Key) => number) => keys.reduce((sum, key) => sum + of(key), 0);
  const characters = total(({ entered }) => entered);
  const taken = total(({ accepted, entered }) => (accepted ? entered : 0));
  const steps = total((key) => key.steps);
  const shown = keys.filter(({ suggested }) => suggested);
  const [median, late] = quantiles(shown.map(({ ms }) => ms));
  const [peer, peerLate] = quantiles(shown.map(({ peerMs }) => peerMs));
  return [
    String(keys.length),
    (characters / keys.length).toFixed(2),
    percent(taken, characters),
    percent(
      total(({ computed }) => (computed ? 0 : 1)),
      keys.length,
    ),
    percent(
      total(({ first, reusedTokens }) => (first ? 0 : reusedTokens)),
      total(({ first, promptTokens }) => (first ? 0 : promptTokens)),
    ),
    `${(steps / keys.length).toFixed(2)}, ${percent(
      total(({ inVain }) => CAUSES.reduce((sum, cause) => sum + inVain[cause], 0)),
      steps,
    )}`,
    known([median, late], 1),
    known([peer, peerLate], 1),
    known([median / peer], 2),
  ];
}

function causeCells(keys: readonly Key[]): string[] {
  const total = (of: (key: Key) => number) => keys.reduce((sum, key) => sum + of(key), 0);
  const steps = total((key) => key.steps);
  return [
    String(steps),
    ...CAUSES.map((cause) =>
      percent(
        total(({ inVain }) => inVain[cause]),
        steps,
      ),
    ),
  ];
}

function quantiles(values: readonly number[]): [median: number, late: number] {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return [at(0.5), at(0.95)];
}

/** No number if nothing was suggested, or if there is nothing to compare with. */
const known = (values: readonly number[], digits: number) =>
  values.some(Number.isNaN) ? '–' : values.map((value) => value.toFixed(digits)).join(', ');

const percent = (part: number, whole: number) => `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;
