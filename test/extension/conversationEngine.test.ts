import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChatParams, CompleteParams, OpenModelParams, RetentionParams, Role } from '../../engine/index.ts';
import { ConversationEngine } from '../../extension/conversationEngine.ts';
import { EngineLife } from '../../extension/engineLife.ts';
import type { EngineState } from '../../extension/engineState.ts';
import { EngineSupervisor } from '../../extension/engineSupervisor.ts';
import { GiveWay } from '../../extension/giveWay.ts';
import { until } from '../support/until.ts';

const entry = fileURLToPath(new URL('fixtureEngine.ts', import.meta.url));
const model = (role: Role, path: string): OpenModelParams => ({ role, path, device: 'auto', threads: 1, window: 0 });
const code = (prefix: string): CompleteParams => ({ prefix, suffix: '', path: 'a.ts', maxTokens: 8, multiline: false });
const question = (text: string): ChatParams => ({
  conversation: { system: '', pinned: { text: '', mode: 'off' }, turns: [{ content: [{ kind: 'text', text }] }] },
  overflow: 'oldest',
  maxTokens: 4,
  use: { window: 8 },
});
const never = new AbortController().signal;

let completion: EngineSupervisor;
let own: EngineLife;
let engine: ConversationEngine;
let giveWay: GiveWay;
let states: EngineState[];

beforeEach(() => {
  const options = { entry, log: () => undefined };
  completion = new EngineSupervisor(options);
  own = new EngineLife(options);
  engine = new ConversationEngine(completion, own);
  giveWay = new GiveWay(completion, own);
  states = [];
  engine.onDidChangeState((state) => states.push(state));
});
afterEach(() => {
  for (const each of [giveWay, engine, completion, own]) each.dispose();
});

const kinds = () => states.map(({ kind }) => kind);

/** Ends a process as a crash would. */
function kill({ pid }: EngineLife): void {
  if (pid === undefined) throw new Error('No engine runs.');
  process.kill(pid, 'SIGKILL');
}

test('chats piece by piece, and a stopped chat leaves the engine ready', async () => {
  completion.start(model('completion', 'good'));
  const pieces: unknown[] = [];
  expect((await engine.chat(question('x'), never, (piece, [mark]) => pieces.push([piece, mark?.end]))).text).toBe('after x');
  expect(pieces).toEqual([
    ['after ', 6],
    ['x', 7],
  ]);
  expect(kinds()).toEqual(['loading', 'ready', 'generating', 'ready']);
  const controller = new AbortController();
  const pending = engine.chat(question('hang'), controller.signal, () => controller.abort());
  await expect(pending).rejects.toMatchObject({ code: 'cancelled' });
  expect(engine.state.kind).toBe('ready');
});

test('errors of a chat are passed on: too little memory, and a crash', async () => {
  completion.start(model('completion', 'good'));
  await expect(engine.chat(question('too much'), never)).rejects.toMatchObject({
    code: 'not-enough-memory',
    facts: { largestWindow: 256 },
  });
  const pending = engine.chat(question('hang'), never, () => kill(completion));
  await expect(pending).rejects.toMatchObject({ code: 'engine-gone' });
  await until('the restart', () => engine.state.kind === 'restarting' || engine.state.kind === 'loading');
});

test('tokens of a chat are counted while a model is open; a measurement opens one that rests', async () => {
  await expect(engine.planChat(question('x'))).rejects.toMatchObject({ code: 'no-model' });
  completion.start(model('completion', 'good'));
  await completion.ready();
  expect(await engine.planChat(question('x'))).toMatchObject({ promptTokens: 3, reserve: 4 });
  expect(await engine.countTokens(['four', ''])).toEqual([4, 0]);
  await completion.unload(true);
  await expect(engine.countTokens(['four'])).rejects.toMatchObject({ code: 'no-model' });
  await engine.testRetention({ seed: 1 } as unknown as RetentionParams, never, () => undefined).catch(() => undefined);
  expect(engine.state.kind).toBe('ready');
});

test('with a model of its own a chat has a process of its own; the state follows the one in use', async () => {
  completion.start(model('completion', 'good'));
  await completion.ready();
  own.start(model('chat', 'other'));
  await own.ready();
  expect(engine.state).toMatchObject({ kind: 'ready', model: { name: 'good' } });
  engine.useOwn(true);
  engine.useOwn(true);
  expect(states.at(-1)).toMatchObject({ kind: 'ready', model: { name: 'other' } });
  expect(states).toHaveLength(3);
  await engine.chat(question('x'), never);
  await completion.complete(code('x'), never);
  expect(kinds().slice(3)).toEqual(['generating', 'ready']);
  expect(completion.pid).not.toBe(own.pid);
  await own.unload();
  expect(engine.state.kind).toBe('unloaded');
  expect([own.pid, completion.state.kind]).toEqual([undefined, 'ready']);
  engine.useOwn(false);
  expect(states.at(-1)).toMatchObject({ kind: 'ready', model: { name: 'good' } });
});

test('a crash of either engine leaves the other as it is', async () => {
  completion.start(model('completion', 'good'));
  own.start(model('chat', 'other'));
  await Promise.all([completion.ready(), own.ready()]);
  engine.useOwn(true);
  const before = completion.pid;
  const pending = engine.chat(question('hang'), never, () => kill(own));
  await expect(pending).rejects.toMatchObject({ code: 'engine-gone' });
  expect((await completion.complete(code('x'), never)).text).toBe('after x');
  expect(completion.pid).toBe(before);
  await own.ready();
  const chat = own.pid;
  kill(completion);
  await until('the restart', () => completion.state.kind !== 'ready');
  expect((await engine.chat(question('y'), never)).text).toBe('after y');
  expect(own.pid).toBe(chat);
});

test('while a completion is computed a chat gives way, and goes on when it has ended', async () => {
  completion.start(model('completion', 'good'));
  own.start(model('chat', 'other'));
  await Promise.all([completion.ready(), own.ready()]);
  engine.useOwn(true);
  const ends: string[] = [];
  const stop = new AbortController();
  const completing = completion.complete(code('hang'), stop.signal).catch(() => ends.push('completion'));
  let isBegun = false;
  const chatting = engine.chat(question('be interrupted'), never, () => (isBegun = true)).then(() => ends.push('chat'));
  await until('the answer to begin', () => isBegun);
  expect(own.isInUse && completion.isAwaited).toBe(true);
  expect(ends).toEqual([]);
  stop.abort();
  await Promise.all([completing, chatting]);
  expect(ends).toEqual(['completion', 'chat']);
});

test('giving way does not count as use, and needs an open model', async () => {
  const way = new AbortController();
  await expect(own.giveWay(way.signal)).rejects.toMatchObject({ code: 'no-model' });
  own.start(model('chat', 'other'));
  await own.ready();
  let uses = 0;
  own.onDidUse(() => uses++);
  const given = own.giveWay(way.signal);
  expect(own.isInUse).toBe(false);
  way.abort();
  await given.catch((error: unknown) => expect(error).toMatchObject({ code: 'cancelled' }));
  expect(uses).toBe(0);
});

test.each<[string, () => void]>([
  ['dies', () => kill(completion)],
  ['is started again', () => completion.restart(model('completion', 'good'))],
  ['is stopped', () => completion.stop()],
  ['has its model unloaded', () => void completion.unload()],
])('a chat that gives way goes on where the engine of completions %s', async (_what, happens) => {
  completion.start(model('completion', 'good'));
  own.start(model('chat', 'other'));
  await Promise.all([completion.ready(), own.ready()]);
  engine.useOwn(true);
  const completing = completion.complete(code('hang'), never).catch((error: unknown) => error);
  const chatting = engine.chat(question('be interrupted'), never, happens);
  expect((await chatting).text).toBe('after be interrupted');
  expect(await completing).toMatchObject({ code: 'engine-gone' });
});
