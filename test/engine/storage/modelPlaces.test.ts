import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cacheFolder, type Machine, modelPlaces } from '../../../engine/storage/modelPlaces.ts';
import { temporaryFolder } from '../../support/modelFolder.ts';

const linux: Machine = { platform: 'linux', home: '/home/ada', env: {} };
const windows: Machine = { platform: 'win32', home: 'C:\\Users\\ada', env: { LOCALAPPDATA: 'C:\\Users\\ada\\Local' } };
const folders = async (machine: Machine) => (await modelPlaces(machine)).map(({ origin, folder }) => `${origin} ${folder}`);

test('on Linux, where the programs keep models by default', async () => {
  expect(await folders(linux)).toEqual([
    'ollama /home/ada/.ollama/models',
    'ollama /usr/share/ollama/.ollama/models',
    'lm-studio /home/ada/.lmstudio/models',
    'lm-studio /home/ada/.cache/lm-studio/models',
    'hugging-face /home/ada/.cache/huggingface/hub',
    'llama.cpp /home/ada/.cache/llama.cpp',
  ]);
});

test('on macOS and Windows too', async () => {
  expect(await folders({ ...linux, platform: 'darwin', home: '/Users/ada' })).toEqual([
    'ollama /Users/ada/.ollama/models',
    'lm-studio /Users/ada/.lmstudio/models',
    'lm-studio /Users/ada/.cache/lm-studio/models',
    'hugging-face /Users/ada/.cache/huggingface/hub',
    'llama.cpp /Users/ada/Library/Caches/llama.cpp',
  ]);
  expect(await folders(windows)).toEqual([
    'ollama C:\\Users\\ada\\.ollama\\models',
    'lm-studio C:\\Users\\ada\\.lmstudio\\models',
    'lm-studio C:\\Users\\ada\\.cache\\lm-studio\\models',
    'hugging-face C:\\Users\\ada\\.cache\\huggingface\\hub',
    'llama.cpp C:\\Users\\ada\\Local\\llama.cpp',
  ]);
});

test('environment variables move them', async () => {
  const env = { OLLAMA_MODELS: '/o', HF_HOME: '/h', LLAMA_CACHE: '/l' };
  const places = await folders({ ...linux, env });
  expect(places).toEqual(expect.arrayContaining(['ollama /o', 'hugging-face /h/hub', 'llama.cpp /l']));
  expect(await folders({ ...linux, env: { ...env, HF_HUB_CACHE: '/c' } })).toContain('hugging-face /c');
  expect(await folders({ ...linux, env: { XDG_CACHE_HOME: '/x' } })).toEqual(
    expect.arrayContaining(['hugging-face /x/huggingface/hub', 'llama.cpp /x/llama.cpp']),
  );
  expect(await folders({ ...linux, env: { OLLAMA_MODELS: '/home/ada/.ollama/models' } })).toHaveLength(6);
});

test("LM Studio's pointer file moves its home folder", async () => {
  const { path: home, remove } = await temporaryFolder();
  await writeFile(join(home, '.lmstudio-home-pointer'), '/big/lmstudio\n');
  expect(await folders({ ...linux, home })).toContain('lm-studio /big/lmstudio/models');
  await remove();
});

test("LM Studio's settings say where it downloads to, in its home folder and in a moved one", async () => {
  const { path: home, remove } = await temporaryFolder();
  await mkdir(join(home, '.lmstudio'));
  await writeFile(join(home, '.lmstudio/settings.json'), JSON.stringify({ downloadsFolder: '/big/models' }));
  expect(await folders({ ...linux, home })).toEqual(
    expect.arrayContaining(['lm-studio /big/models', `lm-studio ${home}/.lmstudio/models`]),
  );
  await mkdir(join(home, 'moved'));
  await writeFile(join(home, '.lmstudio-home-pointer'), join(home, 'moved'));
  await writeFile(join(home, 'moved/settings.json'), JSON.stringify({ downloadsFolder: '~/models' }));
  expect(await folders({ ...linux, home })).toContain(`lm-studio ${home}/models`);
  for (const content of ['{"downloadsFolder": 7}', '{"downloadsFolder": ""}', 'null', '{']) {
    await writeFile(join(home, '.lmstudio/settings.json'), content);
    expect((await folders({ ...linux, home })).filter((place) => place.startsWith('lm-studio'))).toHaveLength(4);
  }
  await remove();
});

test('~ in the variables of Hugging Face is the home folder, as its libraries read it', async () => {
  expect(await folders({ ...linux, env: { HF_HOME: '~/hf' } })).toContain('hugging-face /home/ada/hf/hub');
  expect(await folders({ ...linux, env: { HF_HUB_CACHE: '~/c' } })).toContain('hugging-face /home/ada/c');
  expect(await folders({ ...linux, env: { XDG_CACHE_HOME: '~/x' } })).toContain('hugging-face /home/ada/x/huggingface/hub');
  expect(await folders({ ...windows, env: { HF_HOME: '~\\hf' } })).toContain('hugging-face C:\\Users\\ada\\hf\\hub');
  expect(await folders({ ...linux, env: { HF_HOME: '~ada/hf' } })).toContain('hugging-face ~ada/hf/hub');
});

test('the cache folder is the platform’s', () => {
  expect(cacheFolder(linux)).toBe('/home/ada/.cache');
  expect(cacheFolder({ ...linux, env: { XDG_CACHE_HOME: '/x' } })).toBe('/x');
  expect(cacheFolder({ ...linux, platform: 'darwin' })).toBe('/home/ada/Library/Caches');
  expect(cacheFolder({ ...windows, env: {} })).toBe('C:\\Users\\ada\\AppData\\Local');
});
