type Encode = (text: string) => number[];

interface Line {
  readonly text: string;
  readonly tokens: number[];
}

/** Lines remembered, at most. */
const CAPACITY = 20_000;

/**
 * Ways to cut a text into lines, of which a vocabulary may allow one: with the line breaks before each; the same where a carriage
 * return belongs to the line it ends; with the breaks and blank lines after each, where `;` and the break after it are one token.
 */
const LINES = [/[\r\n]*[^\r\n]+|[\r\n]+$/g, /\n*[^\n]+|\n+$/g, /[^\n]*\n(?:\s*[\r\n])?|[^\n]+$/g];

/**
 * Remembers the tokens of each line, so that a keystroke costs the encoding of one line. Correct only for vocabularies in which no token
 * crosses the end of a line, see {@link LineCache.isExact}.
 */
export class LineCache {
  readonly #encode: Encode;
  readonly #pattern: RegExp;
  /** The least recent first. */
  readonly #lines = new Map<string, Line>();

  private constructor(encode: Encode, pattern: RegExp) {
    this.#encode = encode;
    this.#pattern = pattern;
  }

  /** A cache in the first way of cutting lines that is exact, if one is. */
  static of(encode: Encode): LineCache | undefined {
    const pattern = LINES.find((lines) => LineCache.isExact(encode, lines));
    return pattern && new LineCache(encode, pattern);
  }

  /**
   * Whether a text's tokens are those of its lines put together. Tokenizers that merge `;` with the break after it, or that prepend a
   * space to every text, are detected by texts on which they would differ.
   */
  static isExact(encode: Encode, lines = LINES[0] as RegExp): boolean {
    const probes = [
      'a\nb',
      'f(x);\n\n  y\n',
      '{\r\n\tz: 1,\r\n}\n',
      '"s",\n)\n\n\n#',
      ' a\n b \n  ',
      ';\n/* */\n\n/x',
      '<=\n\n\nself\n\nx;\n\n\ny)\n\n',
      '} else {\n        x = 1;\n    }\n',
      'a;\r\n  \r\n\tb\n\r\n\n)\n \n\t\n \tc \n\rd',
    ];
    return probes.every((probe) => {
      const whole = encode(probe);
      const parts = (probe.match(lines) ?? []).flatMap(encode);
      return whole.length === parts.length && whole.every((token, i) => token === parts[i]);
    });
  }

  encode(text: string): number[] {
    const tokens: number[] = [];
    for (const [line] of text.matchAll(this.#pattern)) {
      for (const token of this.#line(line)) tokens.push(token);
    }
    return tokens;
  }

  #line(line: string): number[] {
    const known = this.#lines.get(line) ?? this.#encoded(line);
    // Entered again as the most recent, with the text that is kept: the key would otherwise be a part of the new text.
    this.#lines.delete(known.text);
    this.#lines.set(known.text, known);
    return known.tokens;
  }

  #encoded(line: string): Line {
    if (this.#lines.size >= CAPACITY) this.#lines.delete(this.#lines.keys().next().value as string);
    const text = copied(line);
    return { text, tokens: this.#encode(text) };
  }
}

/** The same text in memory of its own: V8 keeps the whole text alive as long as a part that was cut out of it. */
function copied(part: string): string {
  return ` ${part}`.slice(1);
}
