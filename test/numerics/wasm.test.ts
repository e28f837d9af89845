import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { openFolder } from '../support/engine.ts';
import { type LlamaShape, randomLlama, TINY_SHAPES } from '../support/llama.ts';
import { temporaryFolder, writeModelFolder } from '../support/modelFolder.ts';
import { Random } from '../support/random.ts';
import { relativeError } from './compare.ts';
import { ReferenceLlama } from './reference.ts';

const cli = fileURLToPath(new URL('../../engine/host/cli.ts', import.meta.url));
const run = promisify(execFile);

/** This process loads the WebAssembly build only; the native library answers from a process of its own. */
describe('WebAssembly and the native library', () => {
  it.each(['MHA, head size 16', 'GQA 4/2, tied head, 3 layers'])('agree, and with the float64 reference: %s', async (name) => {
    const llama = randomLlama(TINY_SHAPES[name] as LlamaShape, 37);
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
      cli,
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
    expect(relativeError(logits, ReferenceLlama.logits(llama, tokens).at(-1) as Float64Array)).toBeLessThan(1e-4);
  });
});
