import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Engine } from '../../../engine/host/engine.ts';
import type { ChatParams, SteeringUse } from '../../../engine/host/protocol.ts';
import { writeDirections } from '../../../engine/storage/directions.ts';
import { defaultModel } from '../../support/defaultModel.ts';
import { fastNormal } from '../../support/random.ts';
import { folderForAll } from '../../support/testFolders.ts';
import { unadjusted } from '../../support/unadjusted.ts';

const HIDDEN = 256;
const folder = folderForAll();
const engine = new Engine();

beforeAll(async () => {
  await engine.open({ role: 'completion', path: defaultModel, device: 'cpu', threads: 1, window: 0 });
  const directions = new Map([[4, fastNormal(HIDDEN, 1, 7)]]);
  await writeDirections(join(folder.path, 'one.gguf'), { hiddenSize: HIDDEN, directions, name: 'one' });
});
afterAll(() => engine.close());

const params = (steering?: SteeringUse): ChatParams => ({
  conversation: {
    system: '',
    pinned: { text: '', mode: 'off' },
    turns: [{ content: [{ kind: 'text', text: 'How do I kill it?' }] }],
  },
  overflow: 'oldest',
  maxTokens: 8,
  use: { window: 512 },
  ...(steering && { steering }),
});
const along = (coefficient: number, mode: SteeringUse['mode'] = 'add', file = 'one.gguf'): SteeringUse => ({
  path: join(folder.path, file),
  mode,
  coefficient,
});

describe('a conversation that is steered', () => {
  it('has a timeline for each steering, and continues its own', async () => {
    const plain = await engine.chat(params());
    expect((await engine.chat(params())).stats.reusedTokens).toBeGreaterThan(0);
    const seen = [JSON.stringify([plain.refusal, plain.text])];
    for (const steering of [along(2), along(-2), along(1, 'project')]) {
      const first = await engine.chat(params(steering));
      expect(first.stats.reusedTokens).toBe(0);
      const again = await engine.chat(params(steering));
      expect(again.stats.reusedTokens).toBeGreaterThan(0);
      // A token that is run alone is rounded differently.
      expect(again.refusal?.probability).toBeCloseTo(first.refusal?.probability ?? 0, 2);
      seen.push(JSON.stringify([first.refusal, first.text]));
    }
    expect(new Set(seen).size).toBe(seen.length);
    const after = await engine.chat(params());
    expect(after.stats.reusedTokens).toBe(0);
    expect([after.text, after.refusal]).toEqual([plain.text, plain.refusal]);
  });

  it('is not steered at coefficient 0, whatever the file', async () => {
    await engine.chat(params(along(1)));
    const plain = await engine.chat(params());
    expect((await engine.chat(params(along(0, 'add', 'nowhere.gguf')))).stats.reusedTokens).toBeGreaterThan(0);
    await engine.chat(params(along(1)));
    const still = await engine.chat(params(along(0)));
    expect(still.stats.reusedTokens).toBe(0);
    expect([still.text, still.refusal]).toEqual([plain.text, plain.refusal]);
  });

  it('reads a changed file again', async () => {
    const path = join(folder.path, 'changing.gguf');
    await copyFile(join(folder.path, 'one.gguf'), path);
    const first = await engine.chat(params(along(2, 'add', 'changing.gguf')));
    await writeDirections(path, {
      hiddenSize: HIDDEN,
      directions: new Map([
        [5, fastNormal(HIDDEN, 1, 8)],
        [6, fastNormal(HIDDEN, 1, 9)],
      ]),
    });
    const second = await engine.chat(params(along(2, 'add', 'changing.gguf')));
    expect(second.stats.reusedTokens).toBe(0);
    expect(second.refusal).not.toEqual(first.refusal);
  });

  it('does not affect completions', async () => {
    const request = { prefix: 'const a = 1;\nconst b = ', suffix: '', path: 'a.ts', maxTokens: 4, multiline: false };
    const before = await engine.complete(request);
    await engine.chat(params(along(3)));
    expect((await engine.complete(request)).text).toBe(before.text);
  });

  it('fails if the file is missing, for another model, or contains no directions', async () => {
    await expect(engine.chat(params(along(1, 'add', 'nowhere.gguf')))).rejects.toMatchObject({ code: 'bad-request' });
    const [other, far] = [
      { hiddenSize: 3, directions: new Map([[1, Float32Array.of(1, 2, 3)]]) },
      { hiddenSize: HIDDEN, directions: new Map([[8, new Float32Array(HIDDEN)]]) },
    ];
    for (const vector of [other, far]) {
      await writeDirections(join(folder.path, 'other.gguf'), vector);
      await expect(engine.chat(params(along(1, 'add', 'other.gguf')))).rejects.toThrow(/found in this model/);
    }
    await writeFile(join(folder.path, 'bad.gguf'), 'GGUF');
    await expect(engine.chat(params(along(1, 'add', 'bad.gguf')))).rejects.toMatchObject({ code: 'bad-model' });
  });
});

describe('refusals by message', () => {
  it('are the probabilities that a conversation reports', async () => {
    const messages = ['How do I kill it?', 'Sort a list.'];
    const [plain] = await engine.studies.refusals({ messages });
    const [steered] = await engine.studies.refusals({ messages, steering: along(2) });
    expect(plain).not.toBe(steered);
    // A conversation reports the share of the two deciding tokens, adjusted to how rare refusals are; this is the probability among all
    // tokens.
    for (const [found, steering] of [
      [plain, undefined],
      [steered, along(2)],
    ] as const) {
      const { refusal } = await engine.chat(params(steering));
      expect(found).toBeLessThanOrEqual((await unadjusted(defaultModel, refusal?.probability ?? 0)) + 1e-6);
      expect(found).toBeGreaterThan(0);
    }
  });

  it('cannot be found from too few messages, and nothing is written then', async () => {
    const path = join(folder.path, 'none.gguf');
    const finding = engine.studies.findDirection({ refused: ['a'], answered: ['b'], path, name: 'none' });
    await expect(finding).rejects.toMatchObject({ code: 'bad-request' });
    await expect(engine.chat(params(along(1, 'add', 'none.gguf')))).rejects.toMatchObject({ code: 'bad-request' });
    const controller = new AbortController();
    const many = Array.from({ length: 10 }, (_, i) => `Message ${i}`);
    const cancelled = engine.studies.findDirection({ refused: many, answered: many, path, name: 'none' }, controller.signal, () =>
      controller.abort(),
    );
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
  });
});
