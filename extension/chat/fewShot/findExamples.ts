import { identifiersIn, jaccard } from '../../crossFile/identifiers.ts';
import { blocksIn } from '../code/blocks.ts';
import type { Example } from '../conversation.ts';
import { withoutIndentation } from '../prompt.ts';
import { type Documented, documentedIn } from './documented.ts';
import type { Wanted } from './example.ts';
import { callersIn, isTestPath, type TestBlock, testBlocksIn, testOf } from './tested.ts';

/** Lines of code that an example has, and of its answer. */
const [FEWEST_LINES, MOST_LINES] = [2, 40];
const MOST_CHARACTERS = 2_400;

/** A file that examples may be taken from. */
export interface SiblingFile {
  readonly path: string;
  readonly text: string;
}

interface Candidate extends Example {
  readonly similarity: number;
}

/**
 * Examples for a question about code: of other declarations in these files, those that share most names with it (Jaccard), the most alike
 * first, of equals those of the nearer file.
 * @param files in order of their nearness, those of tests among them
 * @param pause awaited between files, so that others get their turn
 */
export async function findExamples(
  { command, code }: Wanted,
  files: readonly SiblingFile[],
  count: number,
  pause: () => Promise<void>,
): Promise<Example[]> {
  const names = identifiersIn(code.text);
  const candidates: Candidate[] = [];
  const add = (path: string, { name, line, whole, bare }: Omit<Documented, 'words'>, answer: string) => {
    const shown = withoutIndentation(bare);
    if (!isShowable(shown) || !isSayable(answer) || isSame(shown, code.text) || isSame(whole, code.text)) return;
    const [label, language] = [`${name} (${path}:${line + 1})`, languageOf(path, code.language)];
    candidates.push({
      label,
      language,
      code: shown,
      answer: answerOf(answer, language, command),
      similarity: likeness(names, shown),
    });
  };
  const tests: TestBlock[] = [];
  if (command === 'tests') {
    for (const { path, text } of files.filter((file) => isTestPath(file.path))) {
      tests.push(...testBlocksIn(path, text));
      await pause();
    }
  }
  const callers = callersIn(tests, MOST_LINES);
  for (const { path, text } of files.filter((file) => command !== 'tests' || !isTestPath(file.path))) {
    if (command === 'tests') {
      const lines = text.split('\n');
      for (const { name, top, start, end } of blocksIn(lines)) {
        const test = testOf(name, callers);
        const whole = lines.slice(top, end).join('\n');
        if (test) add(path, { name, line: start, whole, bare: whole }, test.text);
      }
    } else {
      for (const each of documentedIn(text)) add(path, each, saidOf(each, command));
    }
    await pause();
  }
  return best(candidates, count);
}

function saidOf({ whole, words }: Documented, command: 'explain' | 'doc'): string {
  return command === 'doc' ? withoutIndentation(whole) : words;
}

function answerOf(answer: string, language: string, command: Wanted['command']): string {
  return command === 'explain' ? answer : `\`\`\`${language}\n${answer}\n\`\`\``;
}

/** Duplicates are dropped. */
function best(candidates: readonly Candidate[], count: number): Example[] {
  const sorted = candidates.toSorted((a, b) => b.similarity - a.similarity);
  const unique = new Map(sorted.toReversed().map((each) => [each.code, each]));
  return sorted
    .filter((each) => unique.get(each.code) === each)
    .slice(0, count)
    .map(({ similarity: _, ...example }) => example);
}

function likeness(names: ReadonlySet<string>, code: string): number {
  return jaccard(names, identifiersIn(code));
}

/** A fence within it would end the one around it. */
function isSayable(answer: string): boolean {
  return answer.length <= MOST_CHARACTERS && !answer.includes('```');
}

/** Neither a single line nor a page. */
function isShowable(code: string): boolean {
  const lines = code.split('\n').length;
  return lines >= FEWEST_LINES && lines <= MOST_LINES && isSayable(code);
}

/** Whether one of two pieces of code holds the other: nothing is an example of itself. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => text.replaceAll(/\s+/g, ''));
  return a === undefined || b === undefined || b === '' || a.includes(b) || b.includes(a);
}

/** File extensions of one language, and its name in fences; others get the name of the question's language. */
const FAMILIES: readonly (readonly [RegExp, string])[] = [
  [/\.[cm]?tsx?$/, 'typescript'],
  [/\.[cm]?jsx?$/, 'javascript'],
];

function languageOf(path: string, otherwise: string): string {
  return FAMILIES.find(([ending]) => ending.test(path))?.[1] ?? otherwise;
}
