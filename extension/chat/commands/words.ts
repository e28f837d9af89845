/** What a command does with code. */
const TASKS = ['explain', 'fix', 'document', 'tests'] as const;
export type Task = (typeof TASKS)[number];

/** A problem that the editor shows. */
export interface Problem {
  readonly message: string;
  /** Line in the code that is sent along, from 1; undefined if it is not in it. */
  readonly line: number | undefined;
}

/** Messages of compilers can be pages long. */
const MOST_CHARACTERS = 500;

/** Added when the answer is applied as it is. */
const CODE_ONLY = 'Answer with the whole code in one code block, nothing else.';

/**
 * The question for the chat: a slash command, which puts the code into the form the default model was trained on, followed by words.
 * Explaining code without a problem adds no words, since the model knows one wording best.
 */
export function questionFor(task: Task, problems: readonly Problem[]): string {
  const said = problems.map(({ message, line }) => {
    const whole = message.replaceAll(/\s+/g, ' ').trim();
    const words = whole.length > MOST_CHARACTERS ? `${whole.slice(0, MOST_CHARACTERS)}…` : whole;
    return line === undefined ? `The editor reports: ${words}` : `The editor reports in line ${line}: ${words}`;
  });
  switch (task) {
    case 'explain':
      return ['/explain', ...said].join('\n');
    case 'fix':
      return ['/fix', ...said, CODE_ONLY].join('\n');
    case 'document':
      return `/doc ${CODE_ONLY}`;
    case 'tests':
      return '/tests Answer with the tests in one code block, nothing else.';
  }
}
