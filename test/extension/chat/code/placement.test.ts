import { describe, expect, it } from 'vitest';
import { changedText } from '../../../../extension/chat/code/change.ts';
import { placementOf, type Target } from '../../../../extension/chat/code/placement.ts';

const orders = `import { round } from './round';

/** Returns the price of one line. */
export function lineTotal(line: OrderLine): number {
  return line.count * line.price;
}

export class Order {
  readonly lines: OrderLine[] = [];

  @memoised
  total(): number {
    let total = 0;
    for (const line of this.lines) {
      total += lineTotal(line);
    }
    return total;
  }

  get count(): number {
    return this.lines.length;
  }
}
`;

function put(text: string, code: string, more: Partial<Target> = {}) {
  const selection = { start: 0, end: 1 };
  const indentation = { spaces: true, size: 4 };
  const placement = placementOf(
    {
      ...{ text, selection, isSelected: false, symbols: [], indentation, range: undefined },
      ...{ language: 'typescript', isDocumented: false, ...more },
    },
    code,
  );
  return { by: placement?.by, text: changedText(text, placement?.changes ?? []) };
}

const replaced = (from: string, to: string) => orders.replace(from, to);

describe('code finds its place', () => {
  it('a function by its name; the comment above stays where the code has none', () => {
    const code = 'export function lineTotal(line: OrderLine): number {\n  return round(line.count * line.price);\n}';
    expect(put(orders, code)).toEqual({
      by: 'name',
      text: replaced('line.count * line.price;', 'round(line.count * line.price);'),
    });
  });

  it('with a comment of its own, in place of the comment above', () => {
    const code =
      '/** The price, in cents. */\nexport function lineTotal(line: OrderLine): number {\n  return line.count * line.price;\n}\n';
    expect(put(orders, code).text).toBe(replaced('Returns the price of one line.', 'The price, in cents.'));
  });

  it('a method by its name, in the depth of the class and with its decorator', () => {
    const code = 'total(): number {\n    return this.lines.reduce((sum, line) => sum + lineTotal(line), 0);\n}';
    const { by, text } = put(orders, code);
    expect(by).toBe('name');
    expect(text).toContain(
      '\n  @memoised\n  total(): number {\n    return this.lines.reduce((sum, line) => sum + lineTotal(line), 0);\n  }\n\n  get count',
    );
  });

  it('several at once: new ones behind those they follow, imports that are new behind the imports', () => {
    const code = `import { round } from './round';
import { cents } from './cents';

export function lineTotal(line: OrderLine): number {
  return cents(line.count * line.price);
}

export function tax(line: OrderLine): number {
  return lineTotal(line) / 5;
}`;
    expect(put(orders, code)).toEqual({
      by: 'name',
      text: replaced("'./round';\n", "'./round';\nimport { cents } from './cents';\n").replace(
        '  return line.count * line.price;\n}\n',
        '  return cents(line.count * line.price);\n}\n\nexport function tax(line: OrderLine): number {\n  return lineTotal(line) / 5;\n}\n',
      ),
    });
  });

  it('of two declarations with one name, replaces the one nearer to the selection', () => {
    const text = 'class A {\n  run() {\n    a();\n  }\n}\n\nclass B {\n  run() {\n    b();\n  }\n}\n';
    const code = 'run() {\n  c();\n}';
    expect(put(text, code, { selection: { start: 8, end: 9 } }).text).toBe(text.replace('b()', 'c()'));
    expect(put(text, code, { selection: { start: 1, end: 2 } }).text).toBe(text.replace('a()', 'c()'));
  });

  it('in Python too, with lines that a language server knows or without', () => {
    const text = 'import math\n\n\n@cached\ndef area(r):\n    return 3 * r\n\n\ndef other():\n    pass\n';
    const code = 'def area(r):\n  """The area."""\n  return math.pi * r ** 2';
    const wanted = text.replace('    return 3 * r', '    """The area."""\n    return math.pi * r ** 2');
    expect(put(text, code)).toEqual({ by: 'name', text: wanted });
    expect(put(text, code, { symbols: [{ name: 'area', first: 4, last: 5 }] })).toEqual({ by: 'name', text: wanted });
  });

  it('statements by the lines they are most like', () => {
    const code =
      'let total = 0;\nfor (const line of this.lines) {\n  if (line.count > 0) total += lineTotal(line);\n}\nreturn total;';
    const { by, text } = put(orders, code);
    expect(by).toBe('similarity');
    expect(text).toBe(replaced('      total += lineTotal', '      if (line.count > 0) total += lineTotal'));
  });

  it('unlike anything: in place of the selection, else at the cursor', () => {
    const code = 'await paint(sky);';
    const text = 'start();\n  middle();\nend();\n';
    const selection = { start: 1, end: 2 };
    expect(put(text, code, { selection, isSelected: true })).toEqual({
      by: 'selection',
      text: 'start();\n  await paint(sky);\nend();\n',
    });
    expect(put(text, code, { selection })).toEqual({
      by: 'cursor',
      text: 'start();\n  middle();\n  await paint(sky);\nend();\n',
    });
  });

  it('a whole file in place of the file, and into an empty one', () => {
    const code = "import { round } from './round';\n\nexport function lineTotal() {}\n\nexport class Order {}\n";
    expect(put(orders, code)).toEqual({ by: 'file', text: code });
    expect(put('\n', code)).toEqual({ by: 'file', text: code });
  });

  it('in what it was asked for, whatever else is like it', () => {
    const range = { start: 11, end: 17 };
    const sum = 'return sum(this.lines);';
    expect(put(orders, sum, { range })).toEqual({
      by: 'range',
      text: [...orders.split('\n').slice(0, 11), `  ${sum}`, ...orders.split('\n').slice(17)].join('\n'),
    });
  });

  it('a comment alone above what it was asked for', () => {
    const range = { start: 2, end: 6 };
    expect(put(orders, '/** In cents. */', { range }).text).toBe(replaced('Returns the price of one line.', 'In cents.'));
  });

  it('nowhere when there is no code, and changes nothing when it is there already', () => {
    expect(put(orders, ' \n\n').by).toBeUndefined();
    const same =
      '  total(): number {\n    let total = 0;\n    for (const line of this.lines) {\n      total += lineTotal(line);\n    }\n    return total;\n  }';
    expect(put(orders, same)).toEqual({ by: 'name', text: orders });
  });

  it("with the document's line ends and tabs", () => {
    const text = 'class A {\r\n\trun() {\r\n\t\ta();\r\n\t}\r\n}\r\n';
    expect(put(text, 'run() {\n  if (b) {\n    c();\n  }\n}').text).toBe(
      'class A {\r\n\trun() {\r\n\t\tif (b) {\r\n\t\t\tc();\r\n\t\t}\r\n\t}\r\n}\r\n',
    );
  });

  it('does not trust positions that a language server gives for an older text', () => {
    const code = 'export function lineTotal(line: OrderLine): number {\n  return round(line.count * line.price);\n}';
    const wanted = replaced('return line.count * line.price', 'return round(line.count * line.price)');
    expect(put(orders, code, { symbols: [{ name: 'lineTotal', first: 7, last: 9 }] })).toEqual({ by: 'name', text: wanted });
  });

  it('finds what a language server does not know yet by its form', () => {
    const code = 'export class Order {\n  readonly lines: OrderLine[] = [];\n}';
    const put1 = put(orders, code, { symbols: [{ name: 'lineTotal', first: 2, last: 5 }] });
    expect(put1.by).toBe('name');
    expect(put1.text).toContain('lineTotal(line: OrderLine)');
    expect(put1.text).not.toContain('get count()');
  });
});
