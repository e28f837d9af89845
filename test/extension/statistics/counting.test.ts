import { describe, expect, it } from 'vitest';
import { Counting, FOLLOWED_MS, isRetained, READABLE_MS } from '../../../extension/statistics/counting.ts';
import type { Replacement, Span } from '../../../extension/statistics/trackedRange.ts';

/** A document being edited, with the editor and the clock, as far as counting needs them. */
class Desk {
  readonly counts: Record<string, number> = {};
  readonly latencies: number[] = [];
  /** The outcomes of suggestions, by their texts. */
  readonly settled: [text: string, isTaken: boolean][] = [];
  readonly counting: Counting<Desk>;
  text: string;
  cursor: number;
  now = 1_000;

  /** @param text with `|` where the cursor is */
  constructor(text: string) {
    this.cursor = text.indexOf('|');
    this.text = text.replace('|', '');
    this.counting = new Counting<Desk>({
      count: (_, counter, times = 1) => {
        this.counts[counter] = (this.counts[counter] ?? 0) + times;
      },
      latency: (_, ms) => this.latencies.push(ms),
      isCompleted: () => true,
      textOf: (_, { from, to }: Span) => this.text.slice(from, to),
      settled: ({ text: said }, isTaken) => this.settled.push([said, isTaken]),
    });
  }

  wait(ms: number): this {
    const end = this.now + ms;
    for (let due = this.counting.due; due !== undefined && due <= end; due = this.counting.due) {
      this.now = due;
      this.counting.tick(due);
    }
    this.now = end;
    return this;
  }

  offer(text: string | string[], { after = '', before = '', given = 0, ms = 40 } = {}): this {
    const texts = [text].flat();
    const seen = { before: '', after: '', text: texts[0] ?? '', logProbabilities: [-1] };
    this.counting.offered(this, { at: this.cursor - before.length, before, after, texts, given }, ms, this.now, seen);
    return this;
  }

  /** Replaces parts of the document; the cursor moves after the last of them, as after an acceptance. */
  edit(replacements: Replacement[], { again = false, cursor = true, byKey = true } = {}): this {
    for (const { rangeOffset, rangeLength, text } of replacements.toSorted((a, b) => b.rangeOffset - a.rangeOffset)) {
      this.text = this.text.slice(0, rangeOffset) + text + this.text.slice(rangeOffset + rangeLength);
    }
    this.counting.edited(this, replacements, again, this.now);
    const last = replacements.at(-1);
    return last && cursor ? this.move(last.rangeOffset + last.text.length, byKey) : this;
  }

  insert(text: string, options = {}): this {
    return this.edit([{ rangeOffset: this.cursor, rangeLength: 0, text }], options);
  }

  type(keys: string): this {
    for (const key of keys) this.insert(key);
    return this;
  }

  move(offset: number, byKey = true): this {
    this.cursor = offset;
    this.counting.cursorAt(this, offset, byKey, this.now);
    return this;
  }
}

describe('a suggestion is shown', () => {
  it('when it has been visible long enough to be read', () => {
    const desk = new Desk('return |').offer('a + b;').wait(READABLE_MS - 1);
    expect(desk.counts).toEqual({});
    expect(desk.wait(1).counts).toEqual({ shown: 1 });
    expect(desk.latencies).toEqual([40]);
  });

  it('once, although the editor asks again at every key that continues it', () => {
    const desk = new Desk('return |').offer('a + b;').wait(300).type('a').offer(' + b;', { ms: 0 }).wait(300);
    desk.type(' ').offer('+ b;', { ms: 0 }).wait(300);
    expect(desk.counts).toEqual({ typedCharacters: 2, shown: 1 });
    expect(desk.latencies).toEqual([40]);
  });

  it('not if it disappears before: by typing something else, deleting, or leaving', () => {
    for (const act of [
      (desk: Desk) => desk.type('x'),
      (desk: Desk) => desk.edit([{ rangeOffset: 6, rangeLength: 1, text: '' }]),
      (desk: Desk) => desk.move(0),
      (desk: Desk) => desk.counting.left(desk.now),
      (desk: Desk) => desk.counting.closed(desk, desk.now),
    ]) {
      const desk = new Desk('return |').offer('a + b;').wait(200);
      act(desk);
      const { typedCharacters, ...others } = desk.wait(60_000).counts;
      expect(others).toEqual({});
    }
  });

  it('and rejected if anything but its acceptance happens', () => {
    const shown = () => new Desk('return |').offer('a + b;').wait(2_000);
    expect(shown().type('x').counts).toEqual({ typedCharacters: 1, shown: 1, rejected: 1 });
    expect(shown().move(2).counts).toEqual({ shown: 1, rejected: 1 });
    expect(shown().offer('something else').counts).toEqual({ shown: 1, rejected: 1 });
  });

  it('and rejected if all of it is typed by hand', () => {
    const desk = new Desk('return |').offer('a+b;').wait(2_000).type('a+b;');
    expect(desk.counts).toEqual({ shown: 1, typedCharacters: 4, rejected: 1 });
  });
});

describe('an acceptance', () => {
  it('is one insertion of the rest of the text, counted as shown however quick it was', () => {
    const desk = new Desk('return |').offer('a + b;').wait(100).insert('a + b;');
    expect(desk.counts).toEqual({ shown: 1, acceptedCharacters: 6, accepted: 1 });
  });

  it('counts only the rest after typing part of it, also if the editor replaces what was typed', () => {
    const typed = () => new Desk('return |').offer('a + b;').type('a ').offer('+ b;');
    const counts = { shown: 1, typedCharacters: 2, acceptedCharacters: 4, accepted: 1 };
    expect(typed().insert('+ b;').counts).toEqual(counts);
    expect(typed().edit([{ rangeOffset: 7, rangeLength: 2, text: 'a + b;' }]).counts).toEqual(counts);
  });

  it('of words and lines is partial, and becomes complete with the last piece', () => {
    const desk = new Desk('return |').offer('a + b;').insert('a +').offer(' b;');
    expect(desk.counts).toEqual({ shown: 1, acceptedCharacters: 3 });
    expect(desk.move(0).counts).toEqual({ shown: 1, acceptedCharacters: 3, partlyAccepted: 1 });
    const all = new Desk('return |').offer('a + b;').insert('a +').offer(' b;').insert(' b').insert(';');
    expect(all.counts).toEqual({ shown: 1, acceptedCharacters: 5, typedCharacters: 1, partlyAccepted: 1 });
  });

  it('of a word of one character differs from a key by what moved the cursor', () => {
    const offered = () => new Desk('f|').offer('(a)');
    expect(offered().insert('(', { byKey: false }).move(0).counts).toEqual({
      shown: 1,
      acceptedCharacters: 1,
      partlyAccepted: 1,
    });
    expect(offered().type('(').move(0).counts).toEqual({ typedCharacters: 1 });
    const last = new Desk('f|').offer('(a)').insert('(a').insert(')', { byKey: false });
    expect(last.counts).toEqual({ shown: 1, acceptedCharacters: 3, accepted: 1 });
  });

  it('counts one for a line break, even if the document has two characters for it', () => {
    const desk = new Desk('f() {|').offer('\r\n  g();\r\n}').insert('\r\n  g();\r\n}');
    expect(desk.counts).toEqual({ shown: 1, acceptedCharacters: 9, accepted: 1 });
  });

  it('may replace closing brackets after the cursor', () => {
    const desk = new Desk('call(|)').offer('a, b);', { after: ')' });
    desk.edit([{ rangeOffset: 5, rangeLength: 1, text: 'a, b);' }]);
    expect(desk.counts).toEqual({ shown: 1, acceptedCharacters: 5, accepted: 1 });
    expect(new Desk('call(|)').offer('a, b)', { after: ')' }).insert('a, b').counts).toMatchObject({ accepted: 1 });
  });

  it('continues across an automatically closed bracket', () => {
    const desk = new Desk('return |').offer('f(a);').type('f');
    desk.edit([{ rangeOffset: 8, rangeLength: 0, text: '()' }], { cursor: false }).move(9);
    desk.edit([{ rangeOffset: 9, rangeLength: 1, text: 'a);' }]);
    expect(desk.counts).toEqual({ typedCharacters: 2, shown: 1, acceptedCharacters: 2, accepted: 1 });
  });

  it('may be of another suggestion than the first, after cycling through them', () => {
    const desk = new Desk('return |').offer(['a + b;', 'a - b;', 'null;']).insert('null;');
    expect(desk.counts).toMatchObject({ accepted: 1, acceptedCharacters: 5 });
    const closing = new Desk('call(|)').offer(['a', 'b);']).edit([{ rangeOffset: 5, rangeLength: 1, text: 'b);' }]);
    expect(closing.counts).toMatchObject({ accepted: 1, acceptedCharacters: 2 });
  });

  it('of an entry of the completion list does not count; of the text that follows it, it does', () => {
    const listed = () => new Desk('con|').offer('console.log(x)', { before: 'con', given: 7 });
    const entry = listed().edit([{ rangeOffset: 0, rangeLength: 3, text: 'console' }]);
    expect(entry.wait(1_000).counts).toEqual({ shown: 1 });
    expect(entry.insert('.log(x)').counts).toEqual({ shown: 1, acceptedCharacters: 7, accepted: 1 });
    const both = listed().edit([{ rangeOffset: 0, rangeLength: 3, text: 'console.log(x)' }]);
    expect(both.counts).toEqual({ shown: 1, acceptedCharacters: 7, accepted: 1 });
  });

  it('is not counted for undo and redo', () => {
    const desk = new Desk('return |').offer('a + b;').insert('a + b;');
    const { counts } = desk;
    desk.edit([{ rangeOffset: 7, rangeLength: 6, text: '' }], { again: true }).offer('a + b;');
    desk.edit([{ rangeOffset: 7, rangeLength: 0, text: 'a + b;' }], { again: true });
    expect(desk.counts).toEqual(counts);
    expect(desk.counts).toEqual({ shown: 1, acceptedCharacters: 6, accepted: 1 });
  });
});

describe('an accepted text is retained', () => {
  const accepted = () => new Desk('// one\nreturn |\n').offer('first + second;').insert('first + second;');

  it('if it is still there', () => {
    const desk = accepted().wait(FOLLOWED_MS - 1);
    expect(desk.counts.followed).toBeUndefined();
    expect(desk.wait(1).counts).toMatchObject({ followed: 1, retained: 1 });
    expect(desk.counting.due).toBeUndefined();
  });

  it('also if the code around it moved and it was edited a little', () => {
    const desk = accepted()
      .insert(' // sum')
      .edit([{ rangeOffset: 0, rangeLength: 7, text: '// two\n// three\n' }]);
    desk.edit([{ rangeOffset: desk.text.indexOf('first'), rangeLength: 1, text: 'F' }]);
    expect(desk.wait(FOLLOWED_MS).counts).toMatchObject({ followed: 1, retained: 1 });
  });

  it('not if it was undone or rewritten', () => {
    const undone = accepted().edit([{ rangeOffset: 14, rangeLength: 15, text: '' }], { again: true });
    expect(undone.wait(FOLLOWED_MS).counts).toMatchObject({ accepted: 1, followed: 1 });
    expect(undone.counts.retained).toBeUndefined();
    const rewritten = accepted().edit([{ rangeOffset: 14, rangeLength: 14, text: 'total' }]);
    expect(rewritten.wait(FOLLOWED_MS).counts.retained).toBeUndefined();
  });

  it('if it was undone and redone', () => {
    const desk = accepted().edit([{ rangeOffset: 14, rangeLength: 15, text: '' }], { again: true });
    desk.edit([{ rangeOffset: 14, rangeLength: 0, text: 'first + second;' }], { again: true });
    expect(desk.wait(FOLLOWED_MS).counts).toMatchObject({ followed: 1, retained: 1 });
  });

  it('or not is unknown if its document was closed before', () => {
    const desk = accepted().wait(FOLLOWED_MS - 1);
    desk.counting.closed(desk, desk.now);
    expect(desk.wait(FOLLOWED_MS).counts).toEqual({ shown: 1, accepted: 1, acceptedCharacters: 15 });
  });

  it('as one text, if it was accepted word by word', () => {
    const desk = new Desk('return |')
      .offer('first + second;')
      .insert('first')
      .offer(' + second;')
      .wait(FOLLOWED_MS - 1);
    desk.insert(' + second;').wait(FOLLOWED_MS - 1);
    expect(desk.counts.followed).toBeUndefined();
    expect(desk.wait(1).counts).toMatchObject({ accepted: 1, followed: 1, retained: 1 });
  });
});

describe('characters typed by hand', () => {
  it('are keys: one for an automatically closed pair, one for a line break with its indentation, none for pasted text', () => {
    const desk = new Desk('|').type('f').insert('()').insert('\n    ').insert('pasted text');
    expect(desk.counts).toEqual({ typedCharacters: 3 });
  });

  it('are counted at each of several cursors', () => {
    const desk = new Desk('ab|');
    desk.edit([0, 1, 2].map((rangeOffset) => ({ rangeOffset, rangeLength: 0, text: 'x' })));
    expect(desk.counts).toEqual({ typedCharacters: 3 });
  });
});

it('a text may change by a fifth of its characters', () => {
  expect(isRetained('0123456789', '01234567xx')).toBe(true);
  expect(isRetained('0123456789', '0123456xxx')).toBe(false);
  expect(isRetained('a\r\nb', 'a\nb')).toBe(true);
  expect(isRetained('0123', '')).toBe(false);
});

describe('the reported outcome of a suggestion that could be read', () => {
  const offered = () => new Desk('return |').offer('a + b;').wait(READABLE_MS);

  it('is accepted, in whole or in part', () => {
    expect(offered().insert('a + b;').settled).toEqual([['a + b;', true]]);
    const part = offered().insert('a +', { byKey: false }).move(0);
    expect(part.settled).toEqual([['a + b;', true]]);
  });

  it('is not accepted', () => {
    expect(offered().type('x').settled).toEqual([['a + b;', false]]);
    expect(offered().move(0).settled).toEqual([['a + b;', false]]);
  });

  it('is missing if it was typed by hand to its end, or was not visible long enough', () => {
    expect(offered().type('a + b;').wait(READABLE_MS).settled).toEqual([]);
    expect(new Desk('return |').offer('a + b;').type('x').settled).toEqual([]);
  });
});
