import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { folderAround } from './modelName.ts';
import { firstText } from './walk.ts';

/** Files that make a folder a model's. */
const CONFIGS = ['config.json', 'genai_config.json'];

/**
 * The model folder that a file on this machine stands for: whichever of its files people choose, they mean all of it. Undefined for a
 * folder, and for a file that is a model of its own, as GGUF is, or lies in no model folder.
 */
export async function modelAround(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) return undefined;
  const named = folderAround(path);
  if (named !== undefined) return named;
  // Ollama's files have no ending.
  if (/\.gguf$/i.test(path) || (await firstText(path)).startsWith('GGUF')) return undefined;
  const folder = dirname(path);
  if (await isModelFolder(folder)) return folder;
  const outer = dirname(folder);
  return basename(folder) === 'onnx' && (await isModelFolder(outer)) ? outer : undefined;
}

async function isModelFolder(folder: string): Promise<boolean> {
  const found = await Promise.all(CONFIGS.map((name) => stat(join(folder, name)).catch(() => undefined)));
  return found.some((each) => each?.isFile());
}
