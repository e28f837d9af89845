import { blocksIn, endOf } from '../code/blocks.ts';

/** A stretch of a file of tests. */
export interface TestBlock {
  readonly path: string;
  /** What it says it tests, if it does. */
  readonly title: string;
  /** With the lines that import what it uses. */
  readonly text: string;
  readonly lines: number;
}

/** What is called in blocks of tests, and by which of them. */
export type Callers = ReadonlyMap<string, readonly TestBlock[]>;

const TEST_PATH =
  /(?:^|\/)(?:tests?|specs?|__tests__)\/|(?:^|[/._-])(?:tests?|spec)\.\w+$|(?:^|\/)test_[^/]*$|_test\.\w+$|(?:Tests?|Spec)\.\w+$/;
const CASE = /^\s*(?:describe|suite|it|test)(?:\.\w+)*\s*\(\s*(['"`])((?:\\.|(?!\1).)*)\1/;
const TEST_NAME = /^(?:test|Test)/;
const IMPORT = /^(?:import\b.*\bfrom\b|from\b.*\bimport\b|import\b|(?:const|let|var)\b.*=\s*require\(|use\b|using\b)/;
const CALL = /([\p{L}_$][\p{L}\p{N}_$]*)\s*(?:<[^<>()]*>)?\(/gu;

/** Whether a file of this name holds tests. */
export function isTestPath(path: string): boolean {
  return TEST_PATH.test(path);
}

/** The blocks of a file of tests, the smallest for each line: what one case or one function of tests says. */
export function testBlocksIn(path: string, text: string): TestBlock[] {
  const lines = text.split('\n');
  const spans = lines.flatMap((line, start) => {
    const title = CASE.exec(line)?.[2];
    return title === undefined ? [] : [{ start, end: endOf(lines, start), title }];
  });
  const named = blocksIn(lines).filter(({ name }) => TEST_NAME.test(name));
  const all = [...spans, ...named.map(({ top, end, name }) => ({ start: top, end, title: name }))];
  const imports = lines.filter((line) => IMPORT.test(line));
  return all.map(({ start, end, title }) => {
    const own = lines.slice(start, end);
    const used = imports.filter((line) => sharesName(line, own.join('\n')));
    const head = used.length > 0 ? [...used, ''] : [];
    const depth = /^\s*/.exec(own[0] ?? '')?.[0] ?? '';
    const body = own.map((line) => (line.startsWith(depth) ? line.slice(depth.length) : line));
    return { path, title, text: [...head, ...body].join('\n'), lines: head.length + own.length };
  });
}

/** @param most lines of a block that is worth showing */
export function callersIn(blocks: readonly TestBlock[], most: number): Callers {
  const callers = new Map<string, TestBlock[]>();
  for (const block of blocks) {
    if (block.lines > most) continue;
    for (const name of new Set([...block.text.matchAll(CALL)].map(([, name = '']) => name))) {
      const known = callers.get(name);
      if (known) known.push(block);
      else callers.set(name, [block]);
    }
  }
  return callers;
}

/** The block that tests a name: one with the name in its title, else the longest. */
export function testOf(name: string, callers: Callers): TestBlock | undefined {
  const blocks = callers.get(name) ?? [];
  const isTitled = ({ title }: TestBlock) =>
    title.toLowerCase().replaceAll('_', '').includes(name.toLowerCase().replaceAll('_', ''));
  return blocks.toSorted((a, b) => Number(isTitled(b)) - Number(isTitled(a)) || b.lines - a.lines)[0];
}

function sharesName(line: string, text: string): boolean {
  const names = line.replace(/(['"]).*\1/, '').match(/[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? [];
  return names.some((name) => !/^(?:import|from|type|as|const|let|var|require|use|using)$/.test(name) && hasWord(text, name));
}

function hasWord(text: string, name: string): boolean {
  const at = text.indexOf(name);
  return at >= 0 && new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}(?![\\w$])`).test(text);
}
