import { expect, test } from 'vitest';
import { PaddockError } from '../../../engine/index.ts';
import type { WindowControls } from '../../../webview/protocol/chatWindow.ts';
import { until } from '../../support/until.ts';
import { answered, asked, chatForEach, gauge, here, lastId, openWindow, view, wish } from './chatScene.ts';

chatForEach();

test('a window that is too large for the memory is refused with what would fit, until another is chosen', async () => {
  await asked({ kind: 'send', text: 'Say' });
  here.engine.last.fail(new PaddockError('not-enough-memory', 'Too large.', { largestWindow: 512 }));
  await here.chat.ended;
  await until('the gauge', () => gauge()?.problem === 'Too large.');
  expect(view().controls).toMatchObject({ window: 512, largestWindow: 512 });
  // Two quick changes, neither of which knows of the other.
  await Promise.all([
    wish({ kind: 'controls', controls: { window: 256 } }),
    wish({ kind: 'controls', controls: { reserve: 64 } }),
  ]);
  await until('the gauge', () => gauge()?.window === 256);
  expect(gauge()?.problem).toBe('');
  await answered('Yes', { kind: 'send', text: 'Again' });
  expect(here.engine.last.params).toMatchObject({ maxTokens: 64, use: { window: 256 } });
});

test('with a sliding window an answer may be longer than the reserve; a reset ends that', async () => {
  await Promise.resolve();
  const usual = view().controls as WindowControls;
  await wish({ kind: 'controls', controls: { slides: true, sinks: 8, reserve: 64 } });
  await asked({ kind: 'send', text: 'Say' });
  const { params } = here.engine.last;
  expect(params).toMatchObject({ reserve: 64, use: { sinks: 8 } });
  expect(params.maxTokens).toBeGreaterThan(100 * usual.window);
  here.engine.last.say('Long');
  here.engine.last.end();
  await here.chat.ended;
  await wish({ kind: 'resetControls' });
  expect(view().controls).toEqual(usual);
  await answered('Yes', { kind: 'send', text: 'Again' });
  expect(here.engine.last.params).toMatchObject({ reserve: usual.reserve, maxTokens: usual.reserve });
  expect(here.engine.last.params.use).toEqual({ window: usual.window });
});

test('an answer that had no room left says so', async () => {
  await asked({ kind: 'send', text: 'Say' });
  here.engine.last.say('Long');
  here.engine.last.end('length');
  await here.chat.ended;
  await Promise.resolve();
  expect(view().messages[1]).toMatchObject({ state: 'stopped', text: 'Long', error: 'full at 256' });
});

test('an answer that was ended because it repeated itself says so', async () => {
  await asked({ kind: 'send', text: 'Say' });
  here.engine.last.say('that returns a function '.repeat(10));
  here.engine.last.end();
  await here.chat.ended;
  await Promise.resolve();
  expect(view().messages[1]).toMatchObject({ state: 'stopped', error: 'repeated itself' });
});

test('the window is measured after a pause in typing, with the draft and its attachments', async () => {
  await Promise.resolve();
  const { length } = here.updates;
  for (const text of ['H', 'He', 'Hey']) await wish({ kind: 'draft', text });
  await until('the window to be measured', () => gauge()?.window === 1024);
  // Nothing is left out, so every message stays the same.
  expect(here.updates.slice(length).map(({ kind }) => kind)).not.toContain('view');
  expect(here.engine.plans.at(-1)?.conversation.turns).toEqual([{ content: [{ kind: 'text', text: 'Hey' }] }]);
  expect(here.engine.plans.length).toBeLessThanOrEqual(2);
  expect(gauge()).toMatchObject({
    window: 1024,
    trained: 2048,
    supported: 8192,
    problem: '',
    segments: [{}, {}, { segment: 'reserve', tokens: 256 }],
  });
  for (const [scaling, scalingValue, supported] of [
    ['yarn', 2, 4096],
    ['base', 5e5, 0],
    ['own', 1, 8192],
    ['none', 1, 2048],
  ] as const) {
    await wish({ kind: 'controls', controls: { scaling, scalingValue } });
    await until('the window to be measured again', () => gauge()?.supported === supported);
  }
  const segments = [{ segment: 'attachments', tokens: 9_000 }] as const;
  here.engine.plan = new PaddockError('bad-request', 'Attach less.', { segments });
  await wish({ kind: 'drop', uris: ['file:///large'] });
  await until('the problem', () => gauge()?.problem === 'Attach less.');
  expect(gauge()?.segments).toEqual([...segments, { segment: 'reserve', tokens: 256 }]);
  await wish({ kind: 'detach', id: view().attachments[0]?.id ?? '' });
  await Promise.resolve();
  expect(view().attachments).toEqual([]);
});

test('messages that do not fit are marked, and it is said how many', async () => {
  await answered('One.', { kind: 'send', text: '1' });
  here.engine.plan = { leftOut: [0] };
  await answered('Two.', { kind: 'send', text: '2' });
  expect(view().messages.map(({ leftOut }) => leftOut)).toEqual([true, true, false, false]);
  // Of the questions before the last one, or before the one that is being written.
  const [part] = view().gauge?.leftOut ?? [];
  expect(part).toMatchObject({
    kind: 'turns',
    text: expect.stringMatching(/^1 of [12] turns$/),
    message: view().messages[0]?.id,
  });
});

test('a message whose beginning is cut off says so, and where it is', async () => {
  await answered('One.', { kind: 'send', text: '1' });
  await answered('Two.', { kind: 'send', text: '2' });
  here.engine.plan = { leftOut: [0], cut: { turn: 1, characters: 12 } };
  await wish({ kind: 'draft', text: 'Long' });
  await until('the measure', () => gauge()?.leftOut.length === 2);
  const cut = view().messages[2]?.id;
  expect(gauge()?.leftOut[1]).toEqual({ kind: 'cut', count: 12, text: '12 characters', message: cut });
  expect(view().messages.map((message) => message.cut)).toEqual([0, 0, 12, 0]);
  here.engine.plan = { leftOut: [0], cut: { turn: 1, characters: 13 } };
  await wish({ kind: 'draft', text: 'Longer' });
  await until('the view', () => view().messages[2]?.cut === 13);
});

test('the summary of the oldest messages is stored with the answer, and can be opened', async () => {
  await wish({ kind: 'controls', controls: { overflow: 'summary' } });
  await answered('One.', { kind: 'send', text: '1' });
  here.engine.plan = { leftOut: [0] };
  await wish({ kind: 'draft', text: '2' });
  await until('the measure', () => gauge()?.leftOut.length === 1);
  expect(gauge()?.leftOut[0]?.text, 'there is no room for a summary').toBe('1 of 1 turns');
  here.engine.plan = { leftOut: [0], isSummedUp: true };
  await wish({ kind: 'draft', text: '2 ' });
  await until('the measure', () => gauge()?.leftOut[0]?.text === '1 of 1 turns summed up');
  here.engine.summary = 'They counted.';
  await answered('Two.', { kind: 'send', text: '2' });
  await until('the measure', () => gauge()?.leftOut.length === 2);
  expect(gauge()?.leftOut[1]).toEqual({ kind: 'summary', count: 0, text: 'the summary', message: lastId() });
  here.chat.dispose();
  here.chat = await openWindow();
  await Promise.resolve();
  expect(view().messages.map(({ summary }) => summary)).toEqual(['', '', '', 'They counted.']);
});

test('what is pinned goes with every question of the conversation', async () => {
  await wish({ kind: 'pin', pinned: { text: 'Be short.' } });
  await answered('Yes.', { kind: 'send', text: 'Well?' });
  expect(here.engine.last.params.conversation.pinned).toEqual({ text: 'Be short.', mode: 'every' });
  expect(view().pinned).toEqual({ text: 'Be short.', mode: 'every', constraints: [] });
  expect(view().messages.at(-1)?.checks).toEqual([]);
});

test('of two changes of what is pinned that come together, both hold; the first instruction is sent with every message', async () => {
  const pinned = () => view().pinned;
  await Promise.all([
    wish({ kind: 'pin', pinned: { constraints: { noComments: true } } }),
    wish({ kind: 'pin', pinned: { constraints: { fiveLines: true } } }),
  ]);
  expect(pinned()).toEqual({ text: '', mode: 'every', constraints: ['noComments', 'fiveLines'] });
  await Promise.all([
    wish({ kind: 'pin', pinned: { mode: 'first' } }),
    wish({ kind: 'pin', pinned: { text: 'Be short.' } }),
    wish({ kind: 'pin', pinned: { constraints: { noComments: false } } }),
  ]);
  expect(pinned()).toEqual({ text: 'Be short.', mode: 'first', constraints: ['fiveLines'] });
  await wish({ kind: 'pin', pinned: { mode: 'off' } });
  await wish({ kind: 'pin', pinned: { text: 'Be brief.' } });
  expect(pinned()).toEqual({ text: 'Be brief.', mode: 'off', constraints: ['fiveLines'] });
});

test('rules that can be checked are sent with the pinned instruction, and checked in every answer', async () => {
  await wish({ kind: 'pin', pinned: { mode: 'first', constraints: { fiveLines: true, chinese: true } } });
  await answered('1\n2\n3\n4\n5\n六', { kind: 'send', text: 'Count.' });
  const { pinned } = here.engine.last.params.conversation;
  expect(pinned).toEqual({ text: 'Answer in at most 5 lines.\n用中文回答。', mode: 'first' });
  const checks = [
    { constraint: 'fiveLines', kept: false },
    { constraint: 'chinese', kept: true },
  ];
  expect(view().messages.at(-1)?.checks).toEqual(checks);
  await wish({ kind: 'pin', pinned: { text: 'Be short.', mode: 'off', constraints: { chinese: false } } });
  await answered('Ok.', { kind: 'send', text: 'Again.' });
  expect(view().messages.map((each) => each.checks.length)).toEqual([0, 2, 0, 0]);

  here.chat.dispose();
  here.chat = await openWindow();
  await until('the conversation', () => view().messages.length === 4);
  expect(view().pinned).toEqual({ text: 'Be short.', mode: 'off', constraints: ['fiveLines'] });
  expect(view().messages[1]?.checks).toEqual(checks);
});

test('a question that is pinned stays in the window with its answer, in another window, too', async () => {
  await answered('Posts.', { kind: 'send', text: 'What is a fence?' });
  const question = view().messages[0]?.id ?? '';
  await wish({ kind: 'pinTurn', message: question, pinned: true });
  await wish({ kind: 'pinTurn', message: lastId(), pinned: true });
  await Promise.resolve();
  expect(view().messages.map(({ pinned }) => pinned)).toEqual([true, false]);
  here.chat.dispose();
  here.chat = await openWindow();
  await answered('Wood.', { kind: 'send', text: 'Of what?' });
  expect(here.engine.last.params.conversation.turns.map(({ pinned }) => pinned)).toEqual([true, undefined]);
  await wish({ kind: 'pinTurn', message: question, pinned: false });
  await Promise.resolve();
  expect(view().messages[0]?.pinned).toBe(false);
});

test('examples go with a command, are counted before it is sent, and stay with its question', async () => {
  here.selection = { label: 'src/a.ts:3–5', language: 'typescript', text: '  f();' };
  await wish({ kind: 'examples', wanted: 2 });
  expect(view().examples).toEqual({ wanted: 2, found: null });
  await wish({ kind: 'draft', text: '/doc' });
  const labels = ['one (a.ts:1)', 'two (a.ts:1)'];
  await until('their costs', () => view().examples.found?.every(({ tokens }) => tokens !== null) === true);
  expect(view().examples.found?.map(({ label }) => label)).toEqual(labels);
  const shownTo = () => here.engine.plans.at(-1)?.conversation.examples?.map(({ answer }) => answer);
  await until('the plan with them', () => shownTo()?.length === 2);
  expect(shownTo()).toEqual(['It is two.', 'It is one.']);
  expect(here.engine.plans.at(-1)?.conversation.turns.at(-1)?.content).toContainEqual({
    ...{ kind: 'attachment', label: '', language: 'typescript', text: 'f();' },
  });
  await answered('/** Calls f. */', { kind: 'send', text: '/doc' });
  expect(here.engine.last.params.conversation.examples?.[1]).toEqual({
    content: [
      { kind: 'text', text: 'Write a doc comment for this code.' },
      { kind: 'attachment', label: '', language: 'typescript', text: 'one();' },
    ],
    answer: 'It is one.',
  });
  expect(here.done.filter((each) => each.startsWith('examples'))).toEqual(['examples doc src/a.ts:3–5 2']);
  expect(view().messages[0]?.examples).toEqual(labels);
  expect(view().examples).toEqual({ wanted: 2, found: null });

  here.chat.dispose();
  here.chat = await openWindow();
  await answered('/** f. */', { kind: 'regenerate', message: lastId() });
  expect(here.engine.last.params.conversation.examples?.length).toBe(2);
  expect(view().examples.wanted).toBe(2);
  await answered('ok', { kind: 'send', text: 'Thanks!' });
  expect(here.engine.last.params.conversation.examples).toEqual([]);
});

test('a question is shown with those of its examples that the model was given', async () => {
  here.selection = { label: 'src/a.ts:3', language: 'typescript', text: 'f();' };
  await wish({ kind: 'examples', wanted: 2 });
  here.engine.plan = { examplesLeftOut: 1 };
  await answered('/** f. */', { kind: 'send', text: '/doc' });
  expect(here.engine.last.params.conversation.examples?.length).toBe(2);
  expect(view().messages[0]?.examples).toEqual(['one (a.ts:1)']);
});

test('a command gets examples only if they are asked for, and the panel says which had no room', async () => {
  here.selection = { label: 'src/a.ts:3', language: 'typescript', text: 'f();' };
  await answered('/** f. */', { kind: 'send', text: '/doc' });
  expect(here.done.filter((each) => each.startsWith('examples'))).toEqual([]);
  here.engine.plan = { examplesLeftOut: 1 };
  await wish({ kind: 'examples', wanted: 1 });
  await wish({ kind: 'draft', text: '/tests' });
  await until('the measure', () => gauge()?.leftOut.length === 1);
  expect(gauge()?.leftOut).toEqual([{ kind: 'examples', count: 1, text: '1 examples', message: '' }]);
});
