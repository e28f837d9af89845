/** `npm run bench:learning`: how long the preference heads take to learn again from all that was judged. Writes LEARNING.md. */
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { run } from '../../../engine/host/commands/run.ts';
import { Random } from '../../../engine/sampling/random.ts';
import { findPreferencePrior } from '../../../engine/storage/preferencePrior.ts';
import type { Heads } from '../../../engine/tuning/preference/heads.ts';
import type { Judgement } from '../../../engine/tuning/preference/judgements.ts';
import { learn } from '../../../engine/tuning/preference/learn.ts';
import { meterOf } from '../../../engine/tuning/preference/meter.ts';
import { attemptVersion, firstVersions } from '../../../engine/tuning/preference/versions.ts';
import { comparisons } from '../../engine/tuning/preference/synthetic.ts';
import { defaultModel } from '../../support/defaultModel.ts';
import { benchCommand } from '../commandLine.ts';

const RESULTS = fileURLToPath(new URL('LEARNING.md', import.meta.url));
/** The last is as many as are stored. */
const COUNTS = [50, 500, 2_000];
const ROUNDS = 41;

/** What learning consists of, each with what it takes. */
const PARTS: Readonly<Record<string, (prior: Heads, judgements: readonly Judgement[]) => unknown>> = {
  'both heads': learn,
  'the same, tried on the mini-bench': (prior, judgements) => attemptVersion(firstVersions(prior, 0), judgements, 1),
  'the meter (five folds)': (prior, judgements) => meterOf(prior, prior, judgements),
};

async function measure(): Promise<void> {
  const { heads } = await findPreferencePrior(defaultModel, defaultModel);
  const random = new Random(1);
  // Someone who prefers otherwise than the shipped heads, of answers as typical as those they were fitted on.
  const weights = heads.helpful.weight.map((weight) => weight * 2 * random.next());
  const judgements = comparisons(weights, Math.max(...COUNTS), random).map((one, i) => unstandardised(heads, one, i));
  const rows = Object.entries(PARTS).map(([name, part]) => [
    name,
    ...COUNTS.map((count) => median(() => part(heads, judgements.slice(0, count))).toFixed(1)),
  ]);
  const table = [['comparisons', ...COUNTS.map(String)], ['---', ...COUNTS.map(() => '---:')], ...rows];
  const text = table.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  process.stdout.write(`${text}\n`);
  await writeFile(RESULTS, document(text));
}

/** Comparisons of both heads, one in five of the safe one, over features as they are. */
function unstandardised({ mean, scale }: Heads, judgement: Judgement, i: number): Judgement {
  if (judgement.kind !== 'comparison') return judgement;
  const raw = (values: readonly number[]) => values.map((value, k) => (mean[k] as number) + value * (scale[k] as number));
  const head = i % 5 === 0 ? 'safe' : 'helpful';
  return { ...judgement, head, chosen: raw(judgement.chosen), rejected: raw(judgement.rejected) };
}

/** Of several rounds, in milliseconds of the processor, which other programs hardly change; the first ones warm the compiler. */
function median(work: () => unknown): number {
  const times = Array.from({ length: ROUNDS }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  });
  return times.sort((a, b) => a - b)[ROUNDS >> 1] as number;
}

function document(table: string): string {
  return `# Learning from judgements

\`npm run bench:learning\`: comparisons of one who prefers otherwise than the shipped heads, learned from as in the editor, from the prior on,
by Newton's method in TypeScript. Median of ${ROUNDS} rounds in milliseconds of the processor. ${cpus()[0]?.model ?? 'CPU'}.

${table}
`;
}

await run(
  benchCommand('bench:learning', 'how long the preference heads take to learn; writes LEARNING.md').action(measure),
  'bench:learning',
);
