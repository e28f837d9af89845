import { PaddockError } from '../errors.ts';
import type { ModelFolder } from './files.ts';
import { isJsonObject, parseJson } from './parseJson.ts';

type Folder = Pick<ModelFolder, 'path' | 'readText'>;

/** A JSON object in a model folder. @throws PaddockError `bad-model` when the file is missing or is no JSON object */
export async function readJson(folder: Folder, name: string): Promise<Record<string, unknown>> {
  const found = await findJson(folder, name);
  if (found) return found;
  throw new PaddockError(
    'bad-model',
    `${folder.path}/${name} is missing. A model is a GGUF file, or a folder with config.json, a tokenizer and safetensors or ONNX files.`,
  );
}

/** As {@link readJson}, but undefined where there is no such file. @throws PaddockError `bad-model` when it is no JSON object */
export async function findJson(folder: Folder, name: string): Promise<Record<string, unknown> | undefined> {
  const where = `${folder.path}/${name}`;
  const text = await folder.readText(name);
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    // Some editors put a byte-order mark before a text.
    value = parseJson(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw new PaddockError('bad-model', `${where} is not valid JSON (${(error as Error).message}). Copy the file again.`);
  }
  if (isJsonObject(value)) return value;
  throw new PaddockError('bad-model', `${where} is not a JSON object. Is this the folder of a Hugging Face model?`);
}
