import { expect, test } from 'vitest';
import type { Content, Conversation, Turn } from '../../../engine/chat/conversation.ts';
import { TurnsOfHost, TurnsToEngine } from '../../../engine/host/turnsOnWire.ts';
import { Random } from '../../support/random.ts';
import { turn } from '../../support/turn.ts';

const text = (text: string): Content => ({ kind: 'text', text });
const file: Content = { kind: 'attachment', label: 'a.ts', language: 'typescript', text: 'x'.repeat(100_000) };
const of = (turns: readonly Turn[]): Conversation => ({ system: 'Be kind.', pinned: { text: '', mode: 'off' }, turns });
/** The value after serialisation. */
const crossed = <T>(value: T): T => JSON.parse(JSON.stringify(value));

test('of a known conversation, only the new message is sent, without earlier attachments', () => {
  const [there, here] = [new TurnsToEngine(), new TurnsOfHost()];
  const before = Array.from({ length: 1000 }, (_, i) => turn(`question ${i}`, 'yes'));
  here.whole(crossed(there.shorten(of([...before, { content: [text('What is'), file] }]))));
  const next = of([...before, { content: [text('What is this?'), file] }]);
  const sent = crossed(there.shorten(next));
  expect(sent).toEqual({ ...of([]), unchanged: 1000, turns: [{ content: [text('What is this?'), 1] }] });
  expect(here.whole(sent)).toEqual(next);
});

test('a sent message keeps its attachments in place, and another conversation is sent whole', () => {
  const [there, here] = [new TurnsToEngine(), new TurnsOfHost()];
  const arrives = (conversation: Conversation) => {
    const sent = crossed(there.shorten(conversation));
    expect(here.whole(sent)).toEqual(conversation);
    return JSON.stringify(sent).length;
  };
  arrives(of([{ content: [text('What is this?'), file] }]));
  const asked: Turn = { content: [text('What is this?'), file], answer: 'A file.' };
  expect(arrives(of([asked, turn('And')]))).toBeLessThan(1000);
  expect(arrives(of([turn('Hello')]))).toBeLessThan(1000);
  expect(arrives(of([asked, turn('And')]))).toBeGreaterThan(100_000);
});

test('after any change of a conversation, the engine has its current state', () => {
  const random = new Random(7);
  const below = (end: number) => random.below(end);
  const [there, here] = [new TurnsToEngine(), new TurnsOfHost()];
  const parts = Array.from({ length: 6 }, (_, i) => text(`part ${i}`));
  let turns: Turn[] = [turn('first')];
  for (let step = 0; step < 500; step++) {
    const content = Array.from({ length: 1 + below(3) }, () => parts[below(parts.length)] as Content);
    const next: Turn = { content, ...(below(2) > 0 && { answer: `answer ${step}` }), ...(below(5) === 0 && { pinned: true }) };
    const place = below(turns.length + 1);
    turns = [...turns.slice(0, place), next, ...turns.slice(place + below(3))];
    const conversation = of(turns);
    expect(here.whole(crossed(there.shorten(conversation)))).toEqual(conversation);
  }
});

test('a continuation of an unknown conversation is refused', () => {
  const refused = { code: 'bad-request' };
  expect(() => new TurnsOfHost().whole({ ...of([]), unchanged: 1, turns: [] })).toThrowError(expect.objectContaining(refused));
  expect(() => new TurnsOfHost().whole({ ...of([]), unchanged: 0, turns: [{ content: [0] }] })).toThrowError(
    expect.objectContaining(refused),
  );
});
