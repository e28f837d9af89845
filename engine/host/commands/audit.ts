import { resolve } from 'node:path';
import { isPaddockError } from '../../errors.ts';
import { Random } from '../../sampling/random.ts';
import { classifierError } from '../../tuning/audit/classifierError.ts';
import { type AuditRequest, type AuditRow, reportOf } from '../../tuning/audit/report.ts';
import { AUDIT_SETS, type AuditSet, promptsOf } from '../../tuning/audit/sets.ts';
import { answersFromCsv, promptsFromCsv } from '../../tuning/audit/xstest.ts';
import { auditInWords, classifierInWords } from './auditWords.ts';
import { print, type RunOptions, readSource, withEngine } from './common.ts';

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

/** What a shell tells of a command that Ctrl+C ended. */
const INTERRUPTED = 130;

/** `paddock audit`: how often the model refuses what it should answer, and answers what it should refuse. */
export async function audit(options: AuditFlags): Promise<void> {
  if (options.labelled !== undefined) {
    const answers = answersFromCsv(await readSource(options.labelled));
    print(classifierError(answers), options.json, classifierInWords);
    return;
  }
  const requests = await requestsOf(options);
  const controller = new AbortController();
  const onInterrupt = () => controller.abort();
  process.once('SIGINT', onInterrupt); // the second time it ends at once
  let done = 0;
  try {
    const result = await withEngine(
      options,
      async ({ opened, studies }) => {
        const rows: AuditRow[] = [];
        const { system, maxTokens, answers = false, direction } = options;
        const along = direction === undefined ? {} : { along: resolve(direction) };
        const onRow = (row: AuditRow) => {
          rows.push(row);
          showProgress(++done, requests.length);
        };
        await studies.auditRefusals({ requests, system, maxTokens, answers, ...along }, onRow, controller.signal);
        return { model: opened.info.name, system, ...reportOf(rows, options.target), requests: rows };
      },
      controller.signal,
    );
    print(result, options.json, auditInWords);
  } catch (error) {
    if (!controller.signal.aborted || !isPaddockError(error, 'cancelled')) throw error;
    process.stderr.write(`paddock: stopped after ${done} of ${requests.length} requests\n`);
    process.exitCode = INTERRUPTED;
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

/** Those of the sets that are asked for, or of a file; all sets unless told. */
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

/** So many of a list, all equally probable, in their order. */
function sampled<T>(all: readonly T[], count: number, seed: number): T[] {
  const random = new Random(seed);
  const drawn = all.map((item, place) => ({ item, place, key: random.next() })).sort((a, b) => a.key - b.key);
  return drawn
    .slice(0, count)
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

/** On a terminal in place; else a line for every tenth. */
function showProgress(done: number, of: number): void {
  if (process.stderr.isTTY) process.stderr.write(done < of ? `\r\x1b[Kpaddock: ${done} of ${of} requests` : '\r\x1b[K');
  else if (Math.floor((10 * done) / of) > Math.floor((10 * (done - 1)) / of)) {
    process.stderr.write(`paddock: ${done} of ${of} requests\n`);
  }
}
