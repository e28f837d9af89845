import { writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { LlamaLogLevel } from 'node-llama-cpp';
import { readHeader } from '../../engine/model/gguf/header.ts';
import { openNodeFolder } from '../../engine/storage/nodeFolder.ts';
import { llamaCpp } from './llamaCpp.ts';
import { llamaCppSource } from './llamaCppSource.ts';
import { temporaryFolder } from './modelFolder.ts';
import type { Metadata } from './vocabularies.ts';

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

/** Vocabularies of real models: llama.cpp has some for its own tests. They lie in a folder that `dispose` removes. */
export async function realVocabularies(names: readonly string[]) {
  const source = await llamaCppSource();
  const { path: folder, remove } = await temporaryFolder();
  const paths = new Map<string, string>();
  for (const name of names) {
    const path = join(folder, `${name}.gguf`);
    await writeFile(path, await source.read(`models/ggml-vocab-${name}.gguf`));
    paths.set(name, path);
  }
  await source.dispose();
  return { path: (name: string) => paths.get(name) as string, dispose: remove };
}
