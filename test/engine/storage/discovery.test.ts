import { mkdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { discoverModels } from '../../../engine/storage/discovery.ts';
import { ggufFiles } from '../../../engine/storage/ggufFiles.ts';
import type { FoundModel, ModelOrigin } from '../../../engine/storage/modelPlaces.ts';
import { type GgufValues, writeGgufFile } from '../../support/ggufFile.ts';
import { folderForEach } from '../../support/testFolders.ts';

const digest = (letter: string) => letter.repeat(64);
const layer = (kind: string, letter: string) => ({
  mediaType: `application/vnd.ollama.image.${kind}`,
  digest: `sha256:${digest(letter)}`,
  size: 1,
});

describe('models on this machine', () => {
  const folder = folderForEach();
  let root: string;
  beforeEach(async () => {
    root = await realpath(folder.path);
  });

  async function write(path: string, content: string | object | number): Promise<string> {
    const file = join(root, path);
    await mkdir(dirname(file), { recursive: true });
    const text =
      typeof content === 'number' ? 'x'.repeat(content) : typeof content === 'string' ? content : JSON.stringify(content);
    await writeFile(file, text);
    return file;
  }
  const find = async (origin: ModelOrigin, folder = '') => {
    const { models, problems } = await discoverModels([{ origin, folder: join(root, folder) }]);
    expect(problems).toEqual([]);
    return models;
  };
  const brief = (models: readonly FoundModel[]) => models.map(({ name, format, bytes }) => [name, format, bytes]);

  it("of Ollama: a manifest's model layer, with the first line of its licence", async () => {
    await write('manifests/registry.ollama.ai/library/coder/1.5b', {
      layers: [layer('template', 'c'), layer('license', 'b'), layer('model', 'a')],
    });
    const blob = await write(`blobs/sha256-${digest('a')}`, 10);
    await write(`blobs/sha256-${digest('b')}`, '\n   Apache License\n  Version 2.0\n');
    await write('manifests/hf.co/org/other/Q4_0', { layers: [layer('model', 'e')] });
    await write(`blobs/sha256-${digest('e')}`, 8);
    await write('manifests/registry.ollama.ai/me/mine/latest', { layers: [layer('model', 'd')] }); // its file is gone
    expect(await find('ollama')).toEqual([
      { origin: 'ollama', name: 'coder:1.5b', path: blob, format: 'GGUF', bytes: 10, licence: 'Apache License' },
      { origin: 'ollama', name: 'hf.co/org/other:Q4_0', path: blob.replace(digest('a'), digest('e')), format: 'GGUF', bytes: 8 },
    ]);
    await write(`blobs/sha256-${digest('d')}`, 7);
    expect(brief(await find('ollama'))).toContainEqual(['me/mine:latest', 'GGUF', 7]);
  });

  it('of Ollama: a manifest with a path never leads out of its folder', async () => {
    await write('secret', 'secret');
    const evil = { mediaType: 'application/vnd.ollama.image.model', digest: 'sha256:/../../secret' };
    await write('o/manifests/registry.ollama.ai/library/evil/a', { layers: [evil] });
    await write('o/manifests/registry.ollama.ai/library/evil/b', { layers: [{ ...evil, digest: '../secret' }, null, 7] });
    await write('o/manifests/registry.ollama.ai/library/evil/c', '{"layers": [');
    await write('o/manifests/registry.ollama.ai/library/evil/d', { layers: 'model' });
    expect(await find('ollama', 'o')).toEqual([]);
  });

  it('of LM Studio: GGUF files by publisher and model; parts of one are one; image encoders are none', async () => {
    await write('ada/small/small-Q8_0.gguf', 3);
    await write('ada/small/mmproj-small.gguf', 100);
    await write('ada/small/README.md', 100);
    const first = await write('ada/big/big-00001-of-00002.gguf', 20);
    await write('ada/big/big-00002-of-00002.gguf', 30);
    const models = await find('lm-studio');
    expect(brief(models)).toEqual([
      ['ada/big/big', 'GGUF', 50],
      ['ada/small/small-Q8_0', 'GGUF', 3],
    ]);
    expect(models[0]?.path).toBe(first);
  });

  it('of llama.cpp: image encoders and importance matrices are none, whatever stands before their names', async () => {
    for (const name of ['mmproj-model-f16', 'ada_tiny-GGUF_mmproj-model-f16', 'tiny.mmproj-f16', 'tiny-mmproj', 'imatrix']) {
      await write(`${name}.gguf`, 9);
    }
    for (const name of ['tiny.imatrix', 'imatrix_ada']) await write(`${name}.gguf`, 9);
    for (const name of ['ada_tiny-GGUF_tiny-Q4_K_M', 'tiny-imatrix-Q4_K_M', 'bigmmproject']) await write(`${name}.gguf`, 1);
    expect((await find('llama.cpp')).map(({ name }) => name)).toEqual([
      'ada_tiny-GGUF_tiny-Q4_K_M',
      'bigmmproject',
      'tiny-imatrix-Q4_K_M',
    ]);
  });

  it('a split file counts once all its parts are there', async () => {
    const part = (name: string, number: number, count: number) => write(`ada/m/${name}-0000${number}-of-0000${count}.gguf`, 5);
    await part('whole', 1, 2);
    await part('whole', 2, 2);
    await part('half', 1, 2);
    await part('tail', 2, 2);
    await part('other', 1, 2);
    await part('other', 2, 3);
    expect(brief(await find('lm-studio'))).toEqual([['ada/m/whole', 'GGUF', 10]]);
  });

  it('GGUF files of other kinds are none, by what their headers say; one whose header cannot be read may be', async () => {
    const header = async (path: string, values: GgufValues) => {
      await write(path, '');
      await writeGgufFile(join(root, path), values, new Map());
    };
    await header('qwen.gguf', { 'general.architecture': 'qwen2', 'general.type': 'model' });
    await header('old.gguf', { 'general.name': 'Old', 'general.architecture': 'llama', 'llama.block_count': 1 });
    await header('t5.gguf', { 'general.architecture': 't5' });
    await header('vision.gguf', { 'general.architecture': 'clip', 'general.type': 'mmproj' });
    await header('embedding.gguf', { 'general.architecture': 'nomic-bert', 'general.type': 'model' });
    await header('lora.gguf', { 'general.architecture': 'llama', 'general.type': 'adapter' });
    await header('weights-of-text.gguf', { 'general.type': 'imatrix', 'imatrix.chunk_count': 3 });
    await write('damaged.gguf', 'GGUF');
    expect((await find('llama.cpp')).map(({ name }) => name)).toEqual(['damaged', 'old', 'qwen', 't5']);
    const blob = (letter: string) => `blobs/sha256-${digest(letter)}`;
    await header(blob('a'), { 'general.architecture': 'nomic-bert' });
    await header(blob('b'), { 'general.architecture': 'llama' });
    for (const letter of ['a', 'b']) {
      await write(`manifests/registry.ollama.ai/library/${letter}/latest`, { layers: [layer('model', letter)] });
    }
    expect((await find('ollama')).map(({ name }) => name)).toEqual(['b:latest']);
  });

  it('gives each GGUF file before it looks for the next', async () => {
    await write('a/b/first.gguf', 1);
    await write('a/c/-', '');
    const found = ggufFiles('lm-studio', root, 4);
    expect((await found.next()).value).toMatchObject({ name: 'a/b/first' });
    await write('a/c/second.gguf', 1);
    expect((await found.next()).value).toMatchObject({ name: 'a/c/second' });
  });

  it('of the Hugging Face cache: the revision of main, through its links into the blobs', async () => {
    const blob = await write('models--org--a/blobs/1', 9);
    await write('models--org--a/refs/main', 'new');
    await write('models--org--a/snapshots/new/config.json', { model_type: 'llama', architectures: ['LlamaForCausalLM'] });
    await symlink(blob, join(root, 'models--org--a/snapshots/new/model.safetensors'));
    await write('models--org--a/snapshots/old/config.json', {});
    await write('models--org--a/snapshots/old/model.safetensors', 1);
    await write('models--org--b/snapshots/x/config.json', {});
    await write('models--org--b/snapshots/x/onnx/model_q4.onnx', 4);
    await write('models--org--b/snapshots/x/onnx/model_q4.onnx_data', 5);
    await write('models--org--g/snapshots/x/g-Q4_0.gguf', 6);
    await write('models--org--g/snapshots/x/g-Q8_0.gguf', 7);
    await write('models--org--encoder/snapshots/x/config.json', { architectures: ['BertModel'] });
    await write('models--org--encoder/snapshots/x/model.safetensors', 8);
    await write('models--org--seeing/snapshots/x/config.json', { model_type: 'seer', text_config: { model_type: 'mistral' } });
    await write('models--org--seeing/snapshots/x/model.safetensors', 3);
    await write('models--org--empty/refs/main', 'nothing');
    await write('datasets--org--d/snapshots/x/config.json', {});
    await write('models--org--a/snapshots/new/README.md', '---\nlanguage: en\nlicense: apache-2.0\n---\n# A\nlicense: other\n');
    const models = await find('hugging-face');
    expect(models.map(({ licence }) => licence)).toEqual(['apache-2.0', undefined, undefined, undefined, undefined]);
    expect(brief(models)).toEqual([
      ['org/a', 'safetensors', 9],
      ['org/b', 'ONNX', 9],
      ['org/g: g-Q4_0', 'GGUF', 6],
      ['org/g: g-Q8_0', 'GGUF', 7],
      ['org/seeing', 'safetensors', 3],
    ]);
    expect(models[0]?.path).toBe(join(root, 'models--org--a/snapshots/new'));
  });

  it('follows no circle of links and searches no deeper than it must', async () => {
    await write('a/b/model.gguf', 2);
    await symlink(root, join(root, 'a', 'again'));
    await symlink(join(root, 'a'), join(root, 'a', 'b', 'up'));
    await write('a/b/c/d/e/deep.gguf', 2);
    expect(brief(await find('lm-studio'))).toEqual([['a/b/model', 'GGUF', 2]]);
  });

  it('a place that cannot be read is reported, and the others are still searched', async () => {
    await write('good/model.gguf', 2);
    await symlink(join(root, 'circle'), join(root, 'circle'));
    const places = ['circle', 'good'].map((folder) => ({ origin: 'llama.cpp' as const, folder: join(root, folder) }));
    const { models, problems } = await discoverModels(places);
    expect(models).toHaveLength(1);
    expect(problems).toEqual([expect.stringContaining('circle')]);
  });

  it('places that are missing or are files are skipped; a model in two places is listed once', async () => {
    const file = await write('good/model.gguf', 2);
    const found: string[] = [];
    const places = ['missing', 'good/model.gguf', 'good', 'good'].map((folder) => ({
      origin: 'llama.cpp' as const,
      folder: join(root, folder),
    }));
    const { models, problems } = await discoverModels(places, { onFound: ({ path }) => found.push(path) });
    expect([models.map(({ path }) => path), found, problems]).toEqual([[file], [file], []]);
  });

  it.each([
    ['llama.cpp', ''],
    ['hugging-face', 'models--org--a/snapshots/x'],
    ['ollama', 'manifests'],
  ] as const)('a folder of %s with more files than are looked at is reported, with what was found', async (origin, folder) => {
    for (const name of ['a', 'b', 'c', 'd']) await write(join(folder, `${name}.gguf`), 1);
    const search = (mostEntries: number) => discoverModels([{ origin, folder: root }], { mostEntries });
    const { models, problems } = await search(3);
    expect(models).toHaveLength(origin === 'ollama' ? 0 : 3);
    expect(problems).toEqual([expect.stringMatching(/holds more than 3 files and folders/)]);
    expect(problems[0]).toContain(join(root, folder));
    expect((await search(4)).problems).toEqual([]);
  });

  it('two tags of one blob are one model with both names, and are told as they are found', async () => {
    for (const tag of ['1.5b', 'latest']) {
      await write(`manifests/registry.ollama.ai/library/coder/${tag}`, { layers: [layer('model', 'a')] });
    }
    const blob = await write(`blobs/sha256-${digest('a')}`, 10);
    const found: FoundModel[] = [];
    const { models } = await discoverModels([{ origin: 'ollama', folder: root }], { onFound: (model) => found.push(model) });
    const first = { origin: 'ollama', name: 'coder:1.5b', path: blob, format: 'GGUF', bytes: 10 };
    const both = { ...first, otherNames: ['coder:latest'] };
    expect([models, found]).toEqual([[both], [first, both]]);
  });

  it('a model is listed once where a folder is reached by its path and by a link', async () => {
    await write('models/ada/m.gguf', 3);
    await symlink(join(root, 'models'), join(root, 'link'));
    await write('hub/models--org--a/snapshots/x/config.json', { model_type: 'llama' });
    await write('hub/models--org--a/snapshots/x/model.safetensors', 4);
    await symlink(join(root, 'hub'), join(root, 'cache'));
    const places = [
      { origin: 'lm-studio', folder: join(root, 'models') },
      { origin: 'lm-studio', folder: join(root, 'link') },
      { origin: 'hugging-face', folder: join(root, 'hub') },
      { origin: 'hugging-face', folder: join(root, 'cache') },
    ] as const;
    const found: FoundModel[] = [];
    const { models } = await discoverModels(places, { onFound: (model) => found.push(model) });
    expect([brief(models), found.length]).toEqual([
      [
        ['ada/m', 'GGUF', 3],
        ['org/a', 'safetensors', 4],
      ],
      2,
    ]);
  });

  it('ends when it is cancelled', async () => {
    await write('model.gguf', 2);
    const places = [{ origin: 'llama.cpp' as const, folder: root }];
    await expect(discoverModels(places, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
    const stopped = new AbortController();
    const running = discoverModels(places, { signal: stopped.signal });
    stopped.abort();
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('ends when its time is over, with what was found until then', async () => {
    for (let i = 0; i < 50; i++) await write(`models--org--m${i}/snapshots/x/m.gguf`, 1);
    const busy = () => {
      for (const end = performance.now() + 40; performance.now() < end; );
    };
    const places = [{ origin: 'hugging-face' as const, folder: root }];
    const { models, problems } = await discoverModels(places, { limitMs: 10, onFound: busy });
    expect(models.length).toBeLessThan(50);
    expect(problems).toEqual([expect.stringContaining('not read to the end')]);
  });
});
