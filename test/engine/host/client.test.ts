import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EngineClient, isPaddockError } from '../../../engine/index.ts';
import { defaultModel } from '../defaultModel.ts';

const entry = fileURLToPath(new URL('../../../engine/host/process.ts', import.meta.url));
const request = { prefix: 'function add(a, b) {\n  return ', suffix: '\n}\n', path: 'add.js', maxTokens: 16, multiline: false };
/** Long enough to be interrupted: sampled at a high temperature the model does not come to an end. */
const endless = { ...request, maxTokens: 900, multiline: true, sampling: { temperature: 5, topK: 0, topP: 1, seed: 1 } };

describe('EngineClient and the engine process', () => {
  let client: EngineClient;
  let exits: string[];
  let exited: EventTarget;

  beforeEach(() => {
    exits = [];
    exited = new EventTarget();
    client = new EngineClient({
      entry,
      log: () => {},
      onExit(reason) {
        exits.push(reason);
        exited.dispatchEvent(new Event('exit'));
      },
    });
  });
  afterEach(() => client.dispose());

  const here = { role: 'completion', path: defaultModel, device: 'auto', threads: 1, window: 0 } as const;
  const open = () => client.openModel(here);

  it('opens the default model and completes', async () => {
    const info = await open();
    expect(info).toMatchObject({ name: 'default', fillInTheMiddle: true, device: 'cpu', threads: 1 });
    const pieces: string[] = [];
    const result = await client.complete(request, undefined, (piece) => pieces.push(piece));
    expect(result.text).not.toBe('');
    expect(result.text).not.toContain('\n');
    expect(pieces.join('')).toBe(result.text);
    expect(result.confidence).toBeGreaterThan(0);
    expect(result.confidence).toBeLessThanOrEqual(1);
  });

  it('reuses the prompt of the call before', async () => {
    await open();
    const first = await client.complete(request);
    expect(first.stats.reusedTokens).toBe(0);
    const second = await client.complete({ ...request, prefix: `${request.prefix}a` });
    expect(second.stats.reusedTokens).toBeGreaterThan(first.stats.promptTokens * 0.8);
    const fresh = await client.complete(request);
    expect(fresh.text).toBe(first.text);
  });

  it('samples the same text from the same seed', async () => {
    await open();
    // Runs of one token and of many round differently; with the prompt in the cache each of these starts from the same numbers.
    await client.complete(request);
    const sample = (seed: number) =>
      client.complete({ ...request, multiline: true, sampling: { temperature: 1.5, topK: 0, topP: 1, seed } });
    const [one, again, other] = [await sample(7), await sample(7), await sample(8)];
    expect(again.text).toBe(one.text);
    expect(other.text).not.toBe(one.text);
  });

  it('fails with a typed error without a model, and for a folder that is not there', async () => {
    await expect(client.complete(request)).rejects.toMatchObject({ code: 'no-model' });
    await expect(client.openModel({ ...here, path: '/no/such/model' })).rejects.toMatchObject({
      code: 'model-not-found',
      message: expect.stringContaining('/no/such/model'),
    });
  });

  it('cancels a running completion and a waiting one, and goes on', async () => {
    await open();
    const running = new AbortController();
    const waiting = new AbortController();
    let pieces = 0;
    const first = client.complete(endless, running.signal, () => {
      pieces++;
      waiting.abort();
      running.abort();
    });
    const second = client.complete(endless, waiting.signal);
    await expect(first).rejects.toMatchObject({ code: 'cancelled' });
    await expect(second).rejects.toMatchObject({ code: 'cancelled' });
    expect(pieces).toBeLessThan(200);
    expect((await client.complete(request)).text).not.toBe('');
  });

  it('fails what waits with engine-gone when the process is killed', async () => {
    await open();
    const error = await client
      .complete(endless, undefined, () => process.kill(client.pid as number, 'SIGKILL'))
      .catch((reason: unknown) => reason);
    expect(isPaddockError(error, 'engine-gone')).toBe(true);
    if (exits.length === 0) await once(exited, 'exit');
    expect(exits).toEqual(['ended by SIGKILL']);
    await expect(client.complete(request)).rejects.toMatchObject({ code: 'engine-gone' });
  });

  it('tells nobody of an end it was asked for', async () => {
    await open();
    client.dispose();
    await expect(client.complete(request)).rejects.toMatchObject({ code: 'engine-gone' });
    expect(exits).toEqual([]);
  });

  it('runs on WebAssembly', async () => {
    const info = await client.openModel({ ...here, device: 'wasm' });
    expect(info.device).toBe('wasm');
    expect((await client.complete(request)).text).not.toBe('');
  });
});
