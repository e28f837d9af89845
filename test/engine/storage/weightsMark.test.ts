import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { weightsMark } from '../../../engine/storage/weightsMark.ts';
import { folderForEach } from '../../support/testFolders.ts';

const folder = folderForEach();

/** A file of weights; with another seed every number differs. */
async function weights(path: string, seed: number, size = 300_000): Promise<string> {
  await writeFile(
    path,
    Uint8Array.from({ length: size }, (_, i) => (i * 31 + seed * 7) & 255),
  );
  return path;
}

it('is the same for the same weights in any place, and differs for other weights of the same shape', async () => {
  const marks: string[] = [];
  for (const [place, seed] of [
    ['0.1', 1],
    ['0.2', 1],
    ['0.3', 2],
  ] as const) {
    const path = join(folder.path, place);
    await mkdir(path);
    await writeFile(join(path, 'config.json'), `{"version": "${place}"}`);
    await weights(join(path, 'model.safetensors'), seed);
    marks.push(await weightsMark(path));
  }
  const [first, moved, trained] = marks;
  expect(first).toMatch(/^[0-9a-f]{32}$/);
  expect(moved).toBe(first);
  expect(trained).not.toBe(first);
});

it('is the same whatever preference heads lie beside the weights', async () => {
  await weights(join(folder.path, 'model.safetensors'), 1);
  const marks = [await weightsMark(folder.path)];
  for (const seed of [2, 3]) {
    await weights(join(folder.path, 'preference.safetensors'), seed, 2_000);
    marks.push(await weightsMark(folder.path));
  }
  await weights(join(folder.path, 'adapter.safetensors'), 4);
  const other = await weightsMark(folder.path);
  expect(new Set(marks).size).toBe(1);
  expect(marks).not.toContain(other);
});

it('differs for a longer file, and for one with another middle or end', async () => {
  const path = await weights(join(folder.path, 'a.gguf'), 1);
  const bytes = await readFile(path);
  const changed = async (at: number) => {
    const other = Uint8Array.from(bytes);
    other.fill(0, at, at + 40_000);
    await writeFile(path, other);
    return weightsMark(path);
  };
  const marks = [await weightsMark(path), await changed(260_000), await changed(130_000)];
  await writeFile(path, Buffer.concat([bytes, Buffer.of(0)]));
  marks.push(await weightsMark(path));
  expect(new Set(marks).size).toBe(4);
});

it('works for files shorter than one of the places it reads', async () => {
  const [a, b] = [await weights(join(folder.path, 'a.gguf'), 1, 10), await weights(join(folder.path, 'b.gguf'), 2, 10)];
  expect(await weightsMark(a)).not.toBe(await weightsMark(b));
});

it('skips files that it cannot read, since the model may open all the same', async () => {
  const marked = async (name: string) => {
    const path = join(folder.path, name);
    await mkdir(join(path, 'cache.bin'), { recursive: true });
    await weights(join(path, 'model.safetensors'), name.length);
    return weightsMark(path);
  };
  expect(await marked('one')).not.toBe(await marked('three'));
  expect(await weightsMark(join(folder.path, 'none.gguf'))).toMatch(/^[0-9a-f]{32}$/);
});

describe('of a folder with ONNX graphs', () => {
  const files = [
    'onnx/model_q4.onnx',
    'onnx/model_q4.onnx_data',
    'onnx/model_q4.onnx_data_1',
    'onnx/other.weights',
    'model.onnx_data_1',
  ];

  it.each(files)('differs for other weights in %s', async (name) => {
    const marks: string[] = [];
    for (const seed of [1, 2]) {
      const path = join(folder.path, String(seed));
      await mkdir(join(path, 'onnx'), { recursive: true });
      for (const each of files) await weights(join(path, each), each === name ? seed : 0);
      marks.push(await weightsMark(path));
    }
    expect(marks[0]).not.toBe(marks[1]);
  });

  it('differs for another graph beside weights in the format of PyTorch, which are not read', async () => {
    await mkdir(join(folder.path, 'onnx'));
    await weights(join(folder.path, 'pytorch_model.bin'), 1);
    const marks: string[] = [];
    for (const seed of [1, 2]) {
      await weights(join(folder.path, 'onnx', 'model.onnx'), seed);
      marks.push(await weightsMark(folder.path));
    }
    expect(marks[0]).not.toBe(marks[1]);
  });
});

it('stays what it was for a folder with safetensors or GGUF and for a file, since what is stored about models is found by it', async () => {
  await mkdir(join(folder.path, 'onnx'));
  await weights(join(folder.path, 'model.safetensors'), 1);
  await weights(join(folder.path, 'onnx', 'model.onnx'), 2);
  await weights(join(folder.path, 'onnx.onnx_data_1'), 3);
  expect(await weightsMark(folder.path)).toBe('5a55564438642224ba477f605b9fabba');
  expect(await weightsMark(join(folder.path, 'model.safetensors'))).toBe('5a55564438642224ba477f605b9fabba');
  await weights(join(folder.path, 'small.gguf'), 4);
  await weights(join(folder.path, 'pytorch_model.bin'), 5);
  expect(await weightsMark(folder.path)).toBe('82e6776eb38512adbf671c5ac488bebb');
  expect(await weightsMark(join(folder.path, 'small.gguf'))).toBe('cc948b346fe5920bc091ccd85888bff3');
});

it.each(['config.json', 'README.md', 'onnx/model.onnx'])('of %s is that of the folder it stands for', async (name) => {
  await mkdir(join(folder.path, 'onnx'));
  for (const each of ['config.json', 'README.md']) await writeFile(join(folder.path, each), '{}');
  await weights(join(folder.path, 'onnx', 'model.onnx'), 1);
  await weights(join(folder.path, 'onnx', 'model.onnx_data'), 2);
  expect(await weightsMark(join(folder.path, name))).toBe(await weightsMark(folder.path));
});
