import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { CommandLine } from '../../support/commandLine.ts';
import { defaultModel } from '../../support/defaultModel.ts';
import { writeDefaultModelAsGguf } from '../../support/ggufModels.ts';
import { root } from '../../support/paths.ts';
import { folderForAll } from '../../support/testFolders.ts';

describe('paddock', { timeout: 600_000 }, () => {
  const temporary = folderForAll();
  const commandLine = new CommandLine(temporary);
  const paddock = async (...args: string[]) => (await commandLine.run(...args)).stdout;
  let folder: string;
  let file: string;

  beforeAll(async () => {
    folder = temporary.path;
    file = join(folder, 'add.js');
    await writeFile(file, 'function add(a, b) {\n  return \n}\n');
    await writeFile(join(folder, 'nothing.js'), '');
    await mkdir(join(folder, 'empty'));
  });

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

  it('says its version', async () => {
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    expect(await paddock('--version')).toBe(`${version}\n`);
  });

  it('has every command in the reference, and no other', async () => {
    const reference = await readFile(join(root, 'docs/reference.md'), 'utf8');
    const groups = ['direction', 'preference'];
    const commands = async (...group: string[]) =>
      [...(await paddock(...group, '--help')).replace(/^[\s\S]*\nCommands:\n/, '').matchAll(/^ {2}(?!help)([a-z-]+)/gm)].map(
        ([, name]) => [...group, name].join(' '),
      );
    const all = (await Promise.all([commands(), ...groups.map((group) => commands(group))])).flat();
    const told = [...reference.matchAll(/^paddock ((?:direction |preference )?[a-z-]+)/gm)].map(([, name]) => name);
    expect([...new Set(told)].sort()).toEqual(all.filter((name) => !groups.includes(name)).sort());
  });

  it('needs no tokenizer for logits', async () => {
    const bare = join(folder, 'bare');
    await mkdir(bare);
    for (const name of ['config.json', 'model.safetensors']) await symlink(join(defaultModel, name), join(bare, name));
    const { logits } = JSON.parse(await paddock('logits', '--model', bare, '--tokens', '1', '--json'));
    expect(logits).toHaveLength(8192);
    expect((await commandLine.fail('perplexity', '--model', bare, file)).stderr).toContain('has no vocabulary');
  });

  it('measures how the loss falls with the context, over the code of a folder', async () => {
    const code = join(folder, 'code');
    await mkdir(join(code, 'node_modules'), { recursive: true });
    const lines = (count: number) =>
      Array.from({ length: count }, (_, i) => `export const value${i} = compute(${i}, 'name${i}');`);
    for (const name of ['a.ts', 'b.ts']) await writeFile(join(code, name), lines(40).join('\n'));
    await writeFile(join(code, 'node_modules', 'c.ts'), lines(40).join('\n'));
    const csv = join(folder, 'curve.csv');
    const options = ['--window', '128', '--scaling', 'own', 'yarn:2', '--csv', csv, '--json'];
    const { curves, stretches, contexts } = JSON.parse(await paddock('context-curve', code, ...options));
    expect(stretches).toBeGreaterThanOrEqual(2);
    expect(curves.map(({ scaling }: { scaling: string }) => scaling)).toEqual(['own', 'yarn:2']);
    expect(curves[0].fit.law.gamma).toBeGreaterThanOrEqual(0);
    expect((await readFile(csv, 'utf8')).split('\n')[0]).toBe('context,own,yarn:2');
    expect((await readFile(csv, 'utf8')).trim().split('\n')).toHaveLength(contexts.length + 1);

    const found = JSON.parse(await paddock('retrieval', code, '--window', '256', '--json'));
    expect(found.scores.map(({ length }: { length: number | null }) => length)).toEqual([256, null]);
    const inWords = await paddock('context-curve', code, '--window', '128', '--threshold', '0.5');
    expect(inWords).toMatch(
      /recommended window: 128 tokens; .*(?:less than 0\.5|0\.5 or more)\n +full, it takes \d+ ms to read and [\d.]+ [KM]iB/,
    );
    expect((await commandLine.fail('context-curve', code, '--scaling', 'cubic:2')).stderr).toContain('"cubic:2" is no scaling');
    expect((await commandLine.fail('context-curve', join(folder, 'nowhere'))).stderr).toContain('cannot be read');
  });

  it.each(['context-curve', 'retrieval'])(
    '%s ends at Ctrl+C with the figures that there are, and says how far it came',
    async (command) => {
      const code = join(folder, `long-${command}`);
      await mkdir(code);
      const lines = Array.from({ length: 400 }, (_, i) => `export const value${i} = compute(${i}, 'name${i}');`);
      for (let i = 0; i < 20; i++)
        await writeFile(join(code, `${i}.ts`), [`// file number ${i} of many, and its first line`, ...lines].join('\n'));
      const args = [command, code, '--window', '1024', '--texts', '20', '--json', '--scaling', 'own', 'ntk:2', 'yarn:2'];
      const ended = await commandLine.interrupt(args, /^paddock: \d+ of \d+ figures\n$/);
      expect(ended.code).toBe(130);
      const stopped = /stopped after (\d+) of (\d+) figures\n$/.exec(ended.stderr) ?? expect.fail(ended.stderr);
      const [, done = 0, total = 0] = stopped.map(Number);
      expect(done).toBeLessThan(total);
      const { isComplete, curves, scores } = JSON.parse(ended.stdout);
      expect(isComplete).toBe(false);
      if (command === 'context-curve') expect(curves[0].losses.length).toBeGreaterThan(4);
      else expect(scores.reduce((sum: number, { questions }: { questions: number }) => sum + questions, 0)).toBe(done);
    },
  );

  it('tests how long an instruction is kept, said once and pinned', async () => {
    const csv = join(folder, 'retention.csv');
    const options = ['--window', '128', '--turns', '2', '--csv', csv];
    const { turns, answers, window } = JSON.parse(await paddock('retention', ...options, '--json'));
    expect(window).toBe(128);
    expect(turns.map(({ turn }: { turn: number }) => turn)).toEqual([1, 2]);
    expect(answers.map(({ pinned, turn }: { pinned: boolean; turn: number }) => `${pinned} ${turn}`).slice(0, 4)).toEqual([
      ...['false 1', 'false 2', 'true 1', 'true 2'],
    ]);
    expect(answers).toHaveLength(16);
    expect((await readFile(csv, 'utf8')).split('\n')[0]).toBe('turn,said_once,pinned');
    expect(await paddock('retention', ...options)).toMatch(/^turn +said once +pinned .*\n +2 /);
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
    const described = JSON.parse(await paddock('inspect', '--json'));
    expect(described).toMatchObject({ family: 'Llama', format: 'safetensors', parameters: 7999744 });
    expect(await paddock('inspect')).toMatch(/trained window +4,096 tokens/);
  });

  it('opens a GGUF file wherever a model is asked for, converting it once', async () => {
    const foal = join(folder, 'foal.gguf');
    const conversions = join(folder, 'conversions');
    await writeDefaultModelAsGguf(foal, defaultModel);
    const place = ['--model', foal, '--conversions', conversions, '--json'];
    const completed = JSON.parse(await paddock('complete', file, '--line', '2', '--column', '10', ...place));
    expect(completed.stats.generatedTokens).toBeGreaterThan(0);
    const made = await readdir(conversions);
    expect(JSON.parse(await paddock('perplexity', file, '--precision', 'fast', ...place)).bitsPerByte).toBeLessThan(8);
    expect(await readdir(conversions)).toEqual(made);
    expect(JSON.parse(await paddock('tokenize', file, '--model', foal, '--json')).pieces.join('')).toContain('function');
    expect(JSON.parse(await paddock('inspect', '--model', foal, '--json'))).toMatchObject({
      format: 'GGUF',
      name: 'Little Foal',
    });
    expect(JSON.parse(await paddock('logits', '--tokens', '1,2', ...place)).logits).toHaveLength(8192);
  });

  it('finds the models of other programs', async () => {
    const blob = `sha256-${'a'.repeat(64)}`;
    await mkdir(join(folder, 'ollama/manifests/registry.ollama.ai/library/foal'), { recursive: true });
    await mkdir(join(folder, 'ollama/blobs'));
    const layer = { mediaType: 'application/vnd.ollama.image.model', digest: blob.replace('-', ':') };
    await writeFile(join(folder, 'ollama/manifests/registry.ollama.ai/library/foal/8m'), JSON.stringify({ layers: [layer] }));
    await writeFile(join(folder, 'ollama/blobs', blob), 'x');
    // A name that a terminal would obey.
    await writeFile(
      join(folder, 'ollama/manifests/registry.ollama.ai/library/foal/red\u001b[31m'),
      JSON.stringify({ layers: [layer] }),
    );
    const { models } = JSON.parse(await paddock('models', '--json'));
    expect(models).toContainEqual(expect.objectContaining({ name: 'foal:8m', path: join(folder, 'ollama/blobs', blob) }));
    const listed = await paddock('models');
    expect(listed).toContain('foal:8m');
    expect(listed).toContain('foal:red [31m');
    expect(listed).not.toContain('\u001b');
  });

  it('goes on with a text, up to a stop, with the same text for the same seed', async () => {
    const begun = join(folder, 'begun.js');
    await writeFile(begun, 'function add(a, b) {\n  return a + b;\n}\n\nfunction subtract');
    const text = await paddock('continue', begun, '--max-tokens', '24', '--stop', '\\n\\n');
    expect(text.trim()).not.toBe('');
    expect(text.trimEnd()).not.toContain('\n\n');
    const { stdout, stderr } = await commandLine.run('continue', begun, '--stop', text.slice(0, 1));
    expect([stdout, stderr]).toEqual(['\n', 'paddock: The model wrote no text here.\n']);
    // Activations in 8 bits round otherwise in runs of one token than in runs of several, as drafts are verified in.
    const sample = async (...args: string[]) =>
      JSON.parse(
        await paddock('continue', begun, '--precision', 'exact', '--max-tokens', '12', '--temperature', '1', '--json', ...args),
      );
    const seeded = await sample('--seed', '4', '--min-p', '0.05', '--repetition-penalty', '1.1', '--alternatives', '2');
    expect(seeded.tokens[0].alternatives).toHaveLength(2);
    const again = await sample('--seed', '4', '--min-p', '0.05', '--repetition-penalty', '1.1', '--no-look-up');
    expect(again.text).toBe(seeded.text);
    expect(again.stats.drafted).toBe(0);
    expect((await commandLine.fail('continue', begun, '--top-p', '7')).stderr).toContain('topP');
  });

  it.each([
    [['complete', 'add.js', '--line', '9', '--column', '1'], 'no line 9'],
    [['complete', 'add.js', '--line', '1', '--column', '99'], 'no column 99'],
    [['complete', 'none.js', '--line', '1', '--column', '1'], 'none.js cannot be read: there is no such file.'],
    [['complete', 'add.js', '--line', '0', '--column', '1'], 'It must be 1 or more'],
    [['logits', '--tokens', '1,99999'], '99999 is not a token'],
    [['logits', '--tokens', '1,2,3', '--window', '2'], '3 tokens do not fit'],
    [['logits', '--tokens', '1,x'], 'whole number'],
    [['inspect', '--model', 'empty'], 'config.json is missing'],
    [['complete', 'add.js'], '(paddock complete --help says more)'],
    [['direction', 'find', '--nope'], '(paddock direction find --help says more)'],
    [['bogus'], "unknown command 'bogus'\n(paddock --help"],
    [['inspect', '--modle'], 'Did you mean --model?'],
    [['perplexity', 'add.js', 'none.js'], 'none.js cannot be read: there is no such file.'],
    [['perplexity', 'nothing.js'], 'too little text'],
    [['perplexity', 'add.js', '--window', '1'], 'A window of 1 token predicts nothing.'],
    [['context-curve', 'add.js', '--window', '3'], 'A window of 3 tokens is too small to measure; 16 are the least.'],
    [['context-curve', 'add.js', '--csv', 'none/a.csv'], 'a.csv cannot be written: there is no folder'],
    [['retrieval', 'add.js', '--csv', 'empty'], 'it is a folder'],
    [['retention', '--csv', 'empty'], 'it is a folder'],
    [['retention', '--turns', '21'], 'It must be 20 at most.'],
  ] as const)('says what is wrong with %j, and exits with 1', async (args, words) => {
    const { code, stderr } = await commandLine.fail(...args);
    expect(code).toBe(1);
    expect(stderr).toContain(words);
    expect(stderr).not.toContain('    at ');
  });
});
