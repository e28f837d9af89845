import { expect, test } from 'vitest';
import type { ChatBudget } from '../../../engine/index.ts';
import { conversationOf, textOf } from '../../../extension/languageModelChat/conversationOf.ts';
import { turnsOf } from '../../../extension/languageModelChat/participantTurns.ts';
import { checkWhole } from '../../../extension/languageModelChat/requestOf.ts';

const user = (...texts: string[]) => ({ role: 1, content: texts.map((value) => ({ value })) });
const assistant = (text: string) => ({ role: 2, content: [{ value: text }] });
const said = (text: string) => [{ kind: 'text', text }];

test('messages become questions with their answers', () => {
  const { turns, system } = conversationOf([user('a', 'b'), user('c'), assistant('d'), user('e')]);
  expect(system).toBe('');
  expect(turns).toEqual([{ content: said('ab\n\nc'), answer: 'd' }, { content: said('e') }]);
});

test('an answer at the end is continued, one at the beginning gets an empty question, system messages are separate', () => {
  expect(conversationOf([assistant('Hello'), user('a'), assistant('b')]).turns).toEqual([
    { content: said(''), answer: 'Hello' },
    { content: said('a'), answer: 'b' },
  ]);
  const { system, turns } = conversationOf([{ role: 3, content: 'Be short.' }, user('a')]);
  expect([system, turns.length]).toEqual(['Be short.', 1]);
});

test('results of tools are text; a picture is refused, as are no messages and unknown speakers', () => {
  expect(textOf({ content: [{ callId: '1', content: [{ value: 'r' }] }, { value: 's' }] })).toBe('rs');
  expect(() => textOf({ content: [{ mimeType: 'image/png', data: new Uint8Array(2) }] })).toThrow(/no text/);
  expect(() => conversationOf([])).toThrow(/no message/);
  expect(() => conversationOf([{ role: 9, content: 'a' }])).toThrow(/speaker/);
});

test('messages that do not fit are refused, not cut', () => {
  const budget = { leftOut: [], window: 100, reserve: 20 } as Partial<ChatBudget> as ChatBudget;
  expect(() => checkWhole(budget)).not.toThrow();
  expect(() => checkWhole({ ...budget, leftOut: [0] })).toThrow(/100 tokens, of which 20/);
  expect(() => checkWhole({ ...budget, cut: { turn: 0, characters: 3 } })).toThrow(/longer/);
});

test('@paddock /explain says what the default model is trained on, without the indentation of the code', () => {
  const code = { label: 'src/a.ts:1', language: 'typescript', text: '  let a;\n  let b;\n' };
  const before = [
    { command: '', prompt: 'Hello', answer: 'Hi' },
    { command: '', prompt: 'lost', answer: '' },
  ];
  expect(turnsOf(before, 'explain', '', [code])).toEqual([
    { content: said('Hello'), answer: 'Hi' },
    {
      content: [...said('Explain this code.'), { kind: 'attachment', label: '', language: 'typescript', text: 'let a;\nlet b;' }],
    },
  ]);
});
