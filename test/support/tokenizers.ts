import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { LlamaLogLevel } from 'node-llama-cpp';
import { readHeader } from '../../engine/model/gguf/header.ts';
import { openNodeFolder } from '../../engine/storage/nodeFolder.ts';
import { llamaCpp } from './llamaCpp.ts';
import { temporaryFolder } from './modelFolder.ts';
import { root } from './paths.ts';
import type { Metadata } from './vocabularies.ts';

const run = promisify(execFile);

/** Another engine's tokenizer. */
export interface PeerTokenizer {
  /** Tokens of a text, none of which is read as a control token. */
  encode(text: string): number[];
  dispose(): Promise<void>;
}

/**
 * llama.cpp's tokenizer for the vocabulary in a GGUF file without tensors. llama.cpp logs the missing tensors as an error, which is
 * silenced, and opens the vocabulary all the same.
 */
export async function llamaCppTokenizer(path: string): Promise<PeerTokenizer> {
  const model = await (await llamaCpp(LlamaLogLevel.disabled)).loadModel({ modelPath: path, vocabOnly: true, gpuLayers: 0 });
  return { encode: (text) => [...model.tokenize(text, false)], dispose: () => model.dispose() };
}

/** The metadata of a GGUF file, read by Paddock, because `@huggingface/gguf` loses the token U+FEFF. */
export async function readMetadata(path: string): Promise<Metadata> {
  const file = await (await openNodeFolder(dirname(path))).openFile(basename(path));
  try {
    return (await readHeader(file)).metadata;
  } finally {
    await file.close();
  }
}

/**
 * Vocabularies of real models. node-llama-cpp contains llama.cpp's source as a git bundle, with some vocabularies for its own tests; they
 * are extracted into a folder that `dispose` removes.
 */
export async function realVocabularies(names: readonly string[]) {
  const { path: folder, remove } = await temporaryFolder();
  const bundle = join(root, 'node_modules/node-llama-cpp/llama/gitRelease.bundle');
  await run('git', ['clone', '--quiet', '--bare', bundle, join(folder, 'source')]);
  const paths = new Map<string, string>();
  for (const name of names) {
    const options = { encoding: 'buffer', maxBuffer: 2 ** 26 } as const;
    const { stdout } = await run('git', ['-C', join(folder, 'source'), 'show', `HEAD:models/ggml-vocab-${name}.gguf`], options);
    const path = join(folder, `${name}.gguf`);
    await writeFile(path, stdout);
    paths.set(name, path);
  }
  return { path: (name: string) => paths.get(name) as string, dispose: remove };
}
