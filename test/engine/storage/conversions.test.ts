import { fork } from 'node:child_process';
import { chmod, copyFile, mkdir, readdir, readFile, rename, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import type { DecoderGraph } from '../../../engine/graph/building.ts';
import { WeightPlan } from '../../../engine/graph/weightPlan.ts';
import type { WeightSource } from '../../../engine/model/weights.ts';
import { FolderConversions } from '../../../engine/storage/conversions.ts';
import { openNodeFile } from '../../../engine/storage/nodeFolder.ts';
import { measureConversion } from '../../numerics/memory.ts';
import { writeHollowGguf } from '../../support/ggufModels.ts';
import { TINY_SHAPES } from '../../support/llama.ts';
import { folderForEach } from '../../support/testFolders.ts';

const SLABS = 4;
const SLAB_BYTES = 10_000;

const folder = folderForEach();
let store: string;
let model: string;
beforeEach(async () => {
  store = join(folder.path, 'conversions');
  model = join(folder.path, 'model.gguf');
  await writeFile(model, 'what the model is made of');
});

/** A graph with weights of a few slabs, which counts how often they are written. */
function graphOf(
  name = 'graph',
  onSlab: (slab: number) => void | Promise<void> = () => {},
): DecoderGraph & { written: () => number } {
  const weights = new WeightPlan();
  const offset = weights.reserve(SLABS * SLAB_BYTES);
  let written = 0;
  weights.add(async (write) => {
    for (let slab = 0; slab < SLABS; slab++) {
      await onSlab(slab);
      await write(offset + slab * SLAB_BYTES, new Uint8Array(SLAB_BYTES).fill(1 + slab));
    }
    written++;
  });
  return { model: Buffer.from(name), weights, rounded: [], written: () => written };
}

async function convert(
  graph: DecoderGraph,
  path = model,
  options: { signal?: AbortSignal; budget?: number } = {},
): Promise<string> {
  const file = await openNodeFile(path);
  try {
    const source = { files: [file] } as unknown as WeightSource;
    const image = await new FolderConversions(store, options.budget).convert(source, graph, { signal: options.signal });
    if (image.kind !== 'file') throw new Error('Not in a file.');
    return image.path;
  } finally {
    await file.close();
  }
}

const conversions = async () => (await readdir(store)).filter((name) => !name.startsWith('hashes.json'));
const expected = Buffer.concat(Array.from({ length: SLABS }, (_, slab) => Buffer.alloc(SLAB_BYTES, 1 + slab)));

async function expectWhole(path: string, name = 'graph'): Promise<void> {
  expect(await readFile(path, 'utf8')).toBe(name);
  expect((await readFile(join(path, '..', 'weights.bin'))).equals(expected)).toBe(true);
}

describe('a conversion', () => {
  it('is made once and found again', async () => {
    const graph = graphOf();
    const path = await convert(graph);
    await expectWhole(path);
    expect(await convert(graph)).toBe(path);
    expect(graph.written()).toBe(1);
    expect(await conversions()).toHaveLength(1);
  });

  it('is known by content: a file that moved finds it, one that changed does not', async () => {
    const graph = graphOf();
    const path = await convert(graph);
    const moved = join(folder.path, 'renamed.gguf');
    await rename(model, moved);
    expect(await convert(graph, moved)).toBe(path);
    await copyFile(moved, model);
    expect(await convert(graph)).toBe(path);
    expect(graph.written()).toBe(1);
    await writeFile(model, 'What the model is made of');
    expect(await convert(graph)).not.toBe(path);
    expect(graph.written()).toBe(2);
  });

  it('is made anew for another graph', async () => {
    const [one, other] = [await convert(graphOf('one')), await convert(graphOf('other'))];
    expect(one).not.toBe(other);
    await expectWhole(one, 'one');
    await expectWhole(other, 'other');
  });

  it('that is cancelled halfway leaves no files', async () => {
    const cancel = new AbortController();
    const graph = graphOf('graph', (slab) => {
      if (slab === 2) cancel.abort();
    });
    await expect(convert(graph, model, { signal: cancel.signal })).rejects.toMatchObject({ code: 'cancelled' });
    expect(await conversions()).toEqual([]);
    await expect(convert(graphOf(), model, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('that fails halfway leaves no files, and the error names the folder', async () => {
    const full = graphOf('graph', (slab) => {
      if (slab === 2) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    });
    await expect(convert(full)).rejects.toMatchObject({ code: 'runtime', message: expect.stringContaining(store) });
    expect(await conversions()).toEqual([]);
    await expectWhole(await convert(graphOf()));
  });

  it('too large for the disk is refused before a weight is written', async () => {
    const graph = graphOf();
    graph.weights.reserve(2 ** 52);
    const refused = expect(convert(graph)).rejects;
    await refused.toMatchObject({ code: 'runtime', message: expect.stringMatching(/cannot be written to .*MB are free/) });
    expect(graph.written()).toBe(0);
    expect(await conversions()).toEqual([]);
  });

  it('cannot be kept where there is a file instead of a folder', async () => {
    await writeFile(store, '');
    await expect(convert(graphOf())).rejects.toMatchObject({ code: 'runtime', message: expect.stringContaining(store) });
  });

  it('serves from a folder that can only be read', async () => {
    const graph = graphOf();
    const path = await convert(graph);
    await writeFile(join(store, 'hashes.json'), '{}');
    for (const part of [store, join(path, '..')]) await chmod(part, 0o555);
    try {
      expect(await convert(graph)).toBe(path);
    } finally {
      for (const part of [store, join(path, '..')]) await chmod(part, 0o755);
    }
  });
});

describe('damage', () => {
  it.each([
    ['weights cut short', (path: string) => truncate(join(path, 'weights.bin'), 100)],
    ['weights grown', (path: string) => truncate(join(path, 'weights.bin'), 10 * SLABS * SLAB_BYTES)],
    ['an altered graph', (path: string) => writeFile(join(path, 'model.onnx'), 'grapH')],
    ['a graph cut short', (path: string) => truncate(join(path, 'model.onnx'), 2)],
    ['a missing graph', (path: string) => rename(join(path, 'model.onnx'), join(path, 'elsewhere'))],
    ['missing weights', (path: string) => rename(join(path, 'weights.bin'), join(path, 'elsewhere'))],
  ])('%s is noticed, and the conversion made anew', async (_, damage) => {
    const graph = graphOf();
    const path = await convert(graph);
    await damage(join(path, '..'));
    expect(await convert(graph)).toBe(path);
    await expectWhole(path);
    expect(graph.written()).toBe(2);
    expect(await conversions()).toHaveLength(1);
  });

  it.each(['', 'no JSON', '[1, 2]', '"text"', 'null', '{"a":'])('hashes.json that holds %j is written anew', async (text) => {
    const graph = graphOf();
    const path = await convert(graph);
    await writeFile(join(store, 'hashes.json'), text);
    expect(await convert(graph)).toBe(path);
    expect(Object.keys(JSON.parse(await readFile(join(store, 'hashes.json'), 'utf8')))).toHaveLength(1);
  });

  it('a remembered hash with a wrong form is ignored', async () => {
    const graph = graphOf();
    const path = await convert(graph);
    const index = join(store, 'hashes.json');
    const [key] = Object.keys(JSON.parse(await readFile(index, 'utf8')));
    await writeFile(index, JSON.stringify({ [key as string]: '../../elsewhere' }));
    expect(await convert(graph)).toBe(path);
  });
});

describe('a process that is killed amid a conversion', () => {
  it('leaves a folder that is never used, and that is removed when it is old', async () => {
    const child = fork(fileURLToPath(new URL('convertUntilKilled.ts', import.meta.url)), [store, model]);
    await new Promise((resolve) => child.once('message', resolve));
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    const [left] = await conversions();
    expect(left).toMatch(/\.unfinished$/);

    const path = await convert(graphOf());
    expect(path).not.toContain('.unfinished');
    await expectWhole(path);
    expect(await conversions()).toContain(left);

    const old = new Date(Date.now() - 2 * 60 * 60 * 1000);
    for (const part of ['', 'weights.bin']) await utimes(join(store, left as string, part), old, old);
    const index = join(store, 'hashes.json.1.unfinished');
    await writeFile(index, '{');
    await utimes(index, old, old);
    await convert(graphOf('other'));
    expect((await readdir(store)).filter((name) => name.endsWith('.unfinished'))).toEqual([]);
  });
});

describe('two at once', () => {
  it('make the same conversion; both find it whole', async () => {
    let release = () => {};
    const both = new Promise<void>((resolve) => {
      release = resolve;
    });
    let arrived = 0;
    // Each waits halfway until the other has come as far.
    const graph = graphOf('graph', async (slab) => {
      if (slab === 2 && ++arrived === 2) release();
      if (slab === 2) await both;
    });
    const [one, other] = await Promise.all([convert(graph), convert(graph)]);
    expect(one).toBe(other);
    expect(graph.written()).toBe(2);
    await expectWhole(one);
    expect(await conversions()).toHaveLength(1);
  });
});

describe('two processes at once', () => {
  it('convert and load the same model', async () => {
    const path = join(folder.path, 'tiny.gguf');
    await writeHollowGguf(path, TINY_SHAPES['MHA, head size 16'], 'tiny');
    await Promise.all([measureConversion(path, store), measureConversion(path, store)]);
    const made = await conversions();
    // One for each of its graphs, of which that for prefill has weights of its own.
    expect(made).toHaveLength(2);
    for (const name of made) expect((await readdir(join(store, name))).sort()).toEqual(['model.onnx', 'weights.bin']);
  });
});

describe('the budget', () => {
  const used = async (path: string, hoursAgo: number) => {
    const time = new Date(Date.now() - hoursAgo * 60 * 60 * 1000);
    await utimes(join(path, '..'), time, time);
  };
  const budget = 2.5 * SLABS * SLAB_BYTES;
  const isThere = (path: string) =>
    stat(path).then(
      () => true,
      () => false,
    );

  it('is kept by removing what was not used for the longest', async () => {
    const [a, b] = [await convert(graphOf('a')), await convert(graphOf('b'))];
    await used(a, 5);
    await used(b, 9);
    const c = await convert(graphOf('c'), model, { budget });
    expect(await Promise.all([a, b, c].map(isThere))).toEqual([true, false, true]);
  });

  it('counts a conversion that is found as used', async () => {
    const [a, b] = [await convert(graphOf('a')), await convert(graphOf('b'))];
    await used(a, 9);
    await used(b, 5);
    await convert(graphOf('a'));
    const c = await convert(graphOf('c'), model, { budget });
    expect(await Promise.all([a, b, c].map(isThere))).toEqual([true, false, true]);
  });

  it('never removes the conversion just asked for, one under way, or files that are not conversions', async () => {
    const [a, b] = [await convert(graphOf('a')), await convert(graphOf('b'))];
    await mkdir(join(store, 'notes'));
    await mkdir(join(store, 'x.unfinished'));
    const c = await convert(graphOf('c'), model, { budget: 1 });
    expect(await Promise.all([a, b, c].map(isThere))).toEqual([true, true, true]);
    expect(await conversions()).toEqual(expect.arrayContaining(['notes', 'x.unfinished']));
  });
});
