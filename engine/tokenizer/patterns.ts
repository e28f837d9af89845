/** Longer patterns than any tokenizer's; DeepSeek's has 1 000 characters. */
const MAX_LENGTH = 20_000;
const MAX_DEPTH = 50;
/** A repetition that is tried in at most so many lengths is as good as none. */
const FEW = 10;
/** Open repetitions in a row: each may multiply the time by the length of the text. Known patterns have two. */
const MAX_OPEN = 4;

/** What a part of a pattern can match, as far as it matters for how long that takes. */
interface Part {
  /** Whether it matches the same text in one way only, so that repeating it does not multiply the ways. */
  readonly isFixed: boolean;
  /** Repetitions without an end in a row. */
  readonly open: number;
  /** The character it must begin with; undefined where there is a choice. */
  readonly first: string | undefined;
}

/**
 * Whether a regular expression ends soon on every text: JavaScript's backtrack, and where a repetition contains another, or a choice, there
 * are twice as many ways to try with each character. Says no in doubt, and never no to the patterns of known models.
 */
export function endsSoon(pattern: string): boolean {
  if (pattern.length > MAX_LENGTH) return false;
  return new PatternReader(pattern).read();
}

class PatternReader {
  readonly #text: string;
  #at = 0;
  #isSafe = true;

  constructor(text: string) {
    this.#text = text;
  }

  read(): boolean {
    while (this.#at < this.#text.length) {
      const { open } = this.#choice(0);
      if (open > MAX_OPEN) this.#isSafe = false;
      this.#at++; // A bracket that closes nothing.
    }
    return this.#isSafe;
  }

  /** Alternatives, up to the bracket that ends them. */
  #choice(depth: number): Part {
    const parts = [this.#sequence(depth)];
    while (this.#text[this.#at] === '|') {
      this.#at++;
      parts.push(this.#sequence(depth));
    }
    const [only] = parts;
    if (parts.length === 1 && only) return only;
    const firsts = parts.map(({ first }) => first);
    const areApart = firsts.every((first, i) => first !== undefined && firsts.indexOf(first) === i);
    return {
      isFixed: areApart && parts.every(({ isFixed }) => isFixed),
      open: Math.max(...parts.map(({ open }) => open)),
      first: undefined,
    };
  }

  #sequence(depth: number): Part {
    let [isFixed, open] = [true, 0];
    let first: string | undefined;
    // A character that may be left out leaves no choice where another one must follow.
    let optional: string | undefined;
    for (let i = 0; this.#at < this.#text.length && !'|)'.includes(this.#text[this.#at] as string); i++) {
      const atom = this.#atom(depth);
      const { least, most } = this.#repetition();
      if (most > FEW && !atom.isFixed) this.#isSafe = false;
      if (i === 0 && least > 0) first = atom.first;
      if (optional !== undefined && (least === 0 || atom.first === undefined || atom.first === optional)) isFixed = false;
      optional = most === 1 && least === 0 && atom.isFixed ? atom.first : undefined;
      isFixed &&= atom.isFixed && (least === most || optional !== undefined);
      open += atom.open + (most === Number.POSITIVE_INFINITY ? 1 : 0);
    }
    return { isFixed: isFixed && optional === undefined, open, first };
  }

  #atom(depth: number): Part {
    const character = this.#text[this.#at++] as string;
    const single = (first?: string): Part => ({ isFixed: true, open: 0, first });
    if (character === '[') {
      this.#class();
      return single();
    }
    if (character === '\\') {
      const escaped = this.#text[this.#at++] ?? '';
      if (/[pP]/.test(escaped) && this.#text[this.#at] === '{') this.#at = 1 + this.#end('}');
      // Letters and digits are classes or references, but for the white space that has a letter.
      return single(/[a-z0-9]/i.test(escaped) && !/[rntvf]/.test(escaped) ? undefined : `\\${escaped}`);
    }
    if (character !== '(') return single(character === '.' ? undefined : character);
    if (depth > MAX_DEPTH) this.#isSafe = false;
    if (this.#text[this.#at] === '?')
      this.#at += /^\?(?:<?[=!]|[a-z-]*:|<\w*>|>)?/.exec(this.#text.slice(this.#at))?.[0].length ?? 0;
    const inner = depth > MAX_DEPTH ? single() : this.#choice(depth + 1);
    this.#at++;
    return inner;
  }

  /** Classes may hold classes, as Oniguruma's do. */
  #class(): void {
    if (this.#text[this.#at] === '^') this.#at++;
    if (this.#text[this.#at] === ']') this.#at++;
    for (let depth = 1; depth > 0 && this.#at < this.#text.length; this.#at++) {
      const character = this.#text[this.#at];
      if (character === '\\') this.#at++;
      else if (character === ']') depth--;
    }
  }

  #repetition(): { least: number; most: number } {
    const found = /^(?:([*+?])|\{(\d+)(,?)(\d*)\})[?+]?/.exec(this.#text.slice(this.#at, this.#at + 40));
    if (!found) return { least: 1, most: 1 };
    this.#at += found[0].length;
    const [, sign, from, comma, to] = found;
    if (sign !== undefined) return { least: sign === '+' ? 1 : 0, most: sign === '?' ? 1 : Number.POSITIVE_INFINITY };
    const least = Number(from);
    return { least, most: to ? Number(to) : comma ? Number.POSITIVE_INFINITY : least };
  }

  #end(of: string): number {
    const end = this.#text.indexOf(of, this.#at);
    return end < 0 ? this.#text.length : end;
  }
}
