import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CompleteParams, OpenModelParams } from '../../engine/index.ts';
import type { EngineState } from '../../extension/engineState.ts';
import { EngineSupervisor } from '../../extension/engineSupervisor.ts';
import { RestartPolicy } from '../../extension/restartPolicy.ts';

const entry = fileURLToPath(new URL('fixtureEngine.ts', import.meta.url));
const model = (folder: string): OpenModelParams => ({ folder, device: 'auto', threads: 1 });
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

test('opens the model, completes, and says what it does meanwhile', async () => {
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
  expect(await become('failed')).toEqual({ kind: 'failed', reason: 'bad: is no model. Choose another.' });
  expect(engine.pid).toBeUndefined();
  await expect(engine.complete(params('x'), never)).rejects.toMatchObject({ code: 'no-model' });
  expect(kinds()).toEqual(['loading', 'failed']);
  engine.start(model('good'));
  expect((await engine.ready()).name).toBe('good');
});

test('an engine that dies again and again is given up, with words on what to do', async () => {
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

test('stop ends the process and everything that waits', async () => {
  engine.start(model('good'));
  const pending = engine.complete(params('hang'), never);
  await become('generating');
  engine.stop();
  await expect(pending).rejects.toMatchObject({ code: 'engine-gone' });
  expect(engine.pid).toBeUndefined();
  expect(kinds().at(-1)).toBe('off');
  await expect(engine.ready()).rejects.toMatchObject({ code: 'no-model' });
});

test('an engine file that is not there fails instead of waiting for ever', async () => {
  const missing = supervisor(`${entry}.missing`);
  missing.start(model('good'));
  await expect(missing.ready()).rejects.toMatchObject({ code: 'no-model' });
  missing.dispose();
});
