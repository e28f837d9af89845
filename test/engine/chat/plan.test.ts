import { beforeAll, describe, expect, it } from 'vitest';
import type { Conversation } from '../../../engine/chat/conversation.ts';
import { templateFor } from '../../../engine/chat/formats.ts';
import { type PlanOptions, type Prompter, planChat } from '../../../engine/chat/plan.ts';
import { isPaddockError } from '../../../engine/errors.ts';
import { defaultTokenizer } from '../../support/defaultModel.ts';

let prompter: Prompter;
beforeAll(async () => {
  const tokenizer = await defaultTokenizer();
  prompter = { tokenizer, template: templateFor(tokenizer, '', 'phi3').source };
});

const words = (count: number, word: string) => Array.from({ length: count }, (_, i) => `${word}${i}`).join(' ');
const turns = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    content: [{ kind: 'text' as const, text: words(12, `question${i}x`) }],
    ...(i < count - 1 && { answer: words(12, `answer${i}x`) }),
  }));
const conversation = (count: number): Conversation => ({
  system: 'Be brief.',
  pinned: { text: 'TypeScript only.', mode: 'first' },
  turns: turns(count),
});
const examples = [0, 1].map((i) => ({
  content: [{ kind: 'text' as const, text: words(10, `sample${i}x`) }],
  answer: words(10, `shown${i}x`),
}));
const plan = (given: Conversation, options: Partial<PlanOptions>) =>
  planChat(given, prompter, { window: 100_000, reserve: 50, overflow: 'oldest', ...options });
const said = (tokens: readonly number[]) => prompter.tokenizer.decode(tokens);

describe('fitting a conversation into the window', () => {
  it('leaves out nothing if everything fits', () => {
    const found = plan(conversation(4), {});
    expect(found.leftOut).toEqual([]);
    expect(found.segments.map(({ segment }) => segment)).toEqual([
      ...['system', 'pinned', 'history', 'examples', 'attachments', 'message'],
    ]);
    expect(found.segments.reduce((sum, { tokens }) => sum + tokens, 0)).toBe(found.tokens.length);
  });

  it('is exact to the token: with one token less, something is left out', () => {
    const whole = plan(conversation(4), {}).tokens.length;
    expect(plan(conversation(4), { window: whole + 50 }).leftOut).toEqual([]);
    expect(plan(conversation(4), { window: whole + 49 }).leftOut).toEqual([0]);
  });

  it('leaves out the oldest turns first, and never the system prompt, the pinned text or the message', () => {
    const whole = plan(conversation(6), {}).tokens.length;
    const found = plan(conversation(6), { window: Math.floor(whole / 2) + 50 });
    expect(found.leftOut).toEqual(Array.from(found.leftOut, (_, i) => i));
    expect(found.leftOut.length).toBeGreaterThan(1);
    expect(found.tokens.length).toBeLessThanOrEqual(Math.floor(whole / 2));
    const text = said(found.tokens);
    expect(text).toContain('Be brief.');
    expect(text).toContain('TypeScript only.');
    expect(text).toContain('question5x11');
    expect(text).not.toContain('question0x');
  });

  it('leaves out the middle first, on request', () => {
    const whole = plan(conversation(7), {}).tokens.length;
    const { leftOut } = plan(conversation(7), { window: Math.floor(whole * 0.6) + 50, overflow: 'middle' });
    expect(leftOut).not.toContain(0);
    expect(leftOut).not.toContain(5);
    expect(leftOut).toContain(3);
  });

  it('cuts text from the left to the token, on request', () => {
    const whole = plan(conversation(4), {}).tokens.length;
    for (const less of [1, 7, 150]) {
      const window = whole - less + 50;
      const found = plan(conversation(4), { window, overflow: 'left' });
      expect(found.tokens.length).toBeLessThanOrEqual(whole - less);
      expect(found.tokens.length).toBeGreaterThan(whole - less - 4);
      expect(found.cut).toBeDefined();
    }
  });

  it('says what to do if the message alone is too long', () => {
    for (const overflow of ['oldest', 'middle', 'left'] as const) {
      expect(() => plan(conversation(3), { window: 80, overflow })).toThrowError(
        /takes \d+ tokens; the window of 80 has room for 30 beside an answer of 50\. Attach less/,
      );
    }
  });

  it('says what the message takes by segment if it is too long', () => {
    const error: unknown = (() => {
      try {
        return plan(conversation(3), { window: 80 });
      } catch (thrown) {
        return thrown;
      }
    })();
    if (!isPaddockError(error, 'bad-request')) throw error;
    const { segments = [] } = error.facts;
    const tokens = segments.reduce((sum, each) => sum + each.tokens, 0);
    expect(error.message).toContain(`takes ${tokens} tokens`);
    expect(segments.find(({ segment }) => segment === 'message')?.tokens).toBeGreaterThan(0);
    expect(segments.find(({ segment }) => segment === 'history')?.tokens).toBe(0);
  });

  it('keeps pinned text, and counts it separately', () => {
    const pinnedTurns = turns(6).map((turn, i) => (i === 1 ? { ...turn, pinned: true } : turn));
    const given = { ...conversation(6), turns: pinnedTurns };
    const whole = plan(given, {});
    expect(whole.tokens).toEqual(plan(conversation(6), {}).tokens);
    const ofPinned = ({ segments }: typeof whole) => segments.find(({ segment }) => segment === 'pinned')?.tokens ?? 0;
    expect(ofPinned(whole)).toBeGreaterThan(ofPinned(plan(conversation(6), {})) + 24);
    for (const overflow of ['oldest', 'middle', 'left'] as const) {
      const found = plan(given, { window: Math.floor(whole.tokens.length / 2) + 50, overflow });
      expect(found.leftOut.length, overflow).toBeGreaterThan(0);
      expect(found.leftOut, overflow).not.toContain(1);
      expect(said(found.tokens), overflow).toContain('question1x0');
      expect(said(found.tokens), overflow).toContain('question5x11');
      expect(found.tokens.length).toBeLessThanOrEqual(Math.floor(whole.tokens.length / 2));
    }
    const all = { ...given, turns: given.turns.map((turn) => ({ ...turn, pinned: true })) };
    expect(() => plan(all, { window: whole.tokens.length + 49 })).toThrowError(/pinned/);
  });

  it('places examples right before the message, and counts them separately', () => {
    const given = { ...conversation(2), pinned: { text: 'TypeScript only.', mode: 'every' as const }, examples };
    const found = plan(given, {});
    const text = said(found.tokens);
    expect(text.split('TypeScript only.').length - 1).toBe(2);
    const places = ['answer0x11', 'sample0x0', 'shown0x9', 'sample1x0', 'shown1x9', 'question1x0'].map((each) =>
      text.indexOf(each),
    );
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(0);
    const without = plan(conversation(2), {});
    const ofExamples = found.segments.find(({ segment }) => segment === 'examples')?.tokens ?? 0;
    const repeated = plan({ ...given, examples: [] }, {}).tokens.length - without.tokens.length;
    expect(found.tokens.length).toBe(without.tokens.length + repeated + ofExamples);
    expect(found).not.toHaveProperty('examplesLeftOut');
  });

  it('has as many of a hundred examples as there is room for, to the token', () => {
    const many = Array.from({ length: 100 }, (_, i) => ({ ...(examples[0] as (typeof examples)[number]), label: `e${i}` }));
    const given = { ...conversation(3), examples: many };
    for (const kept of [99, 64, 33, 1]) {
      const size = plan({ ...given, examples: many.slice(100 - kept) }, {}).tokens.length;
      expect(plan(given, { window: size + 50 })).toMatchObject({ examplesLeftOut: 100 - kept, leftOut: [] });
      expect(plan(given, { window: size + 49 })).toMatchObject({ examplesLeftOut: 101 - kept, leftOut: [] });
    }
  });

  it('leaves out examples before any turn, the least relevant first, to the token', () => {
    const given = { ...conversation(3), examples };
    const whole = plan(given, {}).tokens.length;
    const one = plan({ ...given, examples: examples.slice(1) }, {}).tokens.length;
    const none = plan(conversation(3), {}).tokens.length;
    expect(plan(given, { window: whole + 50 })).not.toHaveProperty('examplesLeftOut');
    const second = plan(given, { window: whole + 49 });
    expect(second).toMatchObject({ examplesLeftOut: 1, leftOut: [] });
    expect(said(second.tokens)).not.toContain('sample0x0');
    expect(said(second.tokens)).toContain('sample1x0');
    expect(plan(given, { window: one + 49 })).toMatchObject({ examplesLeftOut: 2, leftOut: [] });
    expect(plan(given, { window: none + 49 })).toMatchObject({ examplesLeftOut: 2, leftOut: [0] });
    expect(plan(given, { window: none + 49, overflow: 'left' })).toMatchObject({ examplesLeftOut: 2, cut: { turn: 0 } });
    expect(plan({ ...conversation(1000), examples }, { window: 4096 }).examplesLeftOut).toBe(2);
  });

  it('fills the window with the last of a thousand turns', () => {
    const found = plan(conversation(1000), { window: 4096 });
    expect(found.leftOut.length).toBeGreaterThan(900);
    expect(found.tokens.length).toBeGreaterThan(3800);
  });
});
