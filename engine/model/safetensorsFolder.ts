import type { Fields } from './fields.ts';
import type { ModelFolder } from './files.ts';
import { openSafetensors } from './safetensors.ts';
import type { WeightSource } from './weights.ts';

/** The tensors of a folder. */
export async function openSafetensorsFolder(folder: ModelFolder, _quantization: Fields | undefined): Promise<WeightSource> {
  return openSafetensors(await folder.openFile('model.safetensors'));
}
