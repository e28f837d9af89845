import { findJson } from '../../engine/model/json.ts';
import { openNodeFolder } from '../../engine/storage/nodeFolder.ts';
import { tokenizerFromFolder } from '../../engine/tokenizer/folder.ts';
import { readSources } from '../support/sources.ts';

/** A source file of this repository and its tokens. */
export interface CodeFile {
  readonly path: string;
  readonly tokens: readonly number[];
}

/**
 * Natural code: the sources of this repository, on which no model of the bench was trained.
 * @param folder of the model with the tokenizer
 */
export async function codeFiles(folder: string): Promise<CodeFile[]> {
  const tokenizer = await tokenizerFromFolder(await openNodeFolder(folder), findJson);
  return readSources('engine', 'extension').map(({ path, text }) => ({ path, tokens: tokenizer.encode(text) }));
}

/** The tokens of all files, one after another. */
export async function codeTokens(folder: string): Promise<number[]> {
  return (await codeFiles(folder)).flatMap(({ tokens }) => tokens);
}
