import { describe, expect, it } from 'vitest';
import { allAttachable, COMMANDS, isWritten, offersAt, take } from '../../../../webview/chat/composer/offers.ts';
import { ATTACHABLE } from '../../../../webview/protocol/chatAttachments.ts';

/** The names that are offered where `|` stands. */
function offered(marked: string): string[] | undefined {
  const caret = marked.indexOf('|');
  return offersAt(marked.replace('|', ''), caret)?.offers.map(({ name }) => name);
}

describe('offersAt', () => {
  it.each([
    ['/|', [...COMMANDS]],
    ['/f|', ['fix']],
    ['/F|', ['fix']],
    ['/ex| me', ['explain']],
    ['@|', [...ATTACHABLE]],
    ['look at @s|', ['selection', 'symbol']],
    ['line\n@fi|', ['file']],
  ])('%j', (marked, names) => {
    expect(offered(marked)).toEqual(names);
  });

  it.each(['|', 'a/|', ' /|', '/fix |', '/nothing|', 'a@b|', '@nothing|', '@file |'])('nothing at %j', (marked) => {
    expect(offered(marked)).toBeUndefined();
  });
});

describe('take', () => {
  const taken = (marked: string, which = 0) => {
    const caret = marked.indexOf('|');
    const text = marked.replace('|', '');
    const offers = offersAt(text, caret);
    const offer = offers?.offers[which];
    if (!offers || !offer) throw new Error(`Nothing is offered at ${marked}.`);
    const after = take(text, offers, offer);
    return `${after.text.slice(0, after.caret)}|${after.text.slice(after.caret)}`;
  };

  it('completes a command', () => {
    expect(taken('/e|')).toBe('/explain |');
    expect(taken('/| this', 1)).toBe('/fix |this');
  });

  it('removes the typed @ name of what is attached', () => {
    expect(taken('@se|')).toBe('|');
    expect(taken('look at @fi| now')).toBe('look at |now');
  });

  it('attaches at the cursor', () => {
    const [first] = allAttachable(3).offers;
    expect(first && take('abcdef', allAttachable(3), first)).toEqual({ text: 'abcdef', caret: 3 });
  });
});

describe('isWritten', () => {
  it('distinguishes a whole command from its beginning', () => {
    const whole = offersAt('/clear', 6);
    const begun = offersAt('/cl', 3);
    expect(whole?.offers[0] && isWritten(whole, whole.offers[0])).toBe(true);
    expect(begun?.offers[0] && isWritten(begun, begun.offers[0])).toBe(false);
  });
});
