type Encode = (text: string) => number[];

/** Lines remembered, at most. */
const CAPACITY = 20_000;

/** A line with the line breaks before it. */
const LINE = /[\r\n]*[^\r\n]+|[\r\n]+$/g;

/**
 * Remembers the tokens of each line, so that a keystroke costs the encoding of one line.
 * Right only for vocabularies in which no token reaches over the end of a line, see {@link LineCache.isExact}.
 */
export class LineCache {
  readonly #encode: Encode;
  readonly #lines = new Map<string, number[]>();

  constructor(encode: Encode) {
    this.#encode = encode;
  }

  /**
   * Whether a text's tokens are those of its lines put together. Tokenizers that merge `;` with the break after it, or that set a
   * space before every text, are found out by texts on which they would differ.
   */
  static isExact(encode: Encode): boolean {
    const probes = [
      'a\nb',
      'f(x);\n\n  y\n',
      '{\r\n\tz: 1,\r\n}\n',
      '"s",\n)\n\n\n#',
      ' a\n b \n  ',
      '} else {\n        x = 1;\n    }\n',
    ];
    return probes.every((probe) => {
      const whole = encode(probe);
      const parts = (probe.match(LINE) ?? []).flatMap(encode);
      return whole.length === parts.length && whole.every((token, i) => token === parts[i]);
    });
  }

  encode(text: string): number[] {
    const tokens: number[] = [];
    for (const [line] of text.matchAll(LINE)) {
      for (const token of this.#line(line)) tokens.push(token);
    }
    return tokens;
  }

  #line(line: string): number[] {
    let tokens = this.#lines.get(line);
    if (tokens) {
      this.#lines.delete(line); // set again below, as the most recent
    } else {
      tokens = this.#encode(line);
      if (this.#lines.size >= CAPACITY) this.#lines.delete(this.#lines.keys().next().value as string);
    }
    this.#lines.set(line, tokens);
    return tokens;
  }
}
