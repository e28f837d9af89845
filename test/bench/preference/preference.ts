/**
 * `npm run bench:preference`: what choosing the best of K answers gains on the default model, by temperature, as its own preference heads
 * score it, beside the order statistic of a normal reward. Writes RESULTS.md.
 */
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { run } from '../../../engine/host/commands/run.ts';
import { position } from '../../../engine/host/commands/values.ts';
import { Engine } from '../../../engine/host/engine.ts';
import { findPreferencePrior } from '../../../engine/storage/preferencePrior.ts';
import { promptsOf } from '../../../engine/tuning/audit/sets.ts';
import { combined, logit } from '../../../engine/tuning/preference/combine.ts';
import { type Heads, scoresOf } from '../../../engine/tuning/preference/heads.ts';
import { divergenceOfBest, expectedMaximum, expectedMaximumOf } from '../../../engine/tuning/preference/orderStatistics.ts';
import { CANDIDATE_COUNTS, type CandidateCount, temperatureFor } from '../../../engine/tuning/preference/temperature.ts';
import { defaultModel } from '../../support/defaultModel.ts';
import { benchCommand } from '../commandLine.ts';

const RESULTS = fileURLToPath(new URL('RESULTS.md', import.meta.url));
const TEMPERATURES = [0.7, 1, 1.25];
const DRAWN = 16;
const MAX_TOKENS = 48;

/** logit R_c of answers to a prompt. */
async function rewards(
  engine: Engine,
  heads: Heads,
  prompt: string,
  drawn: CandidateCount,
  temperature?: number,
): Promise<number[]> {
  const { candidates } = await engine.chatCandidates({
    conversation: {
      system: '',
      pinned: { text: '', mode: 'off' },
      turns: [{ content: [{ kind: 'text', text: prompt }] }],
    },
    overflow: 'oldest',
    maxTokens: MAX_TOKENS,
    count: drawn,
    use: { window: 0 },
    ...(temperature !== undefined && { temperature }),
  });
  return candidates.map(({ features }) => rewardOf(heads, features));
}

function rewardOf(by: Heads, features: readonly number[]): number {
  return logit(combined(scoresOf(by, features), by.unsafeBelow).probability);
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values: readonly number[]) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));
const plain = (value: number) => value.toFixed(2).replace('-0.00', '0.00').replace('-', '−');
const signed = (value: number) => (value < 0 ? plain(value) : `+${plain(value)}`);
const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

/** The rewards of the most probable answer to each prompt, and of the answers drawn at each temperature. */
interface Drawn {
  readonly greedy: readonly number[];
  readonly drawn: readonly (readonly (readonly number[])[])[];
}

async function measure(count: number): Promise<void> {
  const all = promptsOf('ordinary');
  const prompts = Array.from(
    { length: count },
    (_, i) => (all[Math.floor((i * all.length) / count)] as { prompt: string }).prompt,
  );
  const greedy: number[] = [];
  const drawn = TEMPERATURES.map((): number[][] => []);
  const engine = new Engine();
  try {
    await engine.open({ role: 'completion', path: defaultModel, device: 'cpu', threads: 1, window: 0 });
    const { heads } = await findPreferencePrior(defaultModel, defaultModel);
    for (const [i, prompt] of prompts.entries()) {
      greedy.push(...(await rewards(engine, heads, prompt, 1)));
      for (const [t, temperature] of TEMPERATURES.entries()) {
        drawn[t]?.push(await rewards(engine, heads, prompt, DRAWN, temperature));
      }
      process.stderr.write(`${i + 1} of ${prompts.length} prompts\n`);
    }
  } finally {
    await engine.close();
  }
  await writeFile(RESULTS, document({ greedy, drawn }));
}

function document({ greedy, drawn }: Drawn): string {
  const counts = CANDIDATE_COUNTS.map(String);
  const gains = drawn.map((sets) =>
    CANDIDATE_COUNTS.map((k) => mean(sets.map((set, i) => expectedMaximumOf(set, k) - (greedy[i] as number)))),
  );
  const spreads = drawn.map((sets) =>
    CANDIDATE_COUNTS.map((k) => mean(sets.map((set) => (expectedMaximumOf(set, k) - mean(set)) / (deviation(set) || 1)))),
  );
  const rule = row(['---', ...counts.map(() => '---:')]);
  return `# Best of K on the default model

\`npm run bench:preference -- ${greedy.length}\`: ${greedy.length} ordinary requests of the audit, ${DRAWN} answers to each at every temperature, at most
${MAX_TOKENS} tokens long. Of each set the best of K is averaged over all choices of K. ${cpus()[0]?.model ?? 'CPU'}, one thread.

The reward is the logit of R_c by the shipped heads, so the tables say what choosing finds of what the heads like, not how good the answers are.

What the best of K has more than the most probable answer, in logits (of which the mean is ${plain(mean(greedy))}):

${row(['temperature', ...counts])}
${rule}
${TEMPERATURES.map((temperature, t) => row([temperature.toFixed(2), ...(gains[t] as number[]).map(signed)])).join('\n')}

What it has more than one drawn at the same temperature, in deviations of the set; last that of a normal reward, and how far it is from drawing
once:

${row(['temperature', ...counts])}
${rule}
${TEMPERATURES.map((temperature, t) => row([temperature.toFixed(2), ...(spreads[t] as number[]).map(plain)])).join('\n')}
${row(['order statistic', ...CANDIDATE_COUNTS.map((k) => expectedMaximum(k).toFixed(2))])}
${row(['KL, nats', ...CANDIDATE_COUNTS.map((k) => divergenceOfBest(k).toFixed(2))])}
${row(['temperature in use', ...CANDIDATE_COUNTS.map((k) => temperatureFor(k).toFixed(2))])}
`;
}

const command = benchCommand(
  'bench:preference',
  'what the best of K answers gains, by temperature, beside the theory; writes RESULTS.md',
)
  .argument('[prompts]', 'how many ordinary requests of the audit are answered', position, 12)
  .action(measure);
await run(command, 'bench:preference');
