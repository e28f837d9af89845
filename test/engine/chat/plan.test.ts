import { beforeAll, describe, expect, it } from 'vitest';
import type { Conversation } from '../../../engine/chat/conversation.ts';
import { templateFor } from '../../../engine/chat/formats.ts';
import { type PlanOptions, type Prompter, planChat } from '../../../engine/chat/plan.ts';
import { defaultTokenizer } from '../defaultModel.ts';

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
const plan = (given: Conversation, options: Partial<PlanOptions>) =>
  planChat(given, prompter, { window: 100_000, reserve: 50, overflow: 'oldest', ...options });
const said = (tokens: readonly number[]) => prompter.tokenizer.decode(tokens);

describe('what fits', () => {
  it('is everything, where it does', () => {
    const found = plan(conversation(4), {});
    expect(found.leftOut).toEqual([]);
    expect(found.segments.map(({ segment }) => segment)).toEqual(['system', 'pinned', 'history', 'attachments', 'message']);
    expect(found.segments.reduce((sum, { tokens }) => sum + tokens, 0)).toBe(found.tokens.length);
  });

  it('fits to the token: one less and something goes', () => {
    const whole = plan(conversation(4), {}).tokens.length;
    expect(plan(conversation(4), { window: whole + 50 }).leftOut).toEqual([]);
    expect(plan(conversation(4), { window: whole + 49 }).leftOut).toEqual([0]);
  });

  it('loses the oldest turns first, and never the system, the pin or the message', () => {
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

  it('loses the middle first, where that is asked for', () => {
    const whole = plan(conversation(7), {}).tokens.length;
    const { leftOut } = plan(conversation(7), { window: Math.floor(whole * 0.6) + 50, overflow: 'middle' });
    expect(leftOut).not.toContain(0);
    expect(leftOut).not.toContain(5);
    expect(leftOut).toContain(3);
  });

  it('loses text from the left to the token, where that is asked for', () => {
    const whole = plan(conversation(4), {}).tokens.length;
    for (const less of [1, 7, 150]) {
      const window = whole - less + 50;
      const found = plan(conversation(4), { window, overflow: 'left' });
      expect(found.tokens.length).toBeLessThanOrEqual(whole - less);
      expect(found.tokens.length).toBeGreaterThan(whole - less - 4);
      expect(found.cut).toBeDefined();
    }
  });

  it('says what to do where the message alone is too long', () => {
    for (const overflow of ['oldest', 'middle', 'left'] as const) {
      expect(() => plan(conversation(3), { window: 80, overflow })).toThrowError(
        /takes \d+ tokens; the window of 80 has room for 30 beside an answer of 50\. Attach less/,
      );
    }
  });

  it('is found for a thousand turns without reading them all again for each', () => {
    const found = plan(conversation(1000), { window: 4096 });
    expect(found.leftOut.length).toBeGreaterThan(900);
    expect(found.tokens.length).toBeGreaterThan(3800);
  });
});
