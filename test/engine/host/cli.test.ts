import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultModel } from '../defaultModel.ts';

const cli = fileURLToPath(new URL('../../../engine/host/cli.ts', import.meta.url));
const run = promisify(execFile);

describe('paddock', () => {
  let folder: string;
  let file: string;
  const paddock = async (...args: string[]) => (await run(process.execPath, [cli, ...args], { maxBuffer: 2 ** 26 })).stdout;
  const failure = async (...args: string[]) => {
    const error = await paddock(...args).then(
      () => undefined,
      (reason: { code: number; stderr: string }) => reason,
    );
    return { code: error?.code, stderr: error?.stderr ?? '' };
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'paddock-cli-'));
    file = join(folder, 'add.js');
    await writeFile(file, 'function add(a, b) {\n  return \n}\n');
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('completes at a cursor', async () => {
    const result = JSON.parse(await paddock('complete', file, '--line', '2', '--column', '10', '--json'));
    expect(result.text).not.toBe('');
    expect(result.stats.generatedTokens).toBeGreaterThan(0);
  });

  it('prints a full row of logits, the same for native float32 and WebAssembly within rounding', async () => {
    const native = JSON.parse(await paddock('logits', '--model', defaultModel, '--tokens', '1,20,300', '--json'));
    const wasm = JSON.parse(await paddock('logits', '--tokens', '1,20,300', '--device', 'wasm', '--json'));
    expect(native.logits).toHaveLength(8192);
    const largest = Math.max(...native.logits.map(Math.abs));
    for (const [i, value] of native.logits.entries()) expect(Math.abs(value - wasm.logits[i])).toBeLessThan(1e-4 * largest);
  });

  it('needs no tokenizer for logits', async () => {
    const bare = join(folder, 'bare');
    await mkdir(bare);
    for (const name of ['config.json', 'model.safetensors']) await symlink(join(defaultModel, name), join(bare, name));
    const { logits } = JSON.parse(await paddock('logits', '--model', bare, '--tokens', '1', '--json'));
    expect(logits).toHaveLength(8192);
    expect((await failure('perplexity', '--model', bare, file)).stderr).toContain('tokenizer.json is missing');
  });

  it('measures bits per byte over all files', async () => {
    const once = JSON.parse(await paddock('perplexity', file, '--json'));
    const twice = JSON.parse(await paddock('perplexity', file, file, '--json'));
    expect(once.bitsPerByte).toBeGreaterThan(0);
    expect(once.bitsPerByte).toBeLessThan(8);
    expect(twice.bytes).toBe(2 * once.bytes);
    expect(twice.bitsPerByte).toBeCloseTo(once.bitsPerByte, 6);
  });

  it('tokenizes and inspects', async () => {
    const { tokens, pieces } = JSON.parse(await paddock('tokenize', file, '--json'));
    expect(tokens).toHaveLength(pieces.length);
    expect(pieces.join('')).toContain('function');
    expect(JSON.parse(await paddock('inspect', defaultModel, '--json'))).toMatchObject({ family: 'llama', parameters: 7999744 });
  });

  it('says what is wrong, on one line, and exits with 1', async () => {
    for (const [args, words] of [
      [['complete', file, '--line', '9', '--column', '1'], 'no line 9'],
      [['complete', file, '--line', '1', '--column', '99'], 'no column 99'],
      [['complete', join(folder, 'none.js'), '--line', '1', '--column', '1'], 'none.js cannot be read'],
      [['complete', file, '--line', '0', '--column', '1'], 'It must be 1 or more'],
      [['logits', '--tokens', '1,99999'], '99999 is not a token'],
      [['logits', '--tokens', '1,x'], 'whole number'],
      [['inspect', folder], 'config.json is missing'],
    ] as const) {
      const { code, stderr } = await failure(...args);
      expect(code).toBe(1);
      expect(stderr).toContain(words);
      expect(stderr).not.toContain('    at ');
    }
  });
});
