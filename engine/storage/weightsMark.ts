import { createHash } from 'node:crypto';
import { open, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** Files of a folder that hold weights. */
const WEIGHTS = /\.(?:safetensors|gguf|onnx|onnx_data|data|bin)$/i;

/** So many places of each file are read, and so many bytes at each: training changes every part of a file of weights. */
const PLACES = 16;
const BYTES = 4096;

/**
 * What tells the weights of a model from others, such as those of an update at the same path: a hash of the names and sizes of its files
 * and of places spread over each. Reads 64 KiB of a file, however large it is.
 * @param path of a model file or folder
 * @returns 32 hexadecimal digits
 * @throws Error of the file system when it cannot be read
 */
export async function weightsMark(path: string): Promise<string> {
  const isFolder = (await stat(path)).isDirectory();
  const names = isFolder ? (await readdir(path)).filter((name) => WEIGHTS.test(name)).sort() : [basename(path)];
  const hash = createHash('sha256');
  for (const name of names) {
    const file = await open(isFolder ? join(path, name) : path);
    try {
      const { size } = await file.stat();
      hash.update(`${name} ${size}\n`);
      for (let place = 0; place < PLACES; place++) {
        const at = Math.floor((Math.max(0, size - BYTES) * place) / (PLACES - 1));
        const { buffer, bytesRead } = await file.read(Buffer.alloc(BYTES), 0, BYTES, at);
        hash.update(buffer.subarray(0, bytesRead));
      }
    } finally {
      await file.close();
    }
  }
  return hash.digest('hex').slice(0, 32);
}
