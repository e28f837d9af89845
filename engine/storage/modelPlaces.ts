import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';
import { readSmallJson } from './walk.ts';

/** The programs whose models are looked for. */
export type ModelOrigin = 'ollama' | 'lm-studio' | 'hugging-face' | 'llama.cpp';

/** A folder in which a program keeps its models. It need not exist. */
export interface ModelPlace {
  readonly origin: ModelOrigin;
  readonly folder: string;
}

/** A model that is on this machine already. Whether it can be opened, only opening it says. */
export interface FoundModel {
  readonly origin: ModelOrigin;
  /** As the program that keeps it calls it: `qwen2.5-coder:1.5b`, `org/name`. */
  readonly name: string;
  /** What the program calls the same file besides, such as another tag of Ollama's. */
  readonly otherNames?: readonly string[];
  /** The file or folder to open. */
  readonly path: string;
  readonly format: 'GGUF' | 'safetensors' | 'ONNX';
  /** Bytes on the disk; of an ONNX folder those of all its variants. */
  readonly bytes: number;
  /** First line of the licence that is kept with the model. */
  readonly licence?: string;
}

/** The facts that decide where programs keep their files. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  /** The person's home folder. */
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The machine this runs on. */
export function thisMachine(): Machine {
  return { platform: process.platform, home: homedir(), env: process.env };
}

/**
 * Where Ollama, LM Studio, the Hugging Face libraries and llama.cpp keep models: where their variables and settings say, and where
 * they do by default.
 */
export async function modelPlaces(machine: Machine): Promise<ModelPlace[]> {
  const places: ModelPlace[] = [
    ...at('ollama', ollamaFolders(machine)),
    ...at('lm-studio', await lmStudioFolders(machine)),
    ...at('hugging-face', [huggingFaceFolder(machine)]),
    ...at('llama.cpp', [llamaCppFolder(machine)]),
  ];
  return places.filter(({ folder }, i) => places.findIndex((other) => other.folder === folder) === i);
}

function at(origin: ModelOrigin, folders: readonly string[]): ModelPlace[] {
  return folders.map((folder) => ({ origin, folder }));
}

function ollamaFolders({ platform, home, env }: Machine): string[] {
  const { join } = pathsOf(platform);
  const own = env.OLLAMA_MODELS ? [env.OLLAMA_MODELS] : [];
  // On Linux its installer runs it as a user of its own, with this home.
  const service = platform === 'linux' ? ['/usr/share/ollama/.ollama/models'] : [];
  return [...own, join(home, '.ollama', 'models'), ...service];
}

/**
 * Its home is `~/.lmstudio` unless a pointer beside it names another; older versions used `~/.cache/lm-studio`. Its settings may name
 * another folder for models.
 */
async function lmStudioFolders(machine: Machine): Promise<string[]> {
  const { join } = pathsOf(machine.platform);
  const { home } = machine;
  const pointer = await readFile(join(home, '.lmstudio-home-pointer'), 'utf8').catch(() => '');
  const moved = pointer.trim() === '' ? [] : [pointer.trim()];
  const homes = [...moved, join(home, '.lmstudio'), join(home, '.cache', 'lm-studio')];
  const settings = await Promise.all(homes.map((folder) => readSmallJson(join(folder, 'settings.json'))));
  const chosen = settings.flatMap((each) => each?.downloadsFolder ?? []).filter((folder) => typeof folder === 'string');
  const named = chosen.filter((folder) => folder !== '').map((folder) => fromHome(folder, machine));
  return [...named, ...homes.map((folder) => join(folder, 'models'))];
}

/** The first of its variables that is set decides, and `~` is the home folder, as in huggingface_hub. */
function huggingFaceFolder(machine: Machine): string {
  const { platform, home, env } = machine;
  const { join } = pathsOf(platform);
  const hub = env.HF_HUB_CACHE || env.HUGGINGFACE_HUB_CACHE;
  if (hub) return fromHome(hub, machine);
  if (env.HF_HOME) return join(fromHome(env.HF_HOME, machine), 'hub');
  return join(fromHome(env.XDG_CACHE_HOME || join(home, '.cache'), machine), 'huggingface', 'hub');
}

/** A path as people write it, with `~` for their home. */
function fromHome(path: string, { platform, home }: Machine): string {
  const tilde = platform === 'win32' ? /^~(?=[/\\]|$)/ : /^~(?=\/|$)/;
  return tilde.test(path) ? pathsOf(platform).join(home, path.slice(1)) : path;
}

function llamaCppFolder(machine: Machine): string {
  return machine.env.LLAMA_CACHE || pathsOf(machine.platform).join(cacheFolder(machine), 'llama.cpp');
}

/** Where programs keep what they can recreate. */
export function cacheFolder({ platform, home, env }: Machine): string {
  const { join } = pathsOf(platform);
  if (platform === 'win32') return env.LOCALAPPDATA || join(home, 'AppData', 'Local');
  if (platform === 'darwin') return join(home, 'Library', 'Caches');
  return env.XDG_CACHE_HOME || join(home, '.cache');
}

function pathsOf(platform: NodeJS.Platform): typeof posix {
  return platform === 'win32' ? win32 : posix;
}
