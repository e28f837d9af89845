import { median } from '../../../engine/host/median.ts';
import { ENOUGH_SAMPLES, type Flatness, flatness } from './flatness.ts';
import type { Soaked } from './run.ts';

/** Growth of a resident set after the warm-up that still counts as none. */
const FLAT = 0.05;

/** What a long session must not do; empty where all is well. */
export function violations(soaked: Soaked): string[] {
  const { stale, errors, mostWanted } = soaked;
  return [
    ...stale.map((text) => `A suggestion does not fit its text: ${text}`),
    ...errors.map((error) => `Something failed: ${error}`),
    ...(mostWanted > 1 ? [`${mostWanted} computations were wanted at once.`] : []),
    ...Object.entries(memoryOf(soaked)).flatMap(([process, { growth }]) =>
      growth > FLAT ? [`The memory of the ${process} grew by ${percent(growth)} after the warm-up.`] : [],
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
    ...Object.entries(memoryOf(soaked)).map(([process, { early, late, growth }]): [string, string] => [
      `memory of the ${process} (at most + ${percent(FLAT)})`,
      `${megabytes(early)} → ${megabytes(late)} MB (${growth < 0 ? '' : '+'}${percent(growth)})`,
    ]),
    [
      'memory of the engine and of the host in tenths of the session, MB',
      `${tenths(soaked.engineBytes)}; ${tenths(soaked.hostBytes)}`,
    ],
    ['alive in the host after a garbage collection, likewise', tenths(soaked.liveBytes)],
  ];
  return ['| | |', '|---|---|', ...rows.map(([what, value]) => `| ${what} | ${value} |`), ''].join('\n');
}

/** Resident sets, where there are samples enough to say anything. */
function memoryOf({ engineBytes, hostBytes }: Soaked): Readonly<Record<string, Flatness>> {
  return engineBytes.length < ENOUGH_SAMPLES ? {} : { engine: flatness(engineBytes), host: flatness(hostBytes) };
}

/** Medians of each tenth. */
function tenths(bytes: readonly number[]): string {
  const part = (tenth: number) =>
    bytes.slice(Math.floor((tenth * bytes.length) / 10), Math.ceil(((tenth + 1) * bytes.length) / 10));
  return Array.from({ length: 10 }, (_, tenth) => megabytes(median(part(tenth)))).join(' ');
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const megabytes = (bytes: number) => (bytes / 1e6).toFixed(bytes < 100e6 ? 1 : 0);
