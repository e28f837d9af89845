import { isPaddockError } from '../errors.ts';
import { type Checkpoint, openFolderCheckpoint, openGgufCheckpoint } from '../model/checkpoint.ts';
import { isEncoderDecoder } from '../model/encoderDecoder.ts';
import { Fields } from '../model/fields.ts';
import type { ModelFile, ModelFolder } from '../model/files.ts';
import { openGguf } from '../model/gguf/gguf.ts';
import { refuseOthers } from '../model/gguf/kinds.ts';
import { readJson } from '../model/json.ts';
import type { ModelLocation } from '../model/location.ts';
import { openOnnxFolder } from '../model/onnx/folder.ts';
import { hasSafetensors } from '../model/safetensorsFolder.ts';
import type { OpenedModel } from './model.ts';
import { openDecoder } from './openDecoder.ts';
import { openFolderEncoderDecoder, openGgufEncoderDecoder } from './openEncoderDecoder.ts';
import { openOnnx } from './openOnnx.ts';

/**
 * Opens a model of any format: reads what it is, not its weights. The caller closes it, which closes the location's file.
 * @throws PaddockError `bad-model` or `unsupported-model`, naming the file and what to do; nothing stays open
 */
export function openModel(location: ModelLocation): Promise<OpenedModel> {
  return location.kind === 'file' ? openFile(location, location.file) : openFolder(location, location.folder);
}

async function openFile(location: ModelLocation, file: ModelFile): Promise<OpenedModel> {
  const source = await openGguf(file);
  try {
    refuseOthers(source.metadata, source.path);
    if (isEncoderDecoder(source.metadata.get('general.architecture'))) return openGgufEncoderDecoder(location, source);
    return openDecoder(location, await openGgufCheckpoint(source), reopening(location));
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** A folder that has its weights as safetensors and as ONNX graphs is read from the former, unless only the graphs can be run. */
async function openFolder(location: ModelLocation, folder: ModelFolder): Promise<OpenedModel> {
  if (!(await hasSafetensors(folder))) {
    const onnx = await openOnnxFolder(folder);
    if (onnx) return openOnnx(folder, onnx);
  }
  const fields = new Fields(await readJson(folder, 'config.json'), `${folder.path}/config.json`);
  try {
    if (isEncoderDecoder(fields.get('model_type'))) return await openFolderEncoderDecoder(folder, fields);
    return openDecoder(location, await openFolderCheckpoint(folder, fields), reopening(location));
  } catch (error) {
    const onnx = isPaddockError(error, 'unsupported-model') ? await openOnnxFolder(folder) : undefined;
    if (onnx) return openOnnx(folder, onnx);
    throw error;
  }
}

/** Reads a decoder's checkpoint again, which the caller closes. */
function reopening({ reopen }: ModelLocation): (() => Promise<Checkpoint>) | undefined {
  if (!reopen) return undefined;
  return async () => {
    const location = await reopen();
    if (location.kind === 'folder') {
      const { folder } = location;
      return openFolderCheckpoint(folder, new Fields(await readJson(folder, 'config.json'), `${folder.path}/config.json`));
    }
    const source = await openGguf(location.file);
    try {
      return await openGgufCheckpoint(source);
    } catch (error) {
      await source.close();
      throw error;
    }
  };
}
