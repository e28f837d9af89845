import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { defaultModel, defaultTokenizer } from '../support/defaultModel.ts';
import { lowerLlama, openFolder } from '../support/engine.ts';
import { randomLlama, TINY_SHAPES } from '../support/llama.ts';
import { temporaryFolder, writeModelFolder } from '../support/modelFolder.ts';
import { cliEntry, root } from '../support/paths.ts';
import { Random } from '../support/random.ts';
import { readLlama } from '../support/readLlama.ts';
import { divergence, relativeError } from './compare.ts';
import { llamaLogits } from './reference.ts';

const run = promisify(execFile);

/** This process loads only the WebAssembly build; the native library runs in a process of its own. */
describe('WebAssembly and the native library', () => {
  it.each(['MHA, head size 16', 'GQA 4/2, tied head, 3 layers'] as const)(
    'agree, and with the float64 reference: %s',
    async (name) => {
      const llama = randomLlama(TINY_SHAPES[name], 37);
      const tokens = new Random(6).tokens(140, llama.shape.vocabulary);
      const folder = await temporaryFolder();
      const path = join(folder.path, 'model');
      await writeModelFolder(path, llama);

      const wasm = await openFolder(path, { device: 'wasm' });
      expect(wasm.device).toBe('wasm');
      const session = wasm.newSession();
      await session.sync(tokens.slice(0, -1));
      const logits = await session.step(tokens.at(-1) as number);
      await wasm.dispose();

      const args = [
        cliEntry,
        'logits',
        '--model',
        path,
        '--device',
        'cpu',
        '--precision',
        'float32',
        '--tokens',
        tokens.join(),
        '--json',
      ];
      const { stdout } = await run(process.execPath, args);
      const native: number[] = JSON.parse(stdout).logits;
      await folder.remove();

      expect(relativeError(logits, native)).toBeLessThan(1e-4);
      expect(relativeError(logits, llamaLogits(llama, tokens).at(-1) as Float64Array)).toBeLessThan(1e-4);
    },
  );
});

/** The format of large models on WebAssembly. Random weights would show nothing: the effect of rounding depends on trained weights. */
describe('8 bits on WebAssembly', () => {
  it('hardly change the default model’s predictions of code', async () => {
    const model = await readLlama(defaultModel);
    const text = await readFile(join(root, 'test/workspace/src/orders.ts'), 'utf8');
    const tokens = (await defaultTokenizer()).encode(text);
    const format = { kind: 'int8' } as const;
    const runtime = await lowerLlama(
      model,
      { linear: format, head: format, embedding: { kind: 'float32' }, accuracy: 'exact' },
      'wasm',
    );
    const rows = await runtime.run({ ids: tokens, rows: tokens.map((_, row) => row) }, runtime.newCache());
    await runtime.dispose();
    const truth = llamaLogits(model, tokens);
    const moved = rows.map(({ logits }, row) => divergence(logits, truth[row] as Float64Array));
    expect(moved.reduce((sum, value) => sum + value, 0) / moved.length).toBeLessThan(0.01);
  });
});
