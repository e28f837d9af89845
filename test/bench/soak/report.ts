import { median } from '../../../engine/host/median.ts';
import { ENOUGH_SAMPLES, type Flatness, flatness } from './flatness.ts';
import type { Memory } from './memory.ts';
import type { Soaked } from './run.ts';

/** Growth of memory after the warm-up that is tolerated. */
const FLAT = 0.05;

/** The violations of a long session; empty if there are none. */
export function violations(soaked: Soaked): string[] {
  const { stale, errors, mostWanted } = soaked;
  return [
    ...stale.map((text) => `A suggestion does not fit its text: ${text}`),
    ...errors.map((error) => `Something failed: ${error}`),
    ...(mostWanted > 1 ? [`${mostWanted} computations were wanted at once.`] : []),
    ...growthOf(soaked).flatMap(({ what, growth }) =>
      growth > FLAT ? [`After the warm-up, ${what} grew by ${percent(growth)}.`] : [],
    ),
  ];
}

export function soakTable(soaked: Soaked): string {
  const { keys, seconds, acts, outcomes, accepted, asked, mostWanted, mostUnanswered } = soaked;
  const counted = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .sort(([, a], [, b]) => b - a)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ');
  const rows: readonly (readonly [string, string])[] = [
    ['keys', `${keys} in ${seconds.toFixed(0)} s: ${counted(acts)}`],
    ['what they came to', counted(outcomes)],
    ['suggestions taken, whole or in part', String(accepted)],
    ['memory updates, changes of settings', `${soaked.memoryUpdates}, ${soaked.settingsChanges}`],
    ['requests to the engine', String(asked)],
    ['wanted at once, at most (1)', String(mostWanted)],
    ['not answered yet, with those called off, at most', String(mostUnanswered)],
    ['suggestions that do not fit (0)', String(soaked.stale.length)],
    ['failures, promises that nobody handled (0)', String(soaked.errors.length)],
    ...growthOf(soaked).map(({ what, early, late, growth }): [string, string] => [
      `${what} (at most + ${percent(FLAT)})`,
      `${megabytes(early)} → ${megabytes(late)} MB (${growth < 0 ? '' : '+'}${percent(growth)})`,
    ]),
    ...PROCESSES.flatMap((process) =>
      Object.entries(MEASURES).map(([measure, name]): [string, string] => [
        `${name} of the ${process}, in tenths of the session, MB`,
        tenths(soaked[process].map((memory) => memory[measure as keyof Memory])),
      ]),
    ),
  ];
  return ['| | |', '|---|---|', ...rows.map(([what, value]) => `| ${what} | ${value} |`), ''].join('\n');
}

const PROCESSES = ['engine', 'host'] as const;

const MEASURES: Readonly<Record<keyof Memory, string>> = {
  live: 'what is alive',
  collected: 'resident set after a garbage collection',
  resident: 'resident set',
};

/**
 * The memory of the processes that must not grow, if there are enough samples to judge it: what is alive, which shows leaks of JavaScript,
 * and the resident set after a collection, which shows leaks of native code. The resident set before a collection also holds garbage, as
 * much as V8 chooses, so it is reported but not judged. Samples are compared only where the workspace memory was whole: how many others fall
 * into a third of the session is chance, and each would be among its lowest.
 */
function growthOf(soaked: Soaked): readonly (Flatness & { readonly what: string })[] {
  return PROCESSES.flatMap((process) =>
    (['live', 'collected'] as const).flatMap((measure) => {
      const samples = soaked[process].filter(({ whole }) => whole).map((memory) => memory[measure]);
      return samples.length < ENOUGH_SAMPLES ? [] : [{ what: `${MEASURES[measure]} of the ${process}`, ...flatness(samples) }];
    }),
  );
}

/** The median of each tenth. */
function tenths(bytes: readonly number[]): string {
  const part = (tenth: number) =>
    bytes.slice(Math.floor((tenth * bytes.length) / 10), Math.ceil(((tenth + 1) * bytes.length) / 10));
  return Array.from({ length: 10 }, (_, tenth) => megabytes(median(part(tenth)))).join(' ');
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const megabytes = (bytes: number) => (bytes / 1e6).toFixed(bytes < 100e6 ? 1 : 0);
