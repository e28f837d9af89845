import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CompleteParams, OpenModelParams } from '../../engine/index.ts';
import type { EngineState } from '../../extension/engineState.ts';
import { EngineSupervisor } from '../../extension/engineSupervisor.ts';
import { openModelIn } from '../../extension/readiness.ts';
import { RestartPolicy } from '../../extension/restartPolicy.ts';
import { until } from '../support/until.ts';

const entry = fileURLToPath(new URL('fixtureEngine.ts', import.meta.url));
const model = (path: string): OpenModelParams => ({ role: 'completion', path, device: 'auto', threads: 1, window: 0 });
const params = (prefix: string): CompleteParams => ({ prefix, suffix: '', path: 'a.ts', maxTokens: 8, multiline: false });
const never = new AbortController().signal;

/** A supervisor with the usual number of restarts, in quick succession. */
const supervisor = (file: string) =>
  new EngineSupervisor({ entry: file, log: () => undefined, restarts: new RestartPolicy([10, 20, 40]) });

let engine: EngineSupervisor;
let states: EngineState[];

beforeEach(() => {
  engine = supervisor(entry);
  states = [];
  engine.onDidChangeState((state) => states.push(state));
});
afterEach(() => {
  engine.dispose();
});

/** Waits until the engine is in this state. */
function become(kind: EngineState['kind']): Promise<EngineState> {
  return new Promise((resolve) => {
    if (engine.state.kind === kind) resolve(engine.state);
    const listener = engine.onDidChangeState((state) => {
      if (state.kind !== kind) return;
      listener.dispose();
      resolve(state);
    });
  });
}

const kinds = () => states.map(({ kind }) => kind);

function kill(): void {
  if (engine.pid === undefined) throw new Error('No engine runs.');
  process.kill(engine.pid, 'SIGKILL');
}

test('opens the model, completes, and reports its states', async () => {
  engine.start(model('good'));
  expect((await engine.complete(params('x'), never)).text).toBe('after x');
  expect(kinds()).toEqual(['loading', 'ready', 'generating', 'ready']);
});

test('a request made while the model loads waits for it; a cancelled one does not', async () => {
  engine.start(model('good'));
  const cancelled = engine.complete(params('x'), AbortSignal.abort());
  await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
  expect(engine.state.kind).toBe('loading');
  expect((await engine.ready()).name).toBe('good');
});

test('a request waits until what is stored about the model is read; if that fails the model opens all the same', async () => {
  const read: string[] = [];
  const reading = Promise.withResolvers<void>();
  engine.prepareWith((key) => {
    read.push(key);
    return reading.promise;
  });
  engine.start(model('good'));
  let isAnswered = false;
  const pending = engine.complete(params('x'), never).then(() => (isAnswered = true));
  await until('the reading', () => read.length === 1);
  await engine.inspect('good');
  expect([engine.state.kind, isAnswered]).toEqual(['loading', false]);
  reading.reject(new Error('The disk is gone.'));
  await pending;
  await engine.open(model('other'));
  expect(engine.state).toMatchObject({ kind: 'ready', model: { name: 'other' } });
  expect(read).toEqual(['good', 'other']);
});

test('after a kill the pending request fails with engine-gone and the next one works, in a new process', async () => {
  engine.start(model('good'));
  await engine.ready();
  const before = engine.pid;
  const pending = engine.complete(params('hang'), never);
  await become('generating');
  kill();
  await expect(pending).rejects.toMatchObject({ code: 'engine-gone' });
  expect((await engine.complete(params('y'), never)).text).toBe('after y');
  expect(engine.pid).not.toBe(before);
  expect(kinds()).toEqual(['loading', 'ready', 'generating', 'restarting', 'loading', 'ready', 'generating', 'ready']);
});

test('a cancelled completion leaves the engine ready', async () => {
  engine.start(model('good'));
  const controller = new AbortController();
  const pending = engine.complete(params('hang'), controller.signal);
  await become('generating');
  controller.abort();
  await expect(pending).rejects.toMatchObject({ code: 'cancelled' });
  expect(engine.state.kind).toBe('ready');
});

test('a bad model fails with its reason, keeps no process and does not try again; another model then opens', async () => {
  engine.start(model('bad'));
  expect(await become('failed')).toEqual({
    kind: 'failed',
    reason: 'bad: is no model. Choose another.',
    largestWindow: undefined,
  });
  expect(engine.pid).toBeUndefined();
  await expect(engine.complete(params('x'), never)).rejects.toMatchObject({ code: 'no-model' });
  expect(kinds()).toEqual(['loading', 'failed']);
  engine.start(model('good'));
  expect((await engine.ready()).name).toBe('good');
});

test('an engine that crashes repeatedly is given up, with a message on what to do', async () => {
  engine.start(model('crash'));
  const state = await become('failed');
  expect(state).toMatchObject({ reason: expect.stringMatching(/SIGKILL.*Restart Engine/s) });
  const delays = states.flatMap((each) => (each.kind === 'restarting' ? [each.delayMs] : []));
  expect(delays).toEqual([10, 20, 40]);
});

test('a start in place of a running engine opens the new model in a new process', async () => {
  engine.start(model('good'));
  const before = (await engine.ready()) && engine.pid;
  engine.start(model('other'));
  expect((await engine.ready()).name).toBe('other');
  expect(engine.pid).not.toBe(before);
});

test('stop ends the process and all pending requests', async () => {
  engine.start(model('good'));
  const pending = engine.complete(params('hang'), never);
  await become('generating');
  engine.stop();
  await expect(pending).rejects.toMatchObject({ code: 'engine-gone' });
  expect(engine.pid).toBeUndefined();
  expect(kinds().at(-1)).toBe('off');
  await expect(engine.ready()).rejects.toMatchObject({ code: 'no-model' });
});

test('a missing engine file fails instead of waiting forever', async () => {
  const missing = supervisor(`${entry}.missing`);
  missing.start(model('good'));
  await expect(missing.ready()).rejects.toMatchObject({ code: 'no-model' });
  missing.dispose();
});

test('opening the same model again changes nothing; a restart opens it again', async () => {
  engine.start(model('good'));
  await engine.ready();
  const before = engine.pid;
  engine.start({ ...model('good'), name: 'another name' });
  expect(engine.pid).toBe(before);
  expect(kinds()).toEqual(['loading', 'ready']);
  engine.restart(model('good'));
  await engine.ready();
  expect(engine.pid).not.toBe(before);
});

test('inspects with and without a running engine, without a change of state', async () => {
  expect(await engine.inspect('one')).toMatchObject({ path: 'one', freeBytes: 100 });
  await expect(engine.inspect('bad')).rejects.toMatchObject({ code: 'bad-model' });
  expect(engine.pid).toBeUndefined();
  engine.start(model('good'));
  await engine.ready();
  expect(await engine.inspect('two')).toMatchObject({ path: 'two' });
  expect(kinds()).toEqual(['loading', 'ready']);
});

test('opens another model beside the completion model, and reports progress', async () => {
  engine.start(model('good'));
  await engine.ready();
  const stages: string[] = [];
  const info = await engine.open({ ...model('other'), name: 'Other' }, undefined, ({ stage }) => stages.push(stage));
  expect(info.name).toBe('Other');
  expect(stages).toEqual(['converting', 'loading']);
  expect(kinds()).toEqual(['loading', 'ready', 'loading', 'ready']);
  expect(engine.progress).toBeUndefined();
  engine.start(model('other'));
  expect(kinds()).toHaveLength(4);
});

test('a cancelled conversion keeps the completion model, which works meanwhile', async () => {
  engine.start(model('good'));
  await engine.ready();
  const before = engine.pid;
  const controller = new AbortController();
  const answers: string[] = [];
  const opening = engine.open(model('slow'), controller.signal, async ({ stage }) => {
    expect(engine.progress?.stage).toBe(stage);
    answers.push((await engine.complete(params('meanwhile'), never)).text);
    controller.abort();
  });
  await expect(opening).rejects.toMatchObject({ code: 'cancelled' });
  expect(answers).toEqual(['after meanwhile']);
  expect(engine.progress).toBeUndefined();
  expect(engine.pid).toBe(before);
  expect(engine.state).toMatchObject({ kind: 'ready', model: { name: 'good' } });
});

test('weights that are being loaded are not waited for when that is cancelled: the previous model is used again', async () => {
  engine.start(model('good'));
  await engine.ready();
  const before = engine.pid;
  const controller = new AbortController();
  const opening = engine.open(model('heavy'), controller.signal, ({ stage }) => {
    if (stage === 'loading') controller.abort();
  });
  await expect(opening).rejects.toMatchObject({ code: 'cancelled' });
  expect(engine.state.kind).toBe('loading');
  expect((await engine.complete(params('x'), never)).text).toBe('after x');
  expect(engine.state).toMatchObject({ kind: 'ready', model: { name: 'good' } });
  expect(engine.pid).not.toBe(before);
});

test('after a model that fails to open, the previous one is used again', async () => {
  engine.start(model('good'));
  await engine.ready();
  await expect(engine.open(model('bad at last'))).rejects.toMatchObject({ code: 'runtime' });
  expect((await engine.ready()).name).toBe('good');
  expect((await engine.complete(params('x'), never)).text).toBe('after x');
});

test('after a crash while opening another model, the previous one is used again', async () => {
  engine.start(model('good'));
  await engine.ready();
  await expect(engine.open(model('crash'))).rejects.toMatchObject({ code: 'engine-gone' });
  expect((await engine.ready()).name).toBe('good');
});

test('after a failure, another failure keeps the first one; a model that opens ends it', async () => {
  engine.start(model('bad'));
  const failed = await become('failed');
  await expect(engine.open(model('slow'), AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
  expect(engine.state).toEqual(failed);
  expect(engine.pid).toBeUndefined();
  await engine.open(model('good'));
  expect(engine.state.kind).toBe('ready');
});

test('too little memory is reported with the window that fits', async () => {
  engine.start(model('big'));
  expect(await become('failed')).toMatchObject({ largestWindow: 512 });
  await expect(engine.open(model('big'))).rejects.toMatchObject({ code: 'not-enough-memory', facts: { largestWindow: 512 } });
});

test('an unloaded model has no process, and is loaded again for a completion', async () => {
  engine.start(model('good'));
  await engine.ready();
  await engine.unload();
  expect(engine.state).toEqual({ kind: 'unloaded', name: 'good' });
  expect(engine.pid).toBeUndefined();
  await expect(engine.ready()).rejects.toMatchObject({ code: 'no-model' });
  engine.start(model('good'));
  expect(engine.state.kind).toBe('unloaded');
  expect((await engine.complete(params('x'), never)).text).toBe('after x');
  expect(kinds()).toEqual(['loading', 'ready', 'unloaded', 'loading', 'ready', 'generating', 'ready']);
});

test('an idle model that was unloaded is still the open one, and is loaded again for a completion, a measurement or a waiting caller', async () => {
  engine.start(model('good'));
  const info = await engine.ready();
  const wakes = [
    () => engine.complete(params('x'), never),
    () => engine.study(never, (client) => client.countTokens(['x'])),
    () => engine.ready(),
  ];
  for (const wake of wakes) {
    await engine.unload(true);
    expect(engine.state).toEqual({ kind: 'unloaded', name: 'good', rests: info });
    expect(openModelIn(engine.state)).toEqual(info);
    expect(engine.pid).toBeUndefined();
    await wake();
    expect(engine.state.kind).toBe('ready');
  }
});

test('a request while the model is being unloaded loads it again, and unloading reports no failure', async () => {
  engine.start(model('good'));
  await engine.ready();
  const unloading = engine.unload();
  const completion = engine.complete(params('x'), never);
  await expect(unloading).resolves.toBeUndefined();
  expect((await completion).text).toBe('after x');
  expect(engine.state.kind).toBe('ready');
});

test('a question about the model does not load an idle one; unloading by hand ends the idle state', async () => {
  engine.start(model('good'));
  await engine.ready();
  await engine.unload(true);
  await expect(engine.query((client) => client.countTokens(['x']))).rejects.toMatchObject({ code: 'no-model' });
  await expect(engine.ready(AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
  await engine.unload();
  expect(engine.state).toEqual({ kind: 'unloaded', name: 'good' });
  expect(openModelIn(engine.state)).toBeUndefined();
  await expect(engine.ready()).rejects.toMatchObject({ code: 'no-model' });
});

test('the engine is in use while it answers, and while another model is opened', async () => {
  const uses: boolean[] = [];
  engine.onDidUse(() => uses.push(engine.isInUse));
  engine.start(model('good'));
  await engine.complete(params('x'), never);
  expect(uses).toEqual([true, false]);
  await engine.open(model('other'), undefined, () => expect(engine.isInUse).toBe(true));
  await expect(engine.open(model('bad at last'))).rejects.toMatchObject({ code: 'runtime' });
  expect(engine.isInUse).toBe(false);
});

test('unloading while another model is opened unloads that one, and a completion loads it again', async () => {
  engine.start(model('good'));
  await engine.ready();
  const unloading: Promise<void>[] = [];
  await engine.open(model('other'), undefined, ({ stage }) => {
    if (stage === 'converting') unloading.push(engine.unload());
  });
  await Promise.all(unloading);
  expect(engine.state).toEqual({ kind: 'unloaded', name: 'other' });
  expect(engine.pid).toBeUndefined();
  expect((await engine.complete(params('x'), never)).text).toBe('after x');
  expect(engine.state).toMatchObject({ kind: 'ready', model: { name: 'other' } });
});

test('unloading while a conversion is cancelled leaves nothing open', async () => {
  engine.start(model('good'));
  await engine.ready();
  const controller = new AbortController();
  const unloading: Promise<void>[] = [];
  const opening = engine.open(model('slow'), controller.signal, () => {
    unloading.push(engine.unload());
    controller.abort();
  });
  await expect(opening).rejects.toMatchObject({ code: 'cancelled' });
  await Promise.all(unloading);
  expect(engine.state).toEqual({ kind: 'unloaded', name: 'good' });
  expect(engine.pid).toBeUndefined();
});

test('a model that continues on another device: the state says so, during a completion and after it', async () => {
  engine.start({ ...model('good'), window: 8 });
  await engine.ready();
  expect((await engine.complete(params('lose the GPU'), never)).text).toBe('after lose the GPU');
  const changed = { device: 'wasm', window: 4, notes: ['The GPU was lost.'] };
  expect(engine.state).toMatchObject({ kind: 'ready', model: changed });
  expect(states.filter(({ kind }) => kind === 'generating').at(-1)).toMatchObject({ model: changed });
});

test('opening a model is abandoned for one that the settings name', async () => {
  engine.start(model('good'));
  await engine.ready();
  const opening = engine.open(model('slow'), undefined, () => engine.start(model('other')));
  await expect(opening).rejects.toMatchObject({ code: 'cancelled' });
  expect((await engine.ready()).name).toBe('other');
});

test('sends documents to remember to the open model only', async () => {
  const a = { documents: [{ path: 'a', text: 'one' }], gone: [] };
  const nothing = { documents: [], gone: [] };
  let emptied = 0;
  engine.onDidForgetWorkspace(() => emptied++);
  await expect(engine.remember(a)).rejects.toMatchObject({ code: 'no-model' });
  await expect(engine.forgetWorkspace()).rejects.toMatchObject({ code: 'no-model' });
  engine.start(model('good'));
  await expect(engine.remember(a)).rejects.toMatchObject({ code: 'no-model' });
  await engine.ready();
  expect((await engine.remember(a)).documents).toBe(1);
  expect((await engine.remember({ documents: [{ path: 'b', text: 'two' }], gone: ['a'] })).documents).toBe(1);
  expect(emptied).toBe(0);
  await engine.forgetWorkspace();
  expect(emptied).toBe(1);
  expect((await engine.remember(nothing)).documents).toBe(0);
  kill();
  await become('restarting');
  await expect(engine.remember(a)).rejects.toMatchObject({ code: 'no-model' });
});

test('says when a completion is under way that somebody waits for, and that it has ended, however that was', async () => {
  const awaited: boolean[] = [];
  engine.onDidChangeAwaited(() => awaited.push(engine.isAwaited));
  engine.start(model('good'));
  await engine.complete({ ...params('x'), ahead: true }, never);
  expect(awaited).toEqual([]);
  await engine.complete(params('x'), never);
  expect(awaited).toEqual([true, false]);
  const pending = engine.complete(params('hang'), never);
  await until('the completion', () => engine.isAwaited);
  kill();
  await expect(pending).rejects.toMatchObject({ code: 'engine-gone' });
  expect(engine.isAwaited).toBe(false);
});
