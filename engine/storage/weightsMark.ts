import { createHash } from 'node:crypto';
import { open, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { PREFERENCE_FILE } from '../model/preferencePrior.ts';
import { modelAround } from './modelAround.ts';

/** Files of a folder that hold weights. */
const WEIGHTS = /\.(?:safetensors|gguf|onnx|onnx_data|data|bin)$/i;
/** Files that are read in place of ONNX graphs beside them. */
const BEFORE_GRAPHS = /\.(?:safetensors|gguf)$/i;
/** Files whose mark is their own, even where they stand for a folder. */
const ALONE = /\.(?:safetensors|gguf)$/i;
/** Later parts of a graph's weights. */
const LATER_PARTS = /\.onnx_data_\d+$/i;

/** Number of places read in each file, and bytes at each: training changes every part of a file of weights. */
const PLACES = 16;
const BYTES = 4096;

/**
 * What tells the weights of a model from others, such as those of an update at the same path: a hash of the names and sizes of its files
 * of weights and of places spread over each. Preference heads do not count: no probability depends on them. Reads 64 KiB of a file, however
 * large it is; of one that cannot be read the name counts. Never rejects.
 * @param path of a model file or folder
 * @returns 32 hexadecimal digits
 */
export async function weightsMark(path: string): Promise<string> {
  const hash = createHash('sha256');
  for (const file of (await filesOf(path)).sort()) {
    hash.update(`${basename(file)} `);
    for (const part of await partsOf(file).catch(() => [])) hash.update(part);
  }
  return hash.digest('hex').slice(0, 32);
}

/** The files that hold a model's weights, or may. What is stored about models is found by their marks, so these must stay the same files. */
async function filesOf(path: string): Promise<string[]> {
  const model = ALONE.test(path) ? path : ((await modelAround(path)) ?? path);
  const within = await readdir(model).catch(() => undefined);
  if (!within) return [model];
  const weights = within.filter(holdsWeights);
  if (!weights.some((name) => BEFORE_GRAPHS.test(name))) {
    weights.push(...within.filter((name) => LATER_PARTS.test(name)));
    // A graph may give the files of its weights any name, so all beside it count.
    const graphs = await readdir(join(model, 'onnx')).catch(() => []);
    weights.push(...graphs.map((name) => join('onnx', name)));
  }
  return weights.map((name) => join(model, name));
}

function holdsWeights(name: string): boolean {
  return WEIGHTS.test(name) && name !== PREFERENCE_FILE;
}

/** The size of a file, and places of it. @throws Error of the file system */
async function partsOf(path: string): Promise<(string | Uint8Array)[]> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const parts: (string | Uint8Array)[] = [`${size}\n`];
    for (let place = 0; place < PLACES; place++) {
      const at = Math.floor((Math.max(0, size - BYTES) * place) / (PLACES - 1));
      const { buffer, bytesRead } = await file.read(Buffer.alloc(BYTES), 0, BYTES, at);
      parts.push(buffer.subarray(0, bytesRead));
    }
    return parts;
  } finally {
    await file.close();
  }
}
