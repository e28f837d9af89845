import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EngineClient } from '../../../engine/index.ts';
import type { LogitBias } from '../../../engine/sampling/options.ts';
import { GREEDY } from '../../../engine/sampling/sampler.ts';
import { defaultModel } from '../../support/defaultModel.ts';
import { engineEntry } from '../../support/paths.ts';

const prompt = 'for (let i = 0; i < items.length; i++) {\n}\nfor (let j = 0; j < items';

describe('sampling options on their way to the engine process', () => {
  const client = new EngineClient({ entry: engineEntry, log: () => {}, onExit() {} });
  let best: number;
  const continued = async (options: object) => {
    const sampling = { ...GREEDY, alternatives: 1, ...options };
    const { tokens } = await client.continueText({ role: 'completion', prompt, maxTokens: 1, sampling });
    return tokens?.[0]?.token as number;
  };
  beforeAll(async () => {
    await client.openModel({ role: 'completion', path: defaultModel, device: 'cpu', threads: 1, window: 256 });
    best = await continued({});
  });
  afterAll(() => client.dispose());

  it.each<[string, (token: number) => LogitBias]>([
    ['as pairs', (token) => [[token, -Infinity]]],
    ['as a map', (token) => new Map([[token, -Infinity]])],
  ])('a bias of −Infinity forbids a token, %s', async (_, bias) => {
    const second = await continued({ logitBias: bias(best) });
    expect(second).not.toBe(best);
    expect(await continued({ logitBias: [...bias(best), ...bias(second)] })).not.toBeOneOf([best, second]);
    const conversation = { system: '', pinned: { text: '', mode: 'off' }, turns: [{ content: [] }] } as const;
    const chat = { conversation, overflow: 'oldest', maxTokens: 1, use: { window: 0 } } as const;
    const first = (await client.chat({ ...chat, sampling: { ...GREEDY, alternatives: 1 } })).tokens?.[0]?.token as number;
    const sampling = { ...GREEDY, alternatives: 1, logitBias: bias(first) };
    expect((await client.chat({ ...chat, sampling })).tokens?.[0]?.token).not.toBe(first);
  });

  it('a bias raises a token, as pairs and as a map', async () => {
    const token = best + 1;
    expect(await continued({ logitBias: [[token, 1e39]] })).toBe(token);
    expect(await continued({ logitBias: new Map([[token, 100]]) })).toBe(token);
  });

  it.each<[string, object, string]>([
    ['logitBias', { logitBias: [[1, Infinity]] }, 'Infinity'],
    ['logitBias', { logitBias: [[1, Number.NaN]] }, 'NaN'],
    ['topK', { topK: Infinity }, '0 for all'],
    ['repetitionWindow', { repetitionPenalty: 2, repetitionWindow: Infinity }, 'Infinity'],
    ['temperature', { temperature: Number.NaN }, 'NaN'],
  ])('a wrong %s is refused as it was given: %o', async (name, options, told) => {
    await expect(continued(options)).rejects.toMatchObject({ code: 'bad-request', message: expect.stringContaining(name) });
    await expect(continued(options)).rejects.toThrow(told);
  });

  it.each([0, -1, Number.NaN, 1.5, Infinity])('maxTokens of %d is refused', async (maxTokens) => {
    const request = { prefix: prompt, suffix: '', path: 'a.ts', maxTokens, multiline: false };
    const conversation = { system: '', pinned: { text: '', mode: 'off' }, turns: [{ content: [] }] } as const;
    const chat = { conversation, overflow: 'oldest', maxTokens, use: { window: 0 } } as const;
    for (const asked of [
      () => client.continueText({ role: 'completion', prompt, maxTokens }),
      () => client.complete(request),
      () => client.candidates({ ...request, count: 3 }),
      () => client.chat(chat),
      () => client.chatCandidates({ ...chat, count: 2 }),
    ]) {
      await expect(asked()).rejects.toMatchObject({ code: 'bad-request', message: expect.stringContaining('maxTokens') });
    }
  });
});
