import { describe, expect, it } from 'vitest';
import { documentedCode, linesOfAttached } from '../../../../extension/chat/code/documentedCode.ts';
import { type Attachment, ask, type Conversation, newConversation } from '../../../../extension/chat/conversation.ts';

const half: Attachment = { id: 'a', label: 'half.ts:1–1', language: 'typescript', text: 'half();' };

function asked(...questions: readonly (readonly [string, ...Attachment[]])[]): Conversation {
  return questions.reduce(
    (conversation, [text, ...attached], i) => ask(conversation, { question: `q${i}`, answer: `a${i}` }, text, attached, 0),
    newConversation('c', 0),
  );
}

describe('what an answer documents', () => {
  it('is what is attached to its /doc, with words behind it or without, also in a shorter answer', () => {
    const conversation = asked(['/doc', half], ['/shorter please'], ['/doc in French', half], ['And now?'], ['/shorter']);
    const documented = (answer: string) => documentedCode(conversation, answer);
    expect(['a0', 'a1', 'a2'].map(documented)).toEqual([['half();'], ['half();'], ['half();']]);
    expect(['a3', 'a4', 'none', 'q0'].map(documented)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('is nothing of other commands', () => {
    for (const text of ['/fix', '/explain', '/tests', 'Say /doc', '/shorter']) {
      expect(documentedCode(asked([text, half]), 'a0')).toBeUndefined();
    }
  });
});

describe('the lines that attached code stands in', () => {
  const text = 'a();\r\n  b();\r\n  c();\r\na();\r\n';
  const nowhere = { start: 9, end: 10 };

  it('are whole lines, whatever the line ends, and wherever within a line the selection began', () => {
    for (const code of ['b();\n  c();', '  b();\r\n  c();\r\n', '();\n  c']) {
      expect(linesOfAttached(text, [code], nowhere)).toEqual({ start: 1, end: 3 });
    }
    expect(linesOfAttached(text, [text], nowhere)).toEqual({ start: 0, end: 4 });
  });

  it('are those of the first that stands there', () => {
    expect(linesOfAttached(text, ['gone();', 'c();', 'b();'], nowhere)).toEqual({ start: 2, end: 3 });
    expect(linesOfAttached(text, ['gone();', ' \n', ''], nowhere)).toBeUndefined();
    expect(linesOfAttached(text, [], nowhere)).toBeUndefined();
  });

  it('of several are those that are selected', () => {
    expect(linesOfAttached(text, ['a();'], { start: 3, end: 4 })).toEqual({ start: 3, end: 4 });
    expect(linesOfAttached(text, ['a();'], nowhere)).toBeUndefined();
    expect(linesOfAttached(text, ['a();'], { start: 0, end: 4 })).toBeUndefined();
  });
});
