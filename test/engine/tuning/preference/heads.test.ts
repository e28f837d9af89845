import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPreferencePrior } from '../../../../engine/storage/preferencePrior.ts';
import { FEATURES, FIRST_OF_STATE } from '../../../../engine/tuning/preference/features.ts';
import { HEADS, isHeads, scoresOf } from '../../../../engine/tuning/preference/heads.ts';
import { defaultModel } from '../../../support/defaultModel.ts';
import { encodeSafetensors } from '../../../support/safetensors.ts';

interface Golden {
  readonly cases: readonly { readonly features: readonly number[]; readonly helpful: number; readonly safe: number }[];
}
const here = fileURLToPath(new URL('.', import.meta.url));
const golden = JSON.parse(readFileSync(join(here, 'features.json'), 'utf8')) as Golden;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'paddock-prior-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A file of heads in a folder of its own, with changed tensors or metadata. */
async function written(
  name: string,
  changed: { readonly tensors?: Readonly<Record<string, readonly number[]>>; readonly said?: Readonly<Record<string, string>> },
): Promise<string> {
  const size = FEATURES.length;
  const ones = new Array<number>(size).fill(1);
  const named = { mean: ones, scale: ones, 'helpful.weight': ones, 'safe.weight': ones, 'helpful.bias': [0], 'safe.bias': [0] };
  const tensors = Object.entries({ ...named, ...changed.tensors })
    .filter(([, values]) => values.length > 0)
    .map(([key, values]) => [key, { shape: [values.length], data: Float32Array.from(values) }] as const);
  const said = { format: 'paddock-preference 1', features: JSON.stringify(FEATURES), unsafe_below: '0.15', ...changed.said };
  const bytes = withMetadata(encodeSafetensors(new Map(tensors)), said);
  const path = join(folder, name);
  await mkdir(path);
  await writeFile(join(path, 'preference.safetensors'), bytes);
  return path;
}

function withMetadata(file: Uint8Array, metadata: Readonly<Record<string, string>>): Uint8Array {
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length))) as object;
  const text = Buffer.from(JSON.stringify({ ...header, __metadata__: metadata }));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([size, text, file.subarray(8 + length)]);
}

describe('the prior', () => {
  it('gives the scores of the Python code that writes it', async () => {
    const { heads, modelSha256, of } = await findPreferencePrior(here, defaultModel);
    expect(of).toBe('model');
    expect(modelSha256).toBe('0'.repeat(64));
    expect(heads.unsafeBelow).toBe(0.15);
    for (const { features, helpful, safe } of golden.cases) {
      const scores = scoresOf(heads, features);
      expect(scores.helpful).toBeCloseTo(helpful, 4); // float32 there
      expect(scores.safe).toBeCloseTo(safe, 4);
    }
  });

  it('comes with the default model', async () => {
    const { heads, of, modelSha256 } = await findPreferencePrior(defaultModel, '/nowhere');
    expect(of).toBe('model');
    const weights = createHash('sha256').update(readFileSync(join(defaultModel, 'model.safetensors')));
    expect(modelSha256).toBe(weights.digest('hex')); // it was fitted on the weights that ship
    expect(isHeads(JSON.parse(JSON.stringify(heads)))).toBe(true);
    // The clearest cases for each head: broken code is not helpful, dangerous calls are not safe.
    expect(heads.helpful.weight[FEATURES.indexOf('imbalance')]).toBeLessThan(0);
    expect(heads.safe.weight[FEATURES.indexOf('dangerous')]).toBeLessThan(0);
  });

  it('of the default model serves models without one, without the hidden state, and says so', async () => {
    const { heads } = await findPreferencePrior(defaultModel, '/nowhere');
    for (const other of [folder, join(folder, 'model.gguf')]) {
      const found = await findPreferencePrior(other, defaultModel);
      expect(found.of).toBe('default');
      for (const name of HEADS) {
        const [own, others] = [heads[name], found.heads[name]];
        expect(others.weight.slice(0, FIRST_OF_STATE)).toEqual(own.weight.slice(0, FIRST_OF_STATE));
        expect(new Set(others.weight.slice(FIRST_OF_STATE))).toEqual(new Set([0]));
        expect(own.weight.slice(FIRST_OF_STATE)).not.toContain(0);
        expect(others.bias).toBe(own.bias);
      }
    }
  });

  it('that is damaged, of another format or of other features is refused, not replaced', async () => {
    const refused = async (code: string, words: RegExp, name: string, changed: Parameters<typeof written>[1]) => {
      const found = findPreferencePrior(await written(name, changed), defaultModel);
      await expect(found).rejects.toMatchObject({ code, message: expect.stringMatching(words) });
    };
    await expect(findPreferencePrior(await written('right', {}), '/nowhere')).resolves.toMatchObject({ of: 'model' });
    await refused('unsupported-model', /other features/, 'other', {
      said: { features: JSON.stringify([...FEATURES].reverse()) },
    });
    await refused('unsupported-model', /other features/, 'none', { said: { features: 'no list' } });
    await refused('bad-model', /its format is "x"/, 'format', { said: { format: 'x' } });
    await refused('bad-model', /unsafe/, 'share', { said: { unsafe_below: 'low' } });
    await refused('bad-model', new RegExp(`"safe.weight" is \\[2\\] instead of \\[${FEATURES.length}\\]`), 'short', {
      tensors: { 'safe.weight': [1, 2] },
    });
    await refused('bad-model', /no "helpful.bias"/, 'missing', { tensors: { 'helpful.bias': [] } });
    await refused('bad-model', /not numbers/, 'nan', { tensors: { 'helpful.bias': [Number.NaN] } });
    await refused('bad-model', /scale/, 'zero', { tensors: { scale: FEATURES.map(() => 0) } });
    const cut = await written('cut', {});
    await writeFile(join(cut, 'preference.safetensors'), readFileSync(join(here, 'preference.safetensors')).subarray(0, 900));
    await expect(findPreferencePrior(cut, defaultModel)).rejects.toMatchObject({ code: 'bad-model' });
    await expect(findPreferencePrior(folder, folder)).rejects.toMatchObject({ code: 'model-not-found' });
  });
});

describe('heads that were kept', () => {
  it('are used only if every number is there', async () => {
    const { heads } = await findPreferencePrior(here, defaultModel);
    const wrong = [
      null,
      {},
      { ...heads, mean: heads.mean.slice(1) },
      { ...heads, scale: heads.scale.map(() => 0) },
      { ...heads, helpful: { weight: heads.helpful.weight } },
      { ...heads, safe: { ...heads.safe, weight: heads.safe.weight.map(() => null) } },
      { ...heads, unsafeBelow: 2 },
    ];
    expect(isHeads(heads)).toBe(true);
    for (const value of wrong) expect(isHeads(value)).toBe(false);
  });
});
