import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { accept, acceptsNothing, closeAll, openText, predictable, type, typeUntilSuggested } from './editor.ts';
import { extension, paddock, reach, setting } from './paddock.ts';
import { logText, picture } from './say.ts';

/** What a message must contain: what is wrong, where, and what to do. */
interface Fault {
  readonly name: string;
  /** Damages the folder, which starts as a copy of the default model. */
  readonly damage: (folder: string) => Promise<unknown>;
  readonly says: RegExp;
}

const faults: readonly Fault[] = [
  {
    name: 'missing',
    damage: (folder) => rm(folder, { recursive: true }),
    says: /no file or folder .* Choose a model that exists/s,
  },
  {
    name: 'truncated',
    damage: (folder) => truncate(path.join(folder, 'model.safetensors'), 1_000_000),
    says: /model\.safetensors .* Copy /s,
  },
  {
    name: 'foreign',
    damage: (folder) => writeFile(path.join(folder, 'config.json'), '{ "model_type": "bert", "n_layer": 12 }'),
    says: /config\.json .*bert.* Llama/s,
  },
  {
    name: 'emptied',
    damage: async (folder) => {
      for (const name of await readdir(folder)) await rm(path.join(folder, name));
    },
    says: /config\.json is missing\. .* GGUF file, or a folder with config\.json/s,
  },
  {
    name: 'garbled',
    damage: (folder) => writeFile(path.join(folder, 'tokenizer.json'), '{"version'),
    says: /tokenizer\.json .* Copy /s,
  },
];

describe('a bad model folder', () => {
  let parent = '';
  before(async () => {
    await (await paddock()).ready();
    parent = await mkdtemp(path.join(tmpdir(), 'paddock-models-'));
  });
  afterEach(closeAll);
  after(async () => {
    await setting('paddock.completion.model', undefined);
    await reach('ready');
    await rm(parent, { recursive: true });
  });

  for (const { name, damage, says } of faults) {
    it(`${name}: one message that says what, where and what to do; typing goes on; nothing is written`, async () => {
      const folder = path.join(parent, name);
      await cp(path.join(extension().extensionPath, 'models', 'default'), folder, { recursive: true });
      await damage(folder);
      const before = await contents(parent);
      await setting('paddock.completion.model', folder);
      const { reason } = await reach('failed');
      assert.ok(reason.includes(folder), reason);
      assert.match(reason, says);
      assert.equal((await paddock()).enginePid(), undefined);
      await typeUndisturbed();
      const { status } = await picture(`failed-${name}`);
      if (status !== undefined) assert.ok(status.includes(reason), `the status item says: ${status}`);
      const log = await logText();
      if (log !== undefined) assert.equal(log.split(reason).length, 2, 'the log says it once');
      assert.deepEqual(await contents(parent), before);
    });
  }

  it('repaired: ghost text again', async () => {
    await setting('paddock.completion.model', undefined);
    await reach('ready');
    const editor = await openText(predictable);
    const report = await typeUntilSuggested();
    assert.equal(await accept(editor), report.text);
  });
});

async function typeUndisturbed(): Promise<void> {
  const editor = await openText('const before = 1;\n');
  await type('const after = 2;');
  assert.equal(editor.document.getText(), 'const before = 1;\nconst after = 2;');
  assert.equal(await acceptsNothing(editor, 500), true);
}

/** Path, size, modification time and text of every file below a folder; large files without their text. */
async function contents(folder: string): Promise<unknown[]> {
  const entries = (await readdir(folder, { recursive: true })).sort();
  return Promise.all(
    entries.map(async (entry) => {
      const file = path.join(folder, entry);
      const { size, mtimeMs } = await stat(file);
      return [entry, size, mtimeMs, entry.endsWith('.json') ? await readFile(file, 'utf8') : ''];
    }),
  );
}
