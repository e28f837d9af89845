import { describe, expect, it } from 'vitest';
import { documentedIn } from '../../../../extension/chat/fewShot/documented.ts';
import { wantedFor } from '../../../../extension/chat/fewShot/example.ts';
import { findExamples, type SiblingFile } from '../../../../extension/chat/fewShot/findExamples.ts';
import { nearestPaths } from '../../../../extension/chat/fewShot/nearestPaths.ts';
import { isTestPath, testBlocksIn } from '../../../../extension/chat/fewShot/tested.ts';

const orders = `import { Order } from './order.ts';

/**
 * The orders of each customer, see {@link Order}.
 * @param orders of any day
 */
export function byCustomer(orders: readonly Order[]): Map<string, Order[]> {
  return Map.groupBy(orders, ({ customer }) => customer);
}

// eslint-disable-next-line
export function totalOf(orders: readonly Order[]): number {
  return orders.reduce((sum, { total }) => sum + total, 0);
}

/** What all orders of a day come to, in cents. */
export function dailyTotal(orders: readonly Order[], day: string): number {
  return totalOf(orders.filter((order) => order.day === day));
}
`;

const python = `class Stack:
    """Keeps the last things first."""

    @property
    def top(self):
        """The thing that was pushed last.

        Returns:
            anything
        """
        return self.items[-1]

    def size(self) -> int:
        """Short."""
        return len(self.items)
`;

const suite = `import { expect, it } from 'vitest';
import { byCustomer } from '../src/orders.ts';
import { unused } from '../src/unused.ts';

describe('orders', () => {
  describe('byCustomer', () => {
    it('keeps the order', () => {
      expect(byCustomer([]).size).toBe(0);
    });
  });
});
`;

const pause = async () => undefined;
const code = (text: string, label = 'src/new.ts:1–4', language = 'typescript') => ({ label, language, text });
const wanted = `export function byDay(orders: readonly Order[]): Map<string, Order[]> {
  return Map.groupBy(orders, ({ day }) => day);
}`;
const files: SiblingFile[] = [
  { path: 'src/orders.ts', text: orders },
  { path: 'test/orders.test.ts', text: suite },
];

describe('documentation', () => {
  it('is told apart from comments for tools, and from descriptions of parameters', () => {
    expect(documentedIn(orders).map(({ name, words }) => [name, words])).toEqual([
      ['byCustomer', 'The orders of each customer, see `Order`.'],
      ['dailyTotal', 'What all orders of a day come to, in cents.'],
    ]);
    const [first] = documentedIn(orders);
    expect(first?.bare).not.toContain('/**');
    expect(first?.whole.startsWith('/**\n * The orders')).toBe(true);
  });

  it('is read inside of declarations where it stands there, and taken out', () => {
    const found = documentedIn(python);
    expect(found.map(({ name, words }) => [name, words])).toEqual([
      ['Stack', 'Keeps the last things first.'],
      ['top', 'The thing that was pushed last.'],
    ]);
    expect(found[1]?.bare).toBe('    @property\n    def top(self):\n        return self.items[-1]');
    expect(found[1]?.whole).toContain('"""The thing');
  });
});

describe('tests', () => {
  it('are known by their paths', () => {
    const paths = ['test/a.ts', 'src/a.test.ts', 'tests/test_a.py', 'pkg/a_test.go', 'src/ATest.java', 'a.spec.js'];
    expect(paths.filter((path) => !isTestPath(path))).toEqual([]);
    expect(['src/latest.ts', 'src/contest/a.ts', 'src/attest.py'].filter(isTestPath)).toEqual([]);
  });

  it('are cut into cases, each with what it imports', () => {
    const blocks = testBlocksIn('test/orders.test.ts', suite);
    expect(blocks.map(({ title }) => title)).toEqual(['orders', 'byCustomer', 'keeps the order']);
    expect(blocks[2]?.text).toBe(
      "import { expect, it } from 'vitest';\nimport { byCustomer } from '../src/orders.ts';\n\n" +
        "it('keeps the order', () => {\n  expect(byCustomer([]).size).toBe(0);\n});",
    );
  });
});

describe('examples', () => {
  it('are the siblings that share most names, with their comments', async () => {
    const found = await findExamples({ command: 'explain', code: code(wanted) }, files, 2, pause);
    expect(found.map(({ label, answer }) => [label, answer])).toEqual([
      ['byCustomer (src/orders.ts:3)', 'The orders of each customer, see `Order`.'],
      ['dailyTotal (src/orders.ts:16)', 'What all orders of a day come to, in cents.'],
    ]);
    expect(await findExamples({ command: 'explain', code: code(wanted) }, files, 1, pause)).toEqual(found.slice(0, 1));
    expect(await findExamples({ command: 'explain', code: code(wanted) }, files, 0, pause)).toEqual([]);
  });

  it('of documentation have the code with its comment', async () => {
    const [first] = await findExamples({ command: 'doc', code: code(wanted) }, files, 1, pause);
    expect(first?.code.startsWith('export function byCustomer')).toBe(true);
    expect(first?.answer).toMatch(/^```typescript\n\/\*\*\n \* The orders[\s\S]+customer\);\n\}\n```$/);
  });

  it('of tests have the case that tests it', async () => {
    const found = await findExamples({ command: 'tests', code: code(wanted) }, files, 3, pause);
    expect(found.map(({ label }) => label)).toEqual(['byCustomer (src/orders.ts:7)']);
    expect(found[0]?.answer).toContain("describe('byCustomer', () => {\n  it(");
    expect(found[0]?.answer).not.toContain('unused');
  });

  it('are never what is asked about, with its comment or without', async () => {
    const own = orders.slice(orders.indexOf('export function byCustomer'), orders.indexOf('// eslint'));
    for (const text of [own, orders]) {
      const found = await findExamples({ command: 'doc', code: code(text) }, files, 3, pause);
      expect(found.map(({ label }) => label)).not.toContain('byCustomer (src/orders.ts:3)');
    }
    const docstring = python.slice(python.indexOf('    def top'), python.indexOf('    def size'));
    const stack = [{ path: 'stack.py', text: python }];
    const found = await findExamples({ command: 'explain', code: code(docstring, 'stack.py:5–11', 'python') }, stack, 3, pause);
    expect(found).toEqual([]);
  });

  it('hold no fence, which would end their own, and none comes twice', async () => {
    const text = '/** Writes a text between two fences. */\nfunction fence(text) {\n  return "\\`\\`\\`" + text;\n}\n';
    const fenced = text.replaceAll('\\`', '`');
    const plain = text.replace('\\`\\`\\`', '');
    const two = [fenced, plain, plain].map((each, i) => ({ path: `src/${i}.js`, text: each }));
    const found = await findExamples({ command: 'doc', code: code('function quote(text) {}') }, two, 3, pause);
    expect(found.map(({ label, language }) => [label, language])).toEqual([['fence (src/1.js:1)', 'javascript']]);
  });
});

describe('nearestPaths', () => {
  const paths = ['web/far.ts', 'src/a/own.ts', 'src/a/near.tsx', 'src/b/next.js', 'src/a/near.py', 'test/a/own.test.ts'];

  const named = (label: string, language = 'typescript') => ({ label, language });

  it('are those of the language, the nearest folders first', () => {
    expect(nearestPaths(named('src/a/own.ts:3–9'), paths, false)).toEqual([
      'src/a/own.ts',
      'src/a/near.tsx',
      'src/b/next.js',
      'web/far.ts',
    ]);
    expect(nearestPaths(named('top (src/a/near.py:1–2)'), paths, false)).toEqual(['src/a/near.py']);
    expect(nearestPaths(named('gone.py:1–2'), paths, false)).toEqual(['src/a/near.py']);
  });

  it('are those of its language for code that is not in a file yet', () => {
    expect(nearestPaths(named('Untitled-1:1–4', 'python'), paths, false)).toEqual(['src/a/near.py']);
    expect(nearestPaths(named('Untitled-1:1', 'go'), paths, false)).toEqual([]);
  });

  it('have tests where they are asked for', () => {
    expect(nearestPaths(named('src/a/own.ts:3'), paths, true).at(-1)).toBe('test/a/own.test.ts');
  });
});

describe('wantedFor', () => {
  it('gives a command that can have examples, about one piece of code', () => {
    const one = code('a');
    expect(wantedFor('/doc briefly', [one])).toEqual({ command: 'doc', code: one });
    for (const text of ['/fix', '/shorter', 'doc', '/clear']) expect(wantedFor(text, [one])).toBeUndefined();
    expect(wantedFor('/doc', [])).toBeUndefined();
    expect(wantedFor('/doc', [one, one])).toBeUndefined();
  });
});
