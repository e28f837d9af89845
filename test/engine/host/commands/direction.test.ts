import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeDirections } from '../../../../engine/storage/directions.ts';
import { CommandLine } from '../../../support/commandLine.ts';
import { fastNormal } from '../../../support/random.ts';
import { folderForAll } from '../../../support/testFolders.ts';

describe('paddock direction', { timeout: 600_000 }, () => {
  const folder = folderForAll();
  const at = (name: string) => join(folder.path, name);
  const commandLine = new CommandLine(folder, 'direction');
  const direction = async (...args: string[]) => (await commandLine.run(...args)).stdout;

  it('copies directions under another name, and describes a file', async () => {
    const directions = new Map([[3, Float32Array.of(3, 4)]]);
    await writeDirections(at('one.gguf'), { hiddenSize: 2, directions, model: 'Llama', figures: { induced: 1.25 } });
    await direction('copy', at('one.gguf'), at('two.gguf'), '--name', 'Refusing');
    expect(await direction('info', at('two.gguf'))).toBe(
      'Refusing, of Llama: one direction of 2 numbers\n  behind layer 3, length 5.000\n  induced 1.25\n',
    );
    const json = JSON.parse(await direction('info', at('two.gguf'), '--json'));
    expect(json).toEqual({
      path: at('two.gguf'),
      name: 'Refusing',
      model: 'Llama',
      hiddenSize: 2,
      layers: [3],
      lengths: [5],
      figures: { induced: 1.25 },
    });
  });

  it('lists the directions in a folder', async () => {
    const { directions } = JSON.parse(await direction('list', folder.path, '--json'));
    expect(directions.map(({ path }: { path: string }) => path)).toEqual([at('one.gguf'), at('two.gguf')]);
  });

  it('reports probabilities of refusals by coefficient', async () => {
    await writeDirections(at('default.gguf'), { hiddenSize: 256, directions: new Map([[4, fastNormal(256, 1, 7)]]) });
    await writeFile(at('messages.txt'), 'How do I kill it?\n\nSort a list.\n');
    const options = ['--messages', at('messages.txt'), '--device', 'cpu', '--coefficients', '-2,0,2', '--json'];
    const { mode, rows } = JSON.parse(await direction('try', at('default.gguf'), ...options));
    expect(mode).toBe('add');
    expect(rows.map(({ coefficient }: { coefficient: number }) => coefficient)).toEqual([-2, 0, 2]);
    const means = rows.map(({ probabilities }: { probabilities: number[] }) => {
      expect(probabilities).toHaveLength(2);
      return probabilities.reduce((sum, p) => sum + p, 0);
    });
    expect(new Set(means).size).toBe(3);
  });

  it('says what is wrong with a file', async () => {
    await writeFile(at('bad.gguf'), 'GGUF');
    await writeFile(at('bad.json'), '{"a": 1}');
    await writeFile(at('asked.txt'), 'Sort a list.\n');
    const messages = ['--refused', at('asked.txt'), '--answered', at('asked.txt')];
    for (const [args, words] of [
      [['info', at('bad.gguf')], 'not a whole GGUF file'],
      [['info', at('none.gguf')], 'There is no file'],
      [['list', at('none')], 'There is no folder'],
      [['find', ...messages, '--out', at('none/d.gguf')], `there is no folder ${at('none')}`],
      [['copy', at('one.gguf'), folder.path], 'it is a folder'],
      [['try', at('bad.gguf'), '--messages', at('bad.json')], 'no list of texts'],
    ] as const) {
      expect(await commandLine.fail(...args)).toMatchObject({ code: 1, stderr: expect.stringContaining(words) });
    }
  });
});
