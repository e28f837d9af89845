import { expect, test, vi } from 'vitest';
import { PaddockError } from '../../../engine/index.ts';
import { Sampler, type SamplingOptions } from '../../../engine/sampling/sampler.ts';
import { ConversationStore } from '../../../extension/chat/conversationStore.ts';
import { NO_PREFERENCES } from '../../../extension/chat/preference/door.ts';
import { until } from '../../support/until.ts';
import { answered, asked, chatForEach, here, lastId, openWindow, pieces, said, view, wish } from './chatScene.ts';
import { model } from './scriptedEngine.ts';

chatForEach();

test('a question is shown with an answer that grows, piece by piece, and ends with its numbers', async () => {
  await asked({ kind: 'send', text: ' What is a fence? ' });
  expect(said()).toEqual(['user done: What is a fence?', 'assistant streaming: ']);
  expect(view()).toMatchObject({ busy: true, title: 'What is a fence?' });
  here.engine.last.say('Some ');
  here.engine.last.say('posts');
  await until('a piece', () => pieces().length > 0);
  expect(pieces()).toEqual([[lastId(), 'Some posts']]);
  here.engine.last.say('.');
  here.engine.last.end();
  await here.chat.ended;
  expect(said()).toEqual(['user done: What is a fence?', 'assistant done: Some posts.']);
  expect(view()).toMatchObject({ busy: false, history: [{ title: 'What is a fence?', messages: 2 }] });
  expect(view().messages[1]?.numbers).toMatchObject({ tokens: 4, tokensPerSecond: 40, device: 'CPU' });
  expect(here.engine.last.params).toMatchObject({ maxTokens: 256, overflow: 'oldest', use: { window: 1024 } });
});

test('what the model was unsure of is sent once shading is on, also when another window turned it on', async () => {
  await asked({ kind: 'send', text: 'Sure?' });
  here.engine.last.say('Quite so');
  const marks = [
    { end: 5, logProbability: -0.1 },
    { end: 8, logProbability: -1 },
  ];
  here.engine.last.end('stop', marks);
  await here.chat.ended;
  await Promise.resolve();
  expect(view()).toMatchObject({ shading: false, messages: [{ doubts: [] }, { doubts: [] }] });
  await wish({ kind: 'shade', on: true });
  await Promise.resolve();
  const doubts = [{ from: 5, to: 8, level: 'low' }];
  expect(view()).toMatchObject({ shading: true, messages: [{ doubts: [] }, { doubts }] });
  here.chat.dispose();
  here.chat = await openWindow();
  await Promise.resolve();
  expect(view()).toMatchObject({ shading: true, messages: [{ doubts: [] }, { doubts }] });
});

test('names that exist nowhere are marked after the search; that an answer uses them does not make them known', async () => {
  const marked = () => view().messages.map(({ unknown }) => unknown.join(' '));
  await answered('Call madeUp() or known().', { kind: 'send', text: 'How?' });
  await until('names to be marked', () => marked().join() === ',madeUp');
  await answered('As I said: madeUp(), madeOver().', { kind: 'send', text: 'Sure?' });
  await until('names to be marked', () => marked().join() === ',madeUp,,madeUp madeOver');
  expect(here.done).toEqual(['looked with How?', 'looked with How?, Call or known, Sure?']);
  here.chat.dispose();
  here.chat = await openWindow();
  await Promise.resolve();
  expect(view().messages[1]?.unknown).toEqual(['madeUp']);
});

test('an answer is looked through to its end when the next question is asked meanwhile, and the next answer after it', async () => {
  const marked = () => view().messages.map(({ unknown }) => unknown.join(' '));
  const search = Promise.withResolvers<void>();
  here.searched = search.promise;
  await answered('Call madeUp().', { kind: 'send', text: 'How?' });
  await asked({ kind: 'send', text: 'Sure?' });
  here.engine.last.say('As I said: madeUp().');
  here.engine.last.end();
  await here.chat.ended;
  await asked({ kind: 'send', text: 'And now?' });
  expect(marked().join('')).toBe('');
  search.resolve();
  await until('names of both to be marked', () => marked().join() === ',madeUp,,madeUp,,');
  expect(here.done).toEqual(['looked with How?', 'looked with How?, Call, Sure?']);
  here.engine.last.end();
  await here.chat.ended;
});

test('a view in the middle of an answer has all of it, and no piece is sent twice', async () => {
  await asked({ kind: 'send', text: 'Go' });
  here.engine.last.say('One ');
  await wish({ kind: 'ready' });
  expect(said()[1]).toBe('assistant streaming: One ');
  here.engine.last.say('two');
  await until('a piece', () => pieces().length > 0);
  expect(pieces()).toEqual([[lastId(), 'two']]);
  here.engine.last.end();
});

test.each([
  ['stopped', () => wish({ kind: 'stop' })],
  ['failed', async () => here.engine.last.fail(new PaddockError('engine-gone', 'The engine died.'))],
])('an answer that is %s midway has figures for what came, and is looked through like others', async (state, end) => {
  await wish({ kind: 'shade', on: true });
  await wish({ kind: 'pin', pinned: { constraints: { fiveLines: true } } });
  await asked({ kind: 'send', text: 'Tell me' });
  here.engine.last.say('Call ', [{ end: 5, logProbability: -0.1 }]);
  here.engine.last.say('madeUp', [{ end: 12, logProbability: -3 }]);
  await end();
  await here.chat.ended;
  await until('names to be marked', () => view().messages[1]?.unknown.length === 1);
  expect(view().messages[1]).toMatchObject({
    ...{ state, text: 'Call madeUp', numbers: { tokens: 2, device: 'CPU' }, unknown: ['madeUp'] },
    doubts: [{ from: 5, to: 11, level: 'lowest' }],
    checks: [{ constraint: 'fiveLines', kept: true }],
  });
});

test('a stopped answer keeps what had come, and the next question follows it', async () => {
  await asked({ kind: 'send', text: 'Tell me' });
  here.engine.last.say('Once upon');
  await wish({ kind: 'stop' });
  await here.chat.ended;
  await Promise.resolve();
  expect(said()).toEqual(['user done: Tell me', 'assistant stopped: Once upon']);
  await answered('a time', { kind: 'send', text: 'Go on' });
  expect(here.engine.last.params.conversation.turns).toEqual([
    { content: [{ kind: 'text', text: 'Tell me' }], answer: 'Once upon' },
    { content: [{ kind: 'text', text: 'Go on' }] },
  ]);
});

test('an answer asked for again is sampled, and stands beside the earlier one', async () => {
  await answered('First.', { kind: 'send', text: 'Say' });
  expect(here.engine.last.params.sampling).toBeUndefined();
  await answered('Second.', { kind: 'regenerate', message: lastId() });
  const { sampling } = here.engine.last.params;
  expect(sampling).toMatchObject({ temperature: 0.7, seed: 1 });
  // Behind any history a GPU gives back less than two kilobytes for a token: twelve bytes for a logit.
  const history = Array.from({ length: 200 }, (_, token) => token);
  expect(12 * (new Sampler(sampling as SamplingOptions, history).needed(1) ?? Infinity)).toBeLessThan(2048);
  expect(view().messages[1]).toMatchObject({ text: 'Second.', version: { index: 1, count: 2 } });
  await wish({ kind: 'version', message: lastId(), index: 0 });
  expect(view().messages[1]).toMatchObject({ text: 'First.', version: { index: 0, count: 2 } });
});

test('a question in other words is a version of it, without the answers to the other', async () => {
  await answered('Wood.', { kind: 'send', text: 'What is it made of?' });
  await answered('Iron.', { kind: 'edit', message: view().messages[0]?.id ?? '', text: 'And now?' });
  expect(said()).toEqual(['user done: And now?', 'assistant done: Iron.']);
  expect(here.engine.last.params.conversation.turns).toHaveLength(1);
  expect(view().messages[0]?.version).toEqual({ index: 1, count: 2 });
});

test('a reworded question that cannot be asked now is put back into the draft, below what is there', async () => {
  await asked({ kind: 'send', text: 'Say' });
  await wish({ kind: 'draft', text: 'And then' });
  await wish({ kind: 'edit', message: view().messages[0]?.id ?? '', text: 'Tell' });
  expect(here.updates.findLast((update) => update.kind === 'draft')).toEqual({ kind: 'draft', text: 'And then\n\nTell' });
  expect(here.engine.runs).toHaveLength(1);
  here.engine.last.end();
  await here.chat.ended;
});

test("an answer that failed shows the engine's message, and can be asked for again", async () => {
  await asked({ kind: 'send', text: 'Say' });
  here.engine.last.say('Half');
  here.engine.become({ kind: 'restarting', reason: 'was killed', delayMs: 10 });
  here.engine.last.fail(new PaddockError('engine-gone', 'The engine process was killed.'));
  await here.chat.ended;
  await Promise.resolve();
  expect(view().messages[1]).toMatchObject({ state: 'failed', text: 'Half', error: 'The engine process was killed.' });
  expect(view().model).toEqual({ name: '', sentence: 'restarting', canAnswer: false, isUnloaded: false });
  await wish({ kind: 'regenerate', message: lastId() });
  expect(here.engine.runs).toHaveLength(1);
  here.engine.become({ kind: 'ready', model });
  await answered('Whole', { kind: 'regenerate', message: lastId() });
  expect(said()).toEqual(['user done: Say', 'assistant done: Whole']);
});

test('an answer comes even if the shown conversation cannot be remembered', async () => {
  vi.spyOn(here.memory.workspace, 'set').mockImplementationOnce(() => {
    throw new Error('The disk is full.');
  });
  await answered('All the same.', { kind: 'send', text: 'Say' });
  expect(said()).toEqual(['user done: Say', 'assistant done: All the same.']);
  expect(here.done.join()).toContain('The disk is full.');
});

test('after an answer that came to nothing for whatever reason, another can be had', async () => {
  const weigh = vi.fn(NO_PREFERENCES.weigh).mockImplementationOnce(() => Promise.reject(new Error('No heads.')));
  here.chat.dispose();
  here.preferences = { ...NO_PREFERENCES, weigh };
  here.chat = await openWindow();
  const first = wish({ kind: 'send', text: 'Say' });
  await until('the engine to be asked', () => here.engine.runs.length > 0);
  here.engine.last.say('Lost.');
  here.engine.last.end();
  await first;
  expect(here.done.join()).toContain('No heads.');
  expect(view().busy).toBe(false);
  await answered('There.', { kind: 'send', text: 'Again' });
  expect(said().at(-1)).toBe('assistant done: There.');
});

test('the panel is told when a new conversation was begun, and not when another one is opened', async () => {
  const begun = () => here.updates.filter(({ kind }) => kind === 'begun');
  await answered('First.', { kind: 'send', text: 'Old' });
  const old = view().id;
  expect(begun()).toEqual([]);
  await wish({ kind: 'new' });
  expect(begun()).toEqual([{ kind: 'begun' }]);
  await wish({ kind: 'open', id: old });
  expect(begun()).toHaveLength(1);
});

test('while an answer is being written no other question is asked, but another conversation can be read', async () => {
  await answered('First.', { kind: 'send', text: 'Old' });
  const old = view().id;
  await wish({ kind: 'new' });
  await asked({ kind: 'send', text: 'New' });
  await wish({ kind: 'send', text: 'Impatient' });
  expect(here.updates.find((update) => update.kind === 'draft')).toEqual({ kind: 'draft', text: 'Impatient' });
  await wish({ kind: 'open', id: old });
  await Promise.resolve();
  expect(said()).toEqual(['user done: Old', 'assistant done: First.']);
  const shown = here.updates.length;
  here.engine.last.say('For the other');
  here.engine.last.end();
  await here.chat.ended;
  expect(here.updates.slice(shown).filter(({ kind }) => kind === 'piece')).toEqual([]);
  const [newest] = view().history;
  await wish({ kind: 'open', id: newest?.id ?? '' });
  await Promise.resolve();
  expect(said()).toEqual(['user done: New', 'assistant done: For the other']);
});

test('another window finds the conversation again, in the middle of an answer, too', async () => {
  await asked({ kind: 'send', text: 'Tell me' });
  here.engine.last.say('Once upon a time');
  await until('it to be kept', async () => {
    const [kept] = await new ConversationStore(here.folder, () => {}).list();
    return kept?.words.includes('once upon') ?? false;
  });
  const killed = here.chat;
  here.chat = await openWindow();
  await Promise.resolve();
  expect(said()).toEqual(['user done: Tell me', 'assistant stopped: Once upon a time']);
  killed.dispose();
  await killed.ended;
});

test('commands are about the selection, and ask for one if there is none', async () => {
  await wish({ kind: 'send', text: '/explain' });
  expect(here.done).toEqual(['tell no code']);
  expect(here.updates.find((update) => update.kind === 'draft')).toEqual({ kind: 'draft', text: '/explain' });
  here.selection = { label: 'a.ts:1–1', language: 'typescript', text: '  let a;\n' };
  await answered('A variable.', { kind: 'send', text: '/explain' });
  expect(here.engine.last.params.conversation.turns[0]?.content).toEqual([
    { kind: 'text', text: 'Explain this code.' },
    { kind: 'attachment', label: '', language: 'typescript', text: 'let a;' },
  ]);
  expect(view()).toMatchObject({ title: '/explain a.ts:1–1', attachments: [] });
  await wish({ kind: 'send', text: '/clear' });
  await Promise.resolve();
  expect(view()).toMatchObject({ messages: [], title: '' });
});

test('conversations are named, searched, exported and deleted', async () => {
  await answered('Posts.', { kind: 'send', text: 'What is a fence?' });
  const { id } = view();
  await wish({ kind: 'rename', id, title: 'Fences' });
  await wish({ kind: 'search', text: 'gate' });
  await Promise.resolve();
  expect(view()).toMatchObject({ title: 'Fences', search: 'gate', history: [] });
  await wish({ kind: 'search', text: 'posts' });
  await Promise.resolve();
  expect(view().history).toMatchObject([{ id, title: 'Fences', messages: 2 }]);
  await wish({ kind: 'export', id });
  expect(here.done.at(-1)).toBe('markdown # Fences\n\n## You\n\nWhat is a fence?\n\n## Paddock\n\nPosts.\n');
  await wish({ kind: 'delete', id });
  await Promise.resolve();
  expect(view()).toMatchObject({ messages: [], history: [] });
  expect(view().id).not.toBe(id);
});

test('without a model nothing is asked, and the message is put back into the draft', async () => {
  here.engine.become({ kind: 'unloaded', name: 'Foal' });
  await wish({ kind: 'send', text: 'Hello?' });
  expect(here.engine.runs).toEqual([]);
  expect(here.updates.find((update) => update.kind === 'draft')).toEqual({ kind: 'draft', text: 'Hello?' });
  expect(view().model).toEqual({ name: 'Foal', sentence: 'unloaded', canAnswer: false, isUnloaded: true });
  await wish({ kind: 'loadModel' });
  await wish({ kind: 'measure' });
  await wish({ kind: 'openModel' });
  expect(here.done).toEqual(['load model', 'measure', 'open model']);
});

test('a model that was unloaded is asked like one that is open', async () => {
  const { state } = here.engine;
  if (!('model' in state)) throw new Error('No model is open.');
  here.engine.become({ kind: 'unloaded', name: 'Foal', rests: state.model });
  expect(view().model).toMatchObject({ canAnswer: true, isUnloaded: false });
  await asked({ kind: 'send', text: 'Hello?' });
  here.engine.last.say('Hello.');
  here.engine.last.end();
  await here.chat.ended;
  expect(said()).toEqual(['user done: Hello?', 'assistant done: Hello.']);
});

test('a caller of ask gets the answer, whatever is shown by then, and the draft stays', async () => {
  const code = { label: 'a.ts:1–2', language: 'typescript', text: 'a();' };
  await wish({ kind: 'drop', uris: ['draft.ts'] });
  const answer = here.chat.ask('/explain', [code]);
  await until('the engine to be asked', () => here.engine.runs.length > 0);
  expect(await here.chat.ask('/fix', [code])).toBeUndefined();
  expect(here.engine.last.params.conversation.turns).toEqual([
    {
      content: [
        { kind: 'text', text: 'Explain this code.' },
        { kind: 'attachment', label: '', language: 'typescript', text: 'a();' },
      ],
    },
  ]);
  await wish({ kind: 'new' });
  here.engine.last.say('Calls a.');
  here.engine.last.end();
  expect(await answer).toMatchObject({ role: 'assistant', state: 'done', text: 'Calls a.' });
  await Promise.resolve();
  expect(said()).toEqual([]);
  expect(view().attachments.map(({ label }) => label)).toEqual(['draft.ts']);
});
