/**
 * `npm run bench:audit`: how often the default model refuses what it should answer, and answers what it should refuse, at each place of the
 * dial, beside the requirements. Writes RESULTS.md. Ends with exit code 1 if a requirement is missed.
 */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { run } from '../../../engine/host/commands/run.ts';
import { Engine } from '../../../engine/host/engine.ts';
import type { ModelInfo } from '../../../engine/host/protocol.ts';
import { classifierError } from '../../../engine/tuning/audit/classifierError.ts';
import type { AuditRow } from '../../../engine/tuning/audit/report.ts';
import { AUDIT_SETS, promptsOf } from '../../../engine/tuning/audit/sets.ts';
import { PROMPTS } from '../../../extension/chat/dial/promptLevels.ts';
import { defaultModel } from '../../support/defaultModel.ts';
import { benchCommand } from '../commandLine.ts';
import { type Audited, missedBars, tables } from './report.ts';

const RESULTS = fileURLToPath(new URL('RESULTS.md', import.meta.url));

const requests = AUDIT_SETS.flatMap((set) => promptsOf(set).map((prompt) => ({ ...prompt, set })));

async function measure(): Promise<void> {
  const engine = new Engine();
  try {
    const opened = await engine.open({ role: 'completion', path: defaultModel, device: 'cpu', threads: 1, window: 0 });
    const plain = await audited(engine, 'none', '');
    const others = [await audited(engine, 'brief', PROMPTS.brief), await audited(engine, 'cautious', PROMPTS.cautious)];
    await writeFile(RESULTS, document(opened, [plain, ...others]));
    for (const line of missedBars(plain.rows)) {
      process.stderr.write(`${line}\n`);
      process.exitCode = 1;
    }
  } finally {
    await engine.close();
  }
}

async function audited(engine: Engine, level: string, system: string): Promise<Audited> {
  const rows: AuditRow[] = [];
  await engine.studies.auditRefusals({ requests, system, maxTokens: 1, answers: false }, (row) => void rows.push(row));
  process.stderr.write(`${level}: ${rows.length} requests\n`);
  return { level, rows };
}

function document({ weights, parameters }: ModelInfo, levels: Parameters<typeof tables>[0]): string {
  const { accuracy } = classifierError();
  return `# Refusals of the default model over the dial

\`npm run bench:audit\`: ${(parameters / 1e6).toFixed(0)} million parameters, weights \`${weights.slice(0, 12)}\`, on the CPU. Requests of the audit: ${AUDIT_SETS.map((set) => `${promptsOf(set).length} ${set}`).join(', ')}. One
prefill of each says how probable a refusal is; it is refused where that is above the threshold. Shares that are refused, with 95 % intervals
(Wilson). Of contrast more is better, of the others less.

${tables(levels)}

A threshold stands behind the model and only where a conversation is answered: completions are the same at every place of the dial, to the
bit. Of models without a token to decide by, answers are judged by their words: right on ${(100 * (accuracy.value ?? 0)).toFixed(1)} % (${(100 * accuracy.low).toFixed(1)}–${(100 * accuracy.high).toFixed(1)}) of ${accuracy.of} labelled answers.
For comparison, on other requests: LLaMA 2 refused 15 to 27 % of its makers' borderline set (Touvron et al. 2023, section 4.2.3), and of XSTest's
safe prompts 38 % with Meta's system prompt, 14 % without (Röttger et al. 2024, arXiv 2308.01263).
`;
}

await run(
  benchCommand(
    'bench:audit',
    'what the default model refuses over the dial, beside what is asked of it; exit code 1 where that is missed',
  ).action(measure),
  'bench:audit',
);
