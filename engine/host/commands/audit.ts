import { resolve } from 'node:path';
import { isPaddockError } from '../../errors.ts';
import { Random } from '../../sampling/random.ts';
import { classifierError } from '../../tuning/audit/classifierError.ts';
import { type AuditRequest, type AuditRow, reportOf } from '../../tuning/audit/report.ts';
import { AUDIT_SETS, type AuditSet, promptsOf } from '../../tuning/audit/sets.ts';
import { answersFromCsv, promptsFromCsv } from '../../tuning/audit/xstest.ts';
import { auditInWords, classifierInWords } from './auditWords.ts';
import { print, type RunOptions, readSource, withEngine } from './common.ts';
import { clearProgress, interruptible, showProgress } from './interrupt.ts';

export interface AuditFlags extends RunOptions {
  readonly set?: AuditSet | 'all';
  readonly csv?: string;
  readonly sample?: number;
  readonly seed: number;
  readonly system: string;
  readonly target: number;
  readonly answers?: true;
  readonly maxTokens: number;
  readonly labelled?: string;
  /** A file of directions that the dial drives. */
  readonly direction?: string;
}

/** `paddock audit`: how often the model refuses what it should answer, and answers what it should refuse. */
export async function audit(options: AuditFlags): Promise<void> {
  if (options.labelled !== undefined) {
    const answers = answersFromCsv(await readSource(options.labelled));
    print(classifierError(answers), options.json, classifierInWords);
    return;
  }
  const requests = await requestsOf(options);
  await interruptible(async (signal) => {
    const rows: AuditRow[] = [];
    const onRow = (row: AuditRow) => {
      rows.push(row);
      showProgress(rows.length, requests.length, 'requests');
    };
    try {
      const { system, maxTokens, answers = false, direction } = options;
      const along = direction === undefined ? {} : { along: resolve(direction) };
      const result = await withEngine(
        options,
        async ({ opened, studies }) => {
          await studies.auditRefusals({ requests, system, maxTokens, answers, ...along }, onRow, signal);
          return { model: opened.info.name, system, ...reportOf(rows, options.target), requests: rows };
        },
        signal,
      );
      clearProgress();
      print(result, options.json, auditInWords);
    } catch (error) {
      clearProgress();
      if (!signal.aborted || !isPaddockError(error, 'cancelled')) throw error;
      process.stderr.write(`paddock: stopped after ${rows.length} of ${requests.length} requests\n`);
    }
  });
}

/** The requests of the chosen sets, or of a file; by default of all sets. */
async function requestsOf({ set, csv, sample, seed }: AuditFlags): Promise<AuditRequest[]> {
  const names = set === 'all' || (set === undefined && csv === undefined) ? AUDIT_SETS : set === undefined ? [] : [set];
  const sets = names.map((name) => promptsOf(name).map((prompt) => ({ ...prompt, set: name as string })));
  if (csv !== undefined) {
    const prompts = promptsFromCsv(await readSource(csv));
    for (const shouldRefuse of [false, true]) {
      const those = prompts.filter((prompt) => prompt.shouldRefuse === shouldRefuse);
      sets.push(those.map((prompt) => ({ ...prompt, set: shouldRefuse ? 'file, unsafe' : 'file, safe' })));
    }
  }
  return sets.flatMap((requests) => (sample === undefined ? requests : sampled(requests, sample, seed)));
}

/** A random sample of a list, in its order. */
function sampled<T>(all: readonly T[], count: number, seed: number): T[] {
  const random = new Random(seed);
  const drawn = all.map((item, place) => ({ item, place, key: random.next() })).sort((a, b) => a.key - b.key);
  return drawn
    .slice(0, count)
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
