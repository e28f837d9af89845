import { describe, expect, it } from 'vitest';
import {
  ask,
  branchOf,
  type Conversation,
  changeAnswer,
  choose,
  edit,
  merge,
  newConversation,
  pin,
  regenerate,
  rename,
  withoutStreams,
} from '../../../extension/chat/conversation.ts';
import { asMarkdown } from '../../../extension/chat/markdown.ts';
import { parse, serialize } from '../../../extension/chat/storedConversation.ts';
import { found, summaryOf, titleOf } from '../../../extension/chat/titles.ts';

const ids = (n: number) => ({ question: `q${n}`, answer: `a${n}` });
const answered = (conversation: Conversation, answer: string, text: string) =>
  changeAnswer(conversation, answer, { text, state: 'done' }, 5);

/** Two questions with their answers. */
function talk(): Conversation {
  const first = answered(ask(newConversation('c', 1), ids(1), 'What is a fence?', [], 2), 'a1', 'Some posts.');
  return answered(ask(first, ids(2), 'And a gate?', [], 3), 'a2', 'A way through.');
}

/** The branch that is shown: text, and which version of how many. */
const shown = (conversation: Conversation) =>
  branchOf(conversation).map(({ message, version }) => `${message.text} ${version.index + 1}/${version.count}`);

describe('a conversation', () => {
  it('is the questions and answers in order', () => {
    expect(shown(talk())).toEqual(['What is a fence? 1/1', 'Some posts. 1/1', 'And a gate? 1/1', 'A way through. 1/1']);
  });

  it('answers anew beside the answer there is; what followed that one stays with it', () => {
    const again = answered(regenerate(talk(), 'a1', 'a3', 6), 'a3', 'A row of posts.');
    expect(shown(again)).toEqual(['What is a fence? 1/1', 'A row of posts. 2/2']);
    expect(shown(choose(again, 'a3', 0))).toEqual([
      'What is a fence? 1/1',
      'Some posts. 1/2',
      'And a gate? 1/1',
      'A way through. 1/1',
    ]);
  });

  it('asks in other words beside the question, with what was attached to it', () => {
    const attachments = [{ id: 'x', label: 'a.ts', language: 'typescript', text: 'let a;' }];
    const before = answered(ask(newConversation('c', 1), ids(1), 'Explain', attachments, 2), 'a1', 'A variable.');
    const edited = edit(before, 'q1', ids(2), 'Explain more', 3);
    expect(shown(edited)).toEqual(['Explain more 2/2', ' 1/1']);
    expect(branchOf(edited)[0]?.message.attachments).toEqual(attachments);
    expect(branchOf(edited)[1]?.message.state).toBe('streaming');
    expect(shown(choose(edited, 'q2', 0))).toEqual(['Explain 1/2', 'A variable. 1/1']);
  });

  it('stays as it is where there is nothing to change', () => {
    const before = talk();
    expect(regenerate(before, 'nobody', 'a9', 9)).toBe(before);
    expect(edit(before, 'a1', ids(9), 'an answer is no question', 9)).toBe(before);
    expect(choose(before, 'a1', 7)).toBe(before);
    expect(withoutStreams(before)).toBe(before);
  });

  it('leaves earlier objects of the conversation unchanged', () => {
    const before = talk();
    const copy = structuredClone(before);
    regenerate(answered(before, 'a1', 'other'), 'a2', 'a9', 9);
    pin(rename(before, 'Fences'), { text: 'Short.', mode: 'every' });
    expect(before).toEqual(copy);
  });

  it('marks an answer as stopped that a closed window left unfinished', () => {
    const streaming = changeAnswer(ask(talk(), ids(3), 'Go on', [], 4), 'a3', { text: 'Then' }, 5);
    const found = withoutStreams(streaming);
    expect(branchOf(found).at(-1)?.message).toMatchObject({ text: 'Then', state: 'stopped' });
  });

  it('is called by its first words until it is given a name', () => {
    expect(titleOf(newConversation('c', 1))).toBe('');
    expect(titleOf(talk())).toBe('What is a fence?');
    expect(titleOf(rename(talk(), '  Fences \n and gates '))).toBe('Fences and gates');
    const long = ask(newConversation('c', 1), ids(1), 'words '.repeat(30), [], 2);
    expect(titleOf(long)).toBe(`${'words '.repeat(10).trim()}…`);
    const attachments = [{ id: 'x', label: 'a.ts:1–3', language: 'typescript', text: '' }];
    expect(titleOf(ask(newConversation('c', 1), ids(1), '/explain', attachments, 2))).toBe('/explain a.ts:1–3');
    expect(titleOf(ask(newConversation('c', 1), ids(1), '/fix\nOnly code.', attachments, 2))).toBe('/fix a.ts:1–3 Only code.');
  });

  it('is found by words of its title and of what was said, the last used first', () => {
    const other = { ...ask(newConversation('d', 1), ids(1), 'Gates, please', [], 90), id: 'd' };
    const all = [summaryOf(talk()), summaryOf(other)];
    expect(found(all, '').map(({ id }) => id)).toEqual(['d', 'c']);
    expect(found(all, 'GATE').map(({ id }) => id)).toEqual(['d', 'c']);
    expect(found(all, 'through gate').map(({ id }) => id)).toEqual(['c']);
    expect(found(all, 'stile')).toEqual([]);
  });

  it('becomes a document', () => {
    const attachments = [{ id: 'x', label: 'a.md', language: 'markdown', text: 'a ``` fence\n' }];
    const asked = ask(newConversation('c', 1), ids(1), 'What is this?', attachments, 2);
    const failed = changeAnswer(asked, 'a1', { text: 'A', state: 'failed', error: 'The engine ended.' }, 3);
    expect(asMarkdown(failed, { user: 'You', assistant: 'Paddock' })).toBe(
      [
        '# What is this?',
        '## You',
        'a.md:',
        '````markdown\na ``` fence\n````',
        'What is this?',
        '## Paddock',
        'A',
        '> The engine ended.\n',
      ].join('\n\n'),
    );
  });
});

describe('what two windows know of a conversation', () => {
  it('is merged: both branches, the last change of each message', () => {
    const before = talk();
    const one = answered(ask(before, ids(3), 'One', [], 10), 'a3', 'first');
    const other = answered(ask(before, ids(4), 'Other', [], 11), 'a4', 'second');
    const merged = merge(one, other);
    expect(shown(merged)).toEqual([...shown(before).slice(0, 4), 'Other 2/2', 'second 1/1']);
    expect(merged.messages.map(({ id }) => id)).toEqual(['q1', 'a1', 'q2', 'a2', 'q3', 'a3', 'q4', 'a4']);
    expect(parse(serialize(merged))).toEqual(merged);
  });

  it('follows the window that writes the answer, whoever read it meanwhile', () => {
    const begun = changeAnswer(ask(talk(), ids(3), 'Go on', [], 4), 'a3', { text: 'The' }, 5);
    const reader = rename(withoutStreams(begun), 'Read elsewhere');
    const writer = changeAnswer(begun, 'a3', { text: 'The end.', state: 'done' }, 6);
    for (const merged of [merge(reader, writer), merge(writer, reader)]) {
      expect(branchOf(merged).at(-1)?.message).toMatchObject({ text: 'The end.', state: 'done' });
      expect(merged.title).toBe('Read elsewhere');
    }
  });
});

describe('a stored conversation', () => {
  it('is read as it was written', () => {
    const conversation = pin(rename(talk(), 'Fences'), { text: 'Be short.', mode: 'first' });
    expect(parse(serialize(conversation))).toEqual(conversation);
  });

  const broken: Readonly<Record<string, (stored: Conversation) => unknown>> = {
    'another version': (stored) => ({ ...stored, version: 2 }),
    'a name that leads out of the folder': (stored) => ({ ...stored, id: '../c' }),
    'an answer without a question': (stored) => ({ ...stored, messages: stored.messages.slice(1) }),
    'two messages of one name': (stored) => ({ ...stored, messages: [...stored.messages, stored.messages[0]] }),
    'a question to a question': (stored) => ({
      ...stored,
      messages: stored.messages.map((message) => (message.id === 'a1' ? { ...message, role: 'user' } : message)),
    }),
    'a mode that there is not': (stored) => ({ ...stored, pinned: { text: '', mode: 'sometimes' } }),
    'text that is none': (stored) => ({ ...stored, messages: [{ ...stored.messages[0], text: 7 }] }),
    'no object': () => 'conversation',
  };
  for (const [name, breakIt] of Object.entries(broken)) {
    it(`is refused where it has ${name}`, () => {
      expect(parse(JSON.stringify(breakIt(JSON.parse(serialize(talk())))))).toBeUndefined();
    });
  }
  it('is refused where the text ends too early', () => {
    expect(parse(serialize(talk()).slice(0, -20))).toBeUndefined();
  });
});
