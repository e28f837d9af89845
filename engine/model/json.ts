import { PaddockError } from '../errors.ts';
import type { ModelFolder } from './files.ts';
import { parseJson } from './parseJson.ts';

/**
 * A JSON object in a model folder.
 * @throws PaddockError `bad-model` when the file is missing without a fallback, or is no JSON object
 */
export async function readJson(
  folder: Pick<ModelFolder, 'path' | 'readText'>,
  name: string,
  fallback?: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const where = `${folder.path}/${name}`;
  const text = await folder.readText(name);
  if (text === undefined) {
    if (fallback) return fallback;
    throw new PaddockError(
      'bad-model',
      `${where} is missing. A model is a GGUF file, or a folder with config.json, a tokenizer and safetensors or ONNX files.`,
    );
  }
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    throw new PaddockError('bad-model', `${where} is not valid JSON (${(error as Error).message}). Copy the file again.`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new PaddockError('bad-model', `${where} is not a JSON object. Is this the folder of a Hugging Face model?`);
}
