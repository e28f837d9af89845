import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PaddockError } from '../../../engine/index.ts';
import { ChatController } from '../../../extension/chat/chatController.ts';
import type { Attached, ChatHost } from '../../../extension/chat/chatHost.ts';
import { ConversationStore } from '../../../extension/chat/conversationStore.ts';
import type { ChatIntent, ChatUpdate, ChatView } from '../../../webview/protocol/chat.ts';
import { isChatUpdate } from '../../../webview/protocol/chat.ts';
import { until } from '../../integration/suite/until.ts';
import { model, ScriptedEngine } from './scriptedEngine.ts';

let folder = '';
let engine: ScriptedEngine;
let updates: ChatUpdate[];
let done: string[];
let selection: Attached | undefined;
const siblings = ['one', 'two', 'three'].map((name) => ({
  label: `${name} (a.ts:1)`,
  language: 'typescript',
  code: `${name}();`,
  answer: `It is ${name}.`,
}));
let memory: { workspace: Map<string, unknown>; everywhere: Map<string, unknown> };
let chat: ChatController;

const remembered = (map: Map<string, unknown>) => ({
  get: (key: string) => map.get(key),
  update: async (key: string, value: unknown) => void map.set(key, value),
});

/** A window with the chat in it, on the same disk as the one before. */
async function openWindow(): Promise<ChatController> {
  let names = 0;
  const host: ChatHost = {
    words: {
      untitled: 'untitled',
      speakers: { user: 'You', assistant: 'Paddock' },
      when: String,
      model: ({ kind }) => kind,
      leftOut: (turns, all, cut, examples) => `${turns} of ${all}, ${cut}${examples > 0 ? `, ${examples}` : ''}`,
      problem: (error) => (error as Error).message,
      reserveFull: (tokens) => `full at ${tokens}`,
      noCode: 'no code',
    },
    workspace: remembered(memory.workspace),
    everywhere: remembered(memory.everywhere),
    newId: () => `id${memory.workspace.size}-${done.length}-${updates.length}-${names++}`,
    post: (update) => {
      expect(isChatUpdate(update)).toBe(true);
      updates.push(update);
    },
    tell: (message) => done.push(`tell ${message}`),
    log: (message) => done.push(`log ${message}`),
    copy: async (text) => void done.push(`copy ${text}`),
    openLink: async (href) => void done.push(`link ${href}`),
    showMarkdown: async (text) => void done.push(`markdown ${text}`),
    openModel: async () => void done.push('open model'),
    measureContext: async () => void done.push('measure'),
    wakeEngine: () => undefined,
    loadModel: () => void done.push('load model'),
    examples: async (wanted, count) => {
      done.push(`examples ${wanted.command} ${wanted.code.label} ${count}`);
      return siblings.slice(0, count);
    },
    attach: async (what) => (what === 'selection' && selection ? [selection] : []),
    selection: () => selection,
    attachUris: async (uris) => uris.map((label) => ({ label, language: 'text', text: label })),
    runCode: async (action, code) => void done.push(`${action} ${code}`),
    unknownIn: async (answer, said) => {
      if (answer.includes('made')) done.push(`looked with ${said.filter((text) => text !== '').join(', ')}`);
      return answer.match(/made\w+/g) ?? [];
    },
  };
  const controller = new ChatController(engine, new ConversationStore(folder, (warning) => done.push(warning)), host);
  await controller.start();
  return controller;
}

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'paddock-chat-'));
  engine = new ScriptedEngine();
  updates = [];
  done = [];
  selection = undefined;
  memory = { workspace: new Map(), everywhere: new Map() };
  chat = await openWindow();
});
afterEach(async () => {
  chat.dispose();
  await chat.ended;
  await rm(folder, { recursive: true });
});

const wish = (intent: ChatIntent) => chat.answerIntent(intent);
const view = (): ChatView => {
  const last = updates.findLast((update) => update.kind === 'view');
  if (!last) throw new Error('Nothing was shown.');
  return last;
};
const said = () => view().messages.map(({ role, text, state }) => `${role} ${state}: ${text}`);
const pieces = () => updates.filter((update) => update.kind === 'piece').map(({ message, text }) => [message, text]);
/** The window as the panel shows it. */
const gauge = () => updates.findLast((update) => update.kind !== 'piece' && update.kind !== 'draft')?.gauge;
const lastId = () => view().messages.at(-1)?.id ?? '';

/** Asks, and waits until the engine is asked. */
async function asked(intent: ChatIntent): Promise<void> {
  const before = engine.runs.length;
  void wish(intent);
  await until('the engine to be asked', () => engine.runs.length > before);
}

async function answered(text: string, intent: ChatIntent): Promise<void> {
  await asked(intent);
  engine.last.say(text);
  engine.last.end();
  await chat.ended;
  await Promise.resolve();
}

test('a question is shown with an answer that grows, piece by piece, and ends with its numbers', async () => {
  await asked({ kind: 'send', text: ' What is a fence? ' });
  expect(said()).toEqual(['user done: What is a fence?', 'assistant streaming: ']);
  expect(view()).toMatchObject({ busy: true, title: 'What is a fence?' });
  engine.last.say('Some ');
  engine.last.say('posts');
  await until('a piece', () => pieces().length > 0);
  expect(pieces()).toEqual([[lastId(), 'Some posts']]);
  engine.last.say('.');
  engine.last.end();
  await chat.ended;
  expect(said()).toEqual(['user done: What is a fence?', 'assistant done: Some posts.']);
  expect(view()).toMatchObject({ busy: false, history: [{ title: 'What is a fence?', messages: 2 }] });
  expect(view().messages[1]?.numbers).toMatchObject({ tokens: 4, tokensPerSecond: 40, device: 'cpu' });
  expect(engine.last.params).toMatchObject({ maxTokens: 256, overflow: 'oldest', use: { window: 1024, slides: false } });
});

test('what the model was unsure of is shown once it is to be shaded, also by another window', async () => {
  await asked({ kind: 'send', text: 'Sure?' });
  engine.last.say('Quite so');
  const marks = [
    { end: 5, logProbability: -0.1 },
    { end: 8, logProbability: -1 },
  ];
  engine.last.end('stop', marks);
  await chat.ended;
  await Promise.resolve();
  expect(view()).toMatchObject({ shading: false, messages: [{ doubts: [] }, { doubts: [] }] });
  await wish({ kind: 'shade', on: true });
  await Promise.resolve();
  const doubts = [{ from: 5, to: 8, level: 'low' }];
  expect(view()).toMatchObject({ shading: true, messages: [{ doubts: [] }, { doubts }] });
  chat.dispose();
  chat = await openWindow();
  await Promise.resolve();
  expect(view()).toMatchObject({ shading: true, messages: [{ doubts: [] }, { doubts }] });
});

test('names that exist nowhere are marked once they were looked for, and do not make themselves known', async () => {
  const marked = () => view().messages.map(({ unknown }) => unknown.join(' '));
  await answered('Call madeUp() or known().', { kind: 'send', text: 'How?' });
  await until('names to be marked', () => marked().join() === ',madeUp');
  await answered('As I said: madeUp(), madeOver().', { kind: 'send', text: 'Sure?' });
  await until('names to be marked', () => marked().join() === ',madeUp,,madeUp madeOver');
  expect(done).toEqual(['looked with How?', 'looked with How?, Call or known, Sure?']);
  chat.dispose();
  chat = await openWindow();
  await Promise.resolve();
  expect(view().messages[1]?.unknown).toEqual(['madeUp']);
});

test('a view in the middle of an answer has all of it, and nothing is told twice', async () => {
  await asked({ kind: 'send', text: 'Go' });
  engine.last.say('One ');
  await wish({ kind: 'ready' });
  expect(said()[1]).toBe('assistant streaming: One ');
  engine.last.say('two');
  await until('a piece', () => pieces().length > 0);
  expect(pieces()).toEqual([[lastId(), 'two']]);
  engine.last.end();
});

test('what had come stays when the answer is stopped; the next question goes on from there', async () => {
  await asked({ kind: 'send', text: 'Tell me' });
  engine.last.say('Once upon');
  await wish({ kind: 'stop' });
  await chat.ended;
  await Promise.resolve();
  expect(said()).toEqual(['user done: Tell me', 'assistant stopped: Once upon']);
  await answered('a time', { kind: 'send', text: 'Go on' });
  expect(engine.last.params.conversation.turns).toEqual([
    { content: [{ kind: 'text', text: 'Tell me' }], answer: 'Once upon' },
    { content: [{ kind: 'text', text: 'Go on' }] },
  ]);
});

test('an answer given again is drawn, beside the one before', async () => {
  await answered('First.', { kind: 'send', text: 'Say' });
  expect(engine.last.params.sampling).toBeUndefined();
  await answered('Second.', { kind: 'regenerate', message: lastId() });
  expect(engine.last.params.sampling).toMatchObject({ temperature: 0.7, seed: 1 });
  expect(view().messages[1]).toMatchObject({ text: 'Second.', version: { index: 1, count: 2 } });
  await wish({ kind: 'version', message: lastId(), index: 0 });
  expect(view().messages[1]).toMatchObject({ text: 'First.', version: { index: 0, count: 2 } });
});

test('a question in other words is a version of it, without the answers to the other', async () => {
  await answered('Wood.', { kind: 'send', text: 'What is it made of?' });
  await answered('Iron.', { kind: 'edit', message: view().messages[0]?.id ?? '', text: 'And now?' });
  expect(said()).toEqual(['user done: And now?', 'assistant done: Iron.']);
  expect(engine.last.params.conversation.turns).toHaveLength(1);
  expect(view().messages[0]?.version).toEqual({ index: 1, count: 2 });
});

test('what the engine says of a failure stands at the answer, which can be had again', async () => {
  await asked({ kind: 'send', text: 'Say' });
  engine.last.say('Half');
  engine.become({ kind: 'restarting', reason: 'was killed', delayMs: 10 });
  engine.last.fail(new PaddockError('engine-gone', 'The engine process was killed.'));
  await chat.ended;
  await Promise.resolve();
  expect(view().messages[1]).toMatchObject({ state: 'failed', text: 'Half', error: 'The engine process was killed.' });
  expect(view().model).toEqual({ name: '', sentence: 'restarting', canAnswer: false, isUnloaded: false });
  await wish({ kind: 'regenerate', message: lastId() });
  expect(engine.runs).toHaveLength(1);
  engine.become({ kind: 'ready', model });
  await answered('Whole', { kind: 'regenerate', message: lastId() });
  expect(said()).toEqual(['user done: Say', 'assistant done: Whole']);
});

test('a window that is too large for the memory is refused with what would fit, until another is chosen', async () => {
  await asked({ kind: 'send', text: 'Say' });
  engine.last.fail(new PaddockError('not-enough-memory', 'Too large.', { largestWindow: 512 }));
  await chat.ended;
  await until('the gauge', () => gauge()?.problem === 'Too large.');
  expect(view().controls).toMatchObject({ window: 512, largestWindow: 512 });
  const { controls } = view();
  if (!controls) throw new Error('There are no controls.');
  await wish({ kind: 'controls', controls: { ...controls, window: 256, reserve: 64 } });
  await until('the gauge', () => gauge()?.window === 256);
  expect(gauge()?.problem).toBe('');
  await answered('Yes', { kind: 'send', text: 'Again' });
  expect(engine.last.params).toMatchObject({ maxTokens: 64, use: { window: 256 } });
});

test('an answer that had no room left says so', async () => {
  await asked({ kind: 'send', text: 'Say' });
  engine.last.say('Long');
  engine.last.end('length');
  await chat.ended;
  await Promise.resolve();
  expect(view().messages[1]).toMatchObject({ state: 'stopped', text: 'Long', error: 'full at 256' });
});

test('while one answer is on its way nothing else is asked, and another conversation can be read', async () => {
  await answered('First.', { kind: 'send', text: 'Old' });
  const old = view().id;
  await wish({ kind: 'new' });
  await asked({ kind: 'send', text: 'New' });
  await wish({ kind: 'send', text: 'Impatient' });
  expect(updates.find((update) => update.kind === 'draft')).toEqual({ kind: 'draft', text: 'Impatient' });
  await wish({ kind: 'open', id: old });
  await Promise.resolve();
  expect(said()).toEqual(['user done: Old', 'assistant done: First.']);
  const shown = updates.length;
  engine.last.say('For the other');
  engine.last.end();
  await chat.ended;
  expect(updates.slice(shown).filter(({ kind }) => kind === 'piece')).toEqual([]);
  const [newest] = view().history;
  await wish({ kind: 'open', id: newest?.id ?? '' });
  await Promise.resolve();
  expect(said()).toEqual(['user done: New', 'assistant done: For the other']);
});

test('another window finds the conversation again, in the middle of an answer, too', async () => {
  await asked({ kind: 'send', text: 'Tell me' });
  engine.last.say('Once upon a time');
  await until('it to be kept', async () => {
    const [kept] = await new ConversationStore(folder, () => {}).list();
    return kept?.words.includes('once upon') ?? false;
  });
  const killed = chat;
  chat = await openWindow();
  await Promise.resolve();
  expect(said()).toEqual(['user done: Tell me', 'assistant stopped: Once upon a time']);
  killed.dispose();
  await killed.ended;
});

test('commands speak of the selection, and ask for one where there is none', async () => {
  await wish({ kind: 'send', text: '/explain' });
  expect(done).toEqual(['tell no code']);
  expect(updates.find((update) => update.kind === 'draft')).toEqual({ kind: 'draft', text: '/explain' });
  selection = { label: 'a.ts:1–1', language: 'typescript', text: '  let a;\n' };
  await answered('A variable.', { kind: 'send', text: '/explain' });
  expect(engine.last.params.conversation.turns[0]?.content).toEqual([
    { kind: 'text', text: 'Explain this code.' },
    { kind: 'attachment', label: '', language: 'typescript', text: 'let a;' },
  ]);
  expect(view()).toMatchObject({ title: '/explain a.ts:1–1', attachments: [] });
  await until('its cost', () => view().messages[0]?.attachments[0]?.tokens !== null);
  await wish({ kind: 'send', text: '/clear' });
  await Promise.resolve();
  expect(view()).toMatchObject({ messages: [], title: '' });
});

test('the window is measured when somebody has paused, with what is written and attached', async () => {
  for (const text of ['H', 'He', 'Hey']) await wish({ kind: 'draft', text });
  await until('the window to be measured', () => engine.plans.length > 0 && gauge() !== null);
  expect(engine.plans.at(-1)?.conversation.turns).toEqual([{ content: [{ kind: 'text', text: 'Hey' }] }]);
  expect(engine.plans.length).toBeLessThanOrEqual(2);
  expect(gauge()).toMatchObject({
    window: 1024,
    trained: 2048,
    problem: '',
    segments: [{}, {}, { segment: 'reserve', tokens: 256 }],
  });
  engine.plan = new PaddockError('bad-request', 'Attach less.');
  await wish({ kind: 'drop', uris: ['file:///large'] });
  await until('the problem', () => gauge()?.problem === 'Attach less.');
  await wish({ kind: 'detach', id: view().attachments[0]?.id ?? '' });
  await Promise.resolve();
  expect(view().attachments).toEqual([]);
});

test('messages that do not fit are marked, and it is said how many', async () => {
  await answered('One.', { kind: 'send', text: '1' });
  engine.plan = { leftOut: [0] };
  await answered('Two.', { kind: 'send', text: '2' });
  expect(view().messages.map(({ leftOut }) => leftOut)).toEqual([true, true, false, false]);
  // Of the questions before the last one, or before the one that is being written.
  expect(view().gauge?.leftOut).toMatch(/^1 of [12], 0$/);
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
  expect(done.at(-1)).toBe('markdown # Fences\n\n## You\n\nWhat is a fence?\n\n## Paddock\n\nPosts.\n');
  await wish({ kind: 'delete', id });
  await Promise.resolve();
  expect(view()).toMatchObject({ messages: [], history: [] });
  expect(view().id).not.toBe(id);
});

test('what is pinned goes with every question of the conversation', async () => {
  await wish({ kind: 'pin', text: 'Be short.', mode: 'every', constraints: [] });
  await answered('Yes.', { kind: 'send', text: 'Well?' });
  expect(engine.last.params.conversation.pinned).toEqual({ text: 'Be short.', mode: 'every' });
  expect(view().pinned).toEqual({ text: 'Be short.', mode: 'every', constraints: [] });
  expect(view().messages.at(-1)?.checks).toEqual([]);
});

test('instructions that can be checked are told with the others, and checked in every answer', async () => {
  await wish({ kind: 'pin', text: '', mode: 'first', constraints: ['fiveLines', 'chinese'] });
  await answered('1\n2\n3\n4\n5\n六', { kind: 'send', text: 'Count.' });
  const { pinned } = engine.last.params.conversation;
  expect(pinned).toEqual({ text: 'Answer in at most 5 lines.\n用中文回答。', mode: 'first' });
  const checks = [
    { constraint: 'fiveLines', kept: false },
    { constraint: 'chinese', kept: true },
  ];
  expect(view().messages.at(-1)?.checks).toEqual(checks);
  await wish({ kind: 'pin', text: 'Be short.', mode: 'off', constraints: ['fiveLines'] });
  await answered('Ok.', { kind: 'send', text: 'Again.' });
  expect(view().messages.map((each) => each.checks.length)).toEqual([0, 2, 0, 0]);

  chat.dispose();
  chat = await openWindow();
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
  chat.dispose();
  chat = await openWindow();
  await answered('Wood.', { kind: 'send', text: 'Of what?' });
  expect(engine.last.params.conversation.turns.map(({ pinned }) => pinned)).toEqual([true, undefined]);
  await wish({ kind: 'pinTurn', message: question, pinned: false });
  await Promise.resolve();
  expect(view().messages[0]?.pinned).toBe(false);
});

test('without a model nothing is asked, and what was written is given back', async () => {
  engine.become({ kind: 'unloaded', name: 'Foal' });
  await wish({ kind: 'send', text: 'Hello?' });
  expect(engine.runs).toEqual([]);
  expect(updates.find((update) => update.kind === 'draft')).toEqual({ kind: 'draft', text: 'Hello?' });
  expect(view().model).toEqual({ name: 'Foal', sentence: 'unloaded', canAnswer: false, isUnloaded: true });
  await wish({ kind: 'loadModel' });
  await wish({ kind: 'measure' });
  await wish({ kind: 'openModel' });
  expect(done).toEqual(['load model', 'measure', 'open model']);
});

test('who asks for somebody gets the answer, whatever is shown by then; what is being written stays', async () => {
  const code = { label: 'a.ts:1–2', language: 'typescript', text: 'a();' };
  await wish({ kind: 'drop', uris: ['draft.ts'] });
  const answer = chat.ask('/explain', [code]);
  await until('the engine to be asked', () => engine.runs.length > 0);
  expect(await chat.ask('/fix', [code])).toBeUndefined();
  expect(engine.last.params.conversation.turns).toEqual([
    {
      content: [
        { kind: 'text', text: 'Explain this code.' },
        { kind: 'attachment', label: '', language: 'typescript', text: 'a();' },
      ],
    },
  ]);
  await wish({ kind: 'new' });
  engine.last.say('Calls a.');
  engine.last.end();
  expect(await answer).toMatchObject({ role: 'assistant', state: 'done', text: 'Calls a.' });
  await Promise.resolve();
  expect(said()).toEqual([]);
  expect(view().attachments.map(({ label }) => label)).toEqual(['draft.ts']);
});

test('examples go with a command, are counted before it is sent, and stay with its question', async () => {
  selection = { label: 'src/a.ts:3–5', language: 'typescript', text: '  f();' };
  await wish({ kind: 'examples', wanted: 2 });
  expect(view().examples).toEqual({ wanted: 2, found: null });
  await wish({ kind: 'draft', text: '/doc' });
  const labels = ['one (a.ts:1)', 'two (a.ts:1)'];
  await until('their costs', () => view().examples.found?.every(({ tokens }) => tokens !== null) === true);
  expect(view().examples.found?.map(({ label }) => label)).toEqual(labels);
  const shownTo = () => engine.plans.at(-1)?.conversation.examples?.map(({ answer }) => answer);
  await until('the plan with them', () => shownTo()?.length === 2);
  expect(shownTo()).toEqual(['It is two.', 'It is one.']);
  expect(engine.plans.at(-1)?.conversation.turns.at(-1)?.content).toContainEqual({
    ...{ kind: 'attachment', label: '', language: 'typescript', text: 'f();' },
  });
  await answered('/** Calls f. */', { kind: 'send', text: '/doc' });
  expect(engine.last.params.conversation.examples?.[1]).toEqual({
    content: [
      { kind: 'text', text: 'Write a doc comment for this code.' },
      { kind: 'attachment', label: '', language: 'typescript', text: 'one();' },
    ],
    answer: 'It is one.',
  });
  expect(done.filter((each) => each.startsWith('examples'))).toEqual(['examples doc src/a.ts:3–5 2']);
  expect(view().messages[0]?.examples).toEqual(labels);
  expect(view().examples).toEqual({ wanted: 2, found: null });

  chat.dispose();
  chat = await openWindow();
  await answered('/** f. */', { kind: 'regenerate', message: lastId() });
  expect(engine.last.params.conversation.examples?.length).toBe(2);
  expect(view().examples.wanted).toBe(2);
  await answered('ok', { kind: 'send', text: 'Thanks!' });
  expect(engine.last.params.conversation.examples).toEqual([]);
});

test('a command is given no examples unless they are wished for, and what has no room is said', async () => {
  selection = { label: 'src/a.ts:3', language: 'typescript', text: 'f();' };
  await answered('/** f. */', { kind: 'send', text: '/doc' });
  expect(done.filter((each) => each.startsWith('examples'))).toEqual([]);
  engine.plan = { examplesLeftOut: 1 };
  await wish({ kind: 'examples', wanted: 1 });
  await wish({ kind: 'draft', text: '/tests' });
  await until('the measure', () => gauge()?.leftOut !== '');
  expect(gauge()?.leftOut).toBe('0 of 1, 0, 1');
});
