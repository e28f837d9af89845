/** What is wrong with a line, as the editor says it. */
export interface ShownProblem {
  readonly severity: 'error' | 'warning' | 'information' | 'hint';
  /** From 0. */
  readonly line: number;
  readonly message: string;
  /** Who says so, such as `ts`, and under which name; empty where it is not told. */
  readonly source: string;
  readonly code: string;
}

export interface FileProblems {
  readonly path: string;
  /** Empty where the file is not read. */
  readonly lines: readonly string[];
  readonly problems: readonly ShownProblem[];
}

const SEVERITIES = ['error', 'warning', 'information', 'hint'] as const;
/** Problems told at most: the worst. */
export const MOST_PROBLEMS = 50;
/** Characters of a message and of a line of code, at most. */
const LONGEST_MESSAGE = 500;
const LONGEST_LINE = 200;

/** Problems as a model is told them: errors before warnings, each with its line of code. Empty where there are none. */
export function problemsText(files: readonly FileProblems[]): string {
  const ranked = files
    .flatMap((file) => file.problems.map((problem) => ({ file, problem })))
    .sort((a, b) => SEVERITIES.indexOf(a.problem.severity) - SEVERITIES.indexOf(b.problem.severity));
  const told = new Set(ranked.slice(0, MOST_PROBLEMS).map(({ problem }) => problem));
  const parts = files.flatMap(({ path, lines, problems }) => {
    const own = problems.filter((problem) => told.has(problem)).sort((a, b) => a.line - b.line);
    return own.length > 0 ? [[path, ...own.map((problem) => problemText(problem, lines))].join('\n')] : [];
  });
  const more = ranked.length - told.size;
  return [...parts, ...(more > 0 ? [`And ${more} more.`] : [])].join('\n\n');
}

function problemText({ severity, line, message, source, code }: ShownProblem, lines: readonly string[]): string {
  const by = [source, code].filter((word) => word !== '').join(' ');
  const words = shortened(message.replaceAll(/\s+/g, ' ').trim(), LONGEST_MESSAGE);
  const about = `line ${line + 1}, ${severity}${by === '' ? '' : ` (${by})`}: ${words}`;
  const shown = shortened((lines[line] ?? '').trim(), LONGEST_LINE);
  return shown === '' ? about : `${about}\n    ${shown}`;
}

/** What is cut off is seen to be. */
function shortened(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
