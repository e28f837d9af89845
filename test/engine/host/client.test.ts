import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CompleteResult, EngineClient, isPaddockError, type TokenMark, type Turn } from '../../../engine/index.ts';
import { defaultModel } from '../../support/defaultModel.ts';
import { writeDefaultModelAsGguf, writeHollowGguf } from '../../support/ggufModels.ts';
import { LLAMA_1B } from '../../support/llama.ts';
import { engineEntry } from '../../support/paths.ts';
import { folderForEach } from '../../support/testFolders.ts';
import { turn } from '../../support/turn.ts';

const request = { prefix: 'function add(a, b) {\n  return ', suffix: '\n}\n', path: 'add.js', maxTokens: 16, multiline: false };
/** Long enough to be interrupted: sampled at a high temperature, the model does not end. */
const endless = { ...request, maxTokens: 900, multiline: true, sampling: { temperature: 5, topK: 0, topP: 1, seed: 1 } };

describe('EngineClient and the engine process', () => {
  let client: EngineClient;
  let exits: string[];
  let exited: EventTarget;
  const folder = folderForEach();

  beforeEach(() => {
    exits = [];
    exited = new EventTarget();
    client = new EngineClient({
      entry: engineEntry,
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
    expect(info).toMatchObject({ name: 'default', fillInTheMiddle: true, decidesToRefuse: true, device: 'cpu', threads: 1 });
    const pieces: string[] = [];
    const heard: TokenMark[] = [];
    const result = await client.complete(request, undefined, (piece, marks) => {
      pieces.push(piece);
      heard.push(...marks);
    });
    expect(result.text).not.toBe('');
    expect(result.text).not.toContain('\n');
    expect(pieces.join('')).toBe(result.text);
    expect(heard.length).toBeGreaterThan(0);
    expect(heard).toEqual(result.marks.slice(0, heard.length));
    expect(result.confidence).toBeGreaterThan(0);
    expect(result.confidence).toBeLessThanOrEqual(1);
  });

  it('reuses the prompt of the call before', async () => {
    await open();
    // The continuation is unambiguous. A prompt that is run in parts is rounded differently, which could decide between two nearly equal
    // tokens.
    const sure = { ...request, prefix: 'for (let i = 0; i < items.length; i++) {\n}\nfor (let j = 0; j < items' };
    const first = await client.complete(sure);
    expect(first.stats.reusedTokens).toBe(0);
    const second = await client.complete({ ...sure, prefix: `${sure.prefix}.` });
    expect(second.stats.reusedTokens).toBeGreaterThan(first.stats.promptTokens * 0.8);
    const fresh = await client.complete(sure);
    expect(fresh.text).toBe(first.text);
  });

  it('samples the same text from the same seed', async () => {
    await open();
    // Runs of one token and of many are rounded differently; with the prompt in the cache, each of these starts from the same numbers.
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
    const ends = await Promise.allSettled([first, second]);
    expect(ends).toMatchObject([{ reason: { code: 'cancelled' } }, { reason: { code: 'cancelled' } }]);
    expect(pieces).toBeLessThan(200);
    expect((await client.complete(request)).text).not.toBe('');
  });

  it('stopped early, it returns the answer so far, with statistics', async () => {
    await open();
    const enough = new AbortController();
    const pieces: string[] = [];
    const hear = (piece: string) => {
      if (pieces.push(piece) === 3) enough.abort();
    };
    const { text, finish, stats, marks } = await client.complete(endless, undefined, hear, enough.signal);
    expect(finish).toBe('stop');
    expect(text).toBe(pieces.join(''));
    expect(stats.generatedTokens).toBeGreaterThanOrEqual(3);
    expect(stats.generatedTokens).toBeLessThan(200);
    expect(marks).toHaveLength(stats.generatedTokens);
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

  it('reports no exit that was requested', async () => {
    await open();
    client.dispose();
    await expect(client.complete(request)).rejects.toMatchObject({ code: 'engine-gone' });
    expect(exits).toEqual([]);
  });

  it('inspects a file without opening it', async () => {
    await writeDefaultModelAsGguf(join(folder.path, 'foal.gguf'), defaultModel);
    const described = await client.inspectModel(join(folder.path, 'foal.gguf'));
    expect(described).toMatchObject({
      name: 'Little Foal',
      family: 'Llama',
      format: 'GGUF',
      parameters: 7999744,
      contextLength: 4096,
      fillInTheMiddle: true,
      chat: false,
    });
    expect(described.storedAs).toMatchObject({ Q8_0: 57 });
    expect(described.memory.at(-1)).toMatchObject({ window: 4096 });
    expect(described.freeBytes).toBeGreaterThan(0);
    await expect(client.complete(request)).rejects.toMatchObject({ code: 'no-model' });
    await expect(client.inspectModel('/no/such/model')).rejects.toMatchObject({ code: 'model-not-found' });
  });

  it('opens a GGUF file with a smaller window, reports progress, and keeps the conversion', async () => {
    const path = join(folder.path, 'foal.gguf');
    const conversions = join(folder.path, 'conversions');
    await writeDefaultModelAsGguf(path, defaultModel);
    const opening = async () => {
      const stages = new Set<string>();
      const info = await client.openModel({ ...here, path, window: 512, conversions }, undefined, ({ stage, fraction }) => {
        expect(fraction).toBeGreaterThanOrEqual(0);
        expect(fraction).toBeLessThanOrEqual(1);
        stages.add(stage);
      });
      return { info, stages: [...stages] };
    };
    const first = await opening();
    expect(first.info).toMatchObject({ window: 512, contextLength: 4096, family: 'Llama', fillInTheMiddle: true });
    expect(first.stages).toEqual(['reading', 'converting', 'loading']);
    const { text, stats } = await client.complete({ ...request, prefix: `// ${'many words '.repeat(2000)}\n${request.prefix}` });
    expect(text).not.toBe('');
    expect(stats.promptTokens).toBeLessThanOrEqual(512);
    expect((await opening()).stages).not.toContain('converting');
    expect(first.info).toMatchObject({ key: path, weights: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(await client.openModel({ ...here, path, window: 512, conversions, key: 'mine' })).toMatchObject({
      ...{ path, key: 'mine', weights: first.info.weights },
    });
  });

  it('opening that is cancelled while weights are loaded leaves no model open, and another can be opened', async () => {
    await open();
    const controller = new AbortController();
    const opening = client.openModel({ ...here, path: defaultModel, device: 'cpu', window: 256 }, controller.signal, (news) => {
      if (news.stage === 'loading') controller.abort();
    });
    await expect(opening).rejects.toMatchObject({ code: 'cancelled' });
    await expect(client.complete(request)).rejects.toMatchObject({ code: 'no-model' });
    await open();
    expect((await client.complete(request)).text).not.toBe('');
  });

  it('opening can be cancelled; the open model stays open', async () => {
    await open();
    await writeHollowGguf(join(folder.path, 'hollow.gguf'), LLAMA_1B, 'Hollow');
    const controller = new AbortController();
    const params = { ...here, path: join(folder.path, 'hollow.gguf'), conversions: join(folder.path, 'conversions') };
    const opening = client.openModel(params, controller.signal, () => controller.abort());
    await expect(opening).rejects.toMatchObject({ code: 'cancelled' });
    expect((await readdir(join(folder.path, 'conversions'))).filter((name) => name !== 'hashes.json')).toEqual([]);
    expect((await client.complete(request)).text).not.toBe('');
  });

  it('refuses a model that does not fit, and names a window that would', async () => {
    await writeHollowGguf(join(folder.path, 'hollow.gguf'), { ...LLAMA_1B, context: 2 ** 30 }, 'Hollow');
    const error = await client.openModel({ ...here, path: join(folder.path, 'hollow.gguf') }).catch((reason: unknown) => reason);
    if (!isPaddockError(error, 'not-enough-memory')) throw error;
    expect(error.facts.largestWindow).toBeGreaterThan(0);
    expect(error.message).toContain(`A window of ${error.facts.largestWindow} tokens fits`);
  });

  it('keeps a model for each role, and unloads each separately', async () => {
    await open();
    await client.openModel({ ...here, role: 'chat' });
    expect(await client.unloadModel('completion')).toEqual(['chat']);
    await expect(client.complete(request)).rejects.toMatchObject({ code: 'no-model' });
    const chat = { role: 'chat', prompt: request.prefix, maxTokens: 4 } as const;
    expect((await client.continueText(chat)).stats.generatedTokens).toBeGreaterThan(0);
    expect(await client.unloadModel('chat')).toEqual([]);
    await expect(client.continueText(chat)).rejects.toMatchObject({ code: 'no-model' });
    await open();
    expect((await client.complete(request)).text).not.toBe('');
  });

  it('a completion runs before the next token of a chat, and both give the same text as alone', async () => {
    await open();
    await client.openModel({ ...here, role: 'chat' });
    const { sampling } = endless;
    const chat = { role: 'chat', prompt: 'export class Meadow {\n', maxTokens: 300, sampling } as const;
    // With the prompts in the cache, all runs start from the same numbers.
    for (const warm of [client.continueText({ ...chat, maxTokens: 1 }), client.complete(request)]) await warm;
    const alone = [await client.continueText(chat), await client.complete(request)] as const;
    const order: string[] = [];
    let completion: Promise<CompleteResult> | undefined;
    const chatting = client.continueText(chat, undefined, () => {
      if (order.push('chat') === 3) {
        completion = client.complete(request);
        void completion.then(() => order.push('completion'));
      }
    });
    const chatted = await chatting;
    expect((await completion)?.text).toBe(alone[1].text);
    expect(chatted.text).toBe(alone[0].text);
    const place = order.indexOf('completion');
    expect(place).toBeGreaterThan(2);
    expect(place).toBeLessThan(order.length - 50);
  });

  it('a chat gives way until that is cancelled, and gives the same text as alone', async () => {
    await client.openModel({ ...here, role: 'chat' });
    const chat = { role: 'chat', prompt: 'export class Meadow {\n', maxTokens: 200, sampling: endless.sampling } as const;
    await client.continueText({ ...chat, maxTokens: 1 }); // with the prompt in the cache, both runs start from the same numbers
    const alone = await client.continueText(chat);
    const way = new AbortController();
    const order: string[] = [];
    let given: Promise<unknown> | undefined;
    const chatting = client.continueText(chat, undefined, () => {
      if (order.push('piece') !== 3) return;
      given = client.giveWay(way.signal).then(() => order.push('went on'));
      setTimeout(() => way.abort(), 300); // in which all of it would have come
    });
    expect((await chatting).text).toBe(alone.text);
    await given;
    const place = order.indexOf('went on');
    expect(place).toBeGreaterThan(2);
    expect(place).toBeLessThan(order.length - 50);
  });

  it('of a growing conversation, only what is new is sent, and all of it is counted', async () => {
    await open();
    const taken = async (...turns: readonly Turn[]) => {
      const conversation = { system: '', pinned: { text: '', mode: 'off' }, turns } as const;
      return (await client.planChat({ conversation, overflow: 'oldest', maxTokens: 8, use: { window: 0 } })).promptTokens;
    };
    const first = turn('What is a fence?', 'A row of posts.');
    const asked = await taken(first, turn('And a gate?'));
    const longer = await taken(first, turn('And a gate in it?'));
    expect(longer).toBeGreaterThan(asked);
    expect(await taken(turn('What is a fence?', 'A row of posts.'), turn('And a gate in it?'))).toBe(longer);
    expect(await taken(first, turn('And a gate?'))).toBe(asked);
  });

  it('runs on WebAssembly', async () => {
    const info = await client.openModel({ ...here, device: 'wasm' });
    expect(info.device).toBe('wasm');
    expect((await client.complete(request)).text).not.toBe('');
  });
});
