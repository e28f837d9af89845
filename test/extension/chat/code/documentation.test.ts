import { describe, expect, it } from 'vitest';
import { changedText, type Lines } from '../../../../extension/chat/code/change.ts';
import { placementOf } from '../../../../extension/chat/code/placement.ts';

/** A text with the documentation of an answer about some of its lines, or else about all; undefined where nothing is placed. */
function documented(language: string, text: string, code: string, asked?: Lines): string | undefined {
  const range = asked ?? { start: 0, end: text.trimEnd().split('\n').length };
  return documentedIn(range, language, text, code);
}

/** As {@link documented}, where it is not known which lines were asked for. */
function documentedIn(range: Lines | undefined, language: string, text: string, code: string): string | undefined {
  const selection = range ?? { start: 0, end: 1 };
  const indentation = { spaces: true, size: 4 };
  const placement = placementOf(
    { text, selection, isSelected: true, symbols: [], indentation, range, language, isDocumented: true },
    code,
  );
  return placement && changedText(text, placement.changes);
}

const ts = `export function totalOf(order: Order): number {
  // Sums the lines.
  return sum(order.lines);
}
`;

describe('documentation in TypeScript', () => {
  it('comes without what the answer changes in the code and in its other comments', () => {
    const answer = `/** Returns the total of an order. */
export function totalOf(order: number): number {
  // Sums up the lines.
  return sum(order.lines) ;
}`;
    expect(documented('typescript', ts, answer)).toBe(`/** Returns the total of an order. */\n${ts}`);
  });

  it('may be all of the answer, or stand above another name', () => {
    const wanted = `/**\n * Returns\n * the total.\n */\n${ts}`;
    const comment = '/**\n * Returns\n * the total.\n */';
    expect(documented('typescript', ts, comment)).toBe(wanted);
    expect(documented('typescript', ts, `${comment}\n\nfunction total() {}`)).toBe(wanted);
  });

  it('is as deep as a method, above its decorators, with the line ends of the document', () => {
    const text = 'class Order {\n  total = 0;\n\n  @memoised\n  count(): number {\n    return 1;\n  }\n}\n'.replaceAll(
      '\n',
      '\r\n',
    );
    const answer = '/**\n * Counts.\n */\n@memoised\ncount() {\n  return 2;\n}';
    expect(documented('typescript', text, answer, { start: 3, end: 7 })).toBe(
      text.replace('  @mem', '  /**\r\n   * Counts.\r\n   */\r\n  @mem'),
    );
  });

  it('replaces the one that is there, and no other comment', () => {
    const notes = '// Checked by hand.\n';
    const ignored = '// eslint-disable-next-line no-console\n';
    const answer = `/** New. */\n${ignored}${ts}`;
    for (const old of ['/** Old. */\n', '/**\n  Old,\n  without stars, of src/*.\n*/\n']) {
      expect(documented('typescript', `${notes}${old}${ignored}${ts}`, answer)).toBe(`${notes}/** New. */\n${ignored}${ts}`);
    }
    expect(documented('typescript', `${notes}${ignored}${ts}`, answer)).toBe(`${notes}/** New. */\n${ignored}${ts}`);
    const license = '/** @license MIT */\n';
    expect(documented('typescript', license + ts, '/** New. */')).toBe(`${license}/** New. */\n${ts}`);
    const half = { start: 1, end: 5 }; // the comment above is not selected
    expect(documented('typescript', `/** Old. */\n${ts}`, '/** New. */', half)).toBe(`/** New. */\n${ts}`);
  });

  it('of a class leaves its methods and their comments alone; two functions have one each', () => {
    const text = 'class Order {\n  /** Old. */\n  total() {\n    return 1;\n  }\n}\n\nfunction half(n) {\n  return n / 2;\n}\n';
    const answer = text
      .replace('class', '/** An order. */\nclass')
      .replace('Old', 'New')
      .replace('return 1', 'return 2')
      .replace('function', '/** Half as much. */\nfunction');
    const wanted = text.replace('class', '/** An order. */\nclass').replace('function', '/** Half as much. */\nfunction');
    expect(documented('typescript', text, answer)).toBe(wanted);
  });

  it('goes by names alone where it is not known what was asked for, also to a method', () => {
    const text = `${ts}\nclass Order {\n  count() {\n    return 1;\n  }\n}\n`;
    const named = (code: string) => documentedIn(undefined, 'typescript', text, code);
    expect(named('/** Counts. */\ncount() {\n  return 2;\n}')).toBe(text.replace('  count', '  /** Counts. */\n  count'));
    expect(named('/** Counts. */\nfunction other() {}')).toBeUndefined();
    expect(named('/** Counts. */')).toBeUndefined();
  });

  it('is nothing where the answer has none that ends, or only comments within the code', () => {
    for (const answer of [ts, `// eslint-disable-next-line\n${ts}`, `/** Returns\n${ts}`, '```', 'totalOf(order) // sums']) {
      expect(documented('typescript', ts, answer)).toBeUndefined();
    }
    expect(documented('plaintext', ts, `/** Returns. */\n${ts}`)).toBeUndefined();
  });
});

const python = `class Order:
    @property
    def total(
        self, rate: Dict[str, int] = {"a:": 1},  # of VAT:
    ) -> int:
        # Sums.
        return sum(self.lines)
`;
const total = { start: 1, end: 7 };

describe('documentation in Python', () => {
  it('goes below the head, as deep as the body', () => {
    const answer =
      '@property\ndef total(self, rate):\n  """Returns the total.\n\n  Args:\n    rate: of VAT\n  """\n  # Sums up.\n  return 0';
    const docstring = '        """Returns the total.\n\n        Args:\n            rate: of VAT\n        """\n';
    expect(documented('python', python, answer, total)).toBe(python.replace('        # Sums', `${docstring}        # Sums`));
  });

  it('in place of the one that is there', () => {
    const answer = "def half(n):\n    'Half as much.'\n    return n // 2";
    for (const old of ['"""Old."""', 'r"""Old\n\n    docs.\n    """', "'Old.'", '""']) {
      const text = `def half(n):\n    # Note.\n    ${old}  # noqa\n    return n / 2\n`;
      expect(documented('python', text, answer)).toBe(
        "def half(n):\n    # Note.\n    'Half as much.'  # noqa\n    return n / 2\n",
      );
    }
    const value = 'def half(n):\n\t"{}".format(n)\n';
    expect(documented('python', value, answer)).toBe(value.replace('\t"{}"', '\t\'Half as much.\'\n\t"{}"'));
  });

  it('also where the answer is the docstring alone, or has it above the head; comments above stay', () => {
    const text = '# Checked.\ndef half(n):\r\n    return n / 2\r\n'.replace('.\n', '.\r\n');
    const wanted = text.replace('    ret', '    """Half."""\r\n    ret');
    for (const answer of ['"""Half."""', '"""Half."""\ndef half(n):\n    return n', 'class A:\n  """Half."""']) {
      expect(documented('python', text, answer)).toBe(wanted);
    }
  });

  it('is nothing for a body on the line of the head, or a string that does not end', () => {
    expect(
      documented('python', 'def half(n): return n / 2\n', 'def half(n):\n    """Half."""\n    return n / 2'),
    ).toBeUndefined();
    const text = 'def half(n):\n    return n / 2\n';
    for (const answer of [text, 'def half(n):\n    """Half.\n    return n / 2', 'def half(n):\n    "a".format(n)']) {
      expect(documented('python', text, answer)).toBeUndefined();
    }
  });
});

describe('documentation in other languages', () => {
  it('in Go: line comments, but no directives', () => {
    const go = '// half halves.\n// Badly.\n//go:noinline\nfunc half(n int) int {\n\treturn n / 2\n}\n';
    const answer = '// half returns half of n,\n// rounded.\n//go:noinline\nfunc half(n int64) int64 {\n\treturn n / 2\n}';
    expect(documented('go', go, answer)).toBe(
      go.replace('// half halves.\n// Badly.', '// half returns half of n,\n// rounded.'),
    );
  });

  it('in Rust: above attributes, and never one that would not end', () => {
    const rust = '// SAFETY: none.\n#[inline]\npub fn half(n: u8) -> u8 {\n    n / 2\n}\n';
    expect(documented('rust', rust, '/// Half.\n#[inline]\npub fn half(n: u16) -> u16 {}')).toBe(
      rust.replace('#', '/// Half.\n#'),
    );
    expect(documented('rust', rust, '/** Half of src/*. */\npub fn half(n: u16) {}')).toBeUndefined();
    const module = '//! Numbers.\n';
    expect(documented('rust', module + rust, '/// Half.')).toBe(module + rust.replace('#', '/// Half.\n#'));
    expect(documented('rust', rust, '//! Half.\npub fn half(n: u16) {}')).toBeUndefined();
  });

  it('in Java and C, whose methods have no word before their names', () => {
    const java = '    @Override\n    public int half(int n) {\n        return n / 2;\n    }\n';
    const answer = '/**\n * Half.\n */\n@Override\npublic long half(int n) {\n  return n;\n}';
    expect(documented('java', java, answer)).toBe(`    /**\n     * Half.\n     */\n${java}`);
    const c = '/* Halves. */\nint half(int n) { return n / 2; }\n';
    expect(documented('c', c, '// Half of n.\nint half(long n) { return 0; }')).toBe(c.replace('/* Halves. */', '// Half of n.'));
    expect(documented('c', c, '// Half of n. \\\nint half(long n) { return 0; }')).toBeUndefined();
  });

  it('in Ruby by a hash, and in a page as in its scripts', () => {
    expect(documented('ruby', 'def half(n)\n  n / 2\nend\n', '# Half.\ndef half(n)\n  n\nend')).toBe(
      '# Half.\ndef half(n)\n  n / 2\nend\n',
    );
    const vue = '<script>\nfunction half(n) {\n  return n / 2;\n}\n</script>\n';
    expect(documented('vue', vue, '/** Half. */\nfunction half() {}', { start: 1, end: 4 })).toBe(
      vue.replace('fun', '/** Half. */\nfun'),
    );
  });
});
