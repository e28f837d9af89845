import { throwIfCancelled } from '../errors.ts';
import { buildAnsweringDecoder, buildEncoder } from '../graph/encoderDecoder.ts';
import { type EncoderDecoderConfig, ggufEncoderDecoderConfig, parseEncoderDecoderConfig } from '../model/encoderDecoder.ts';
import { Fields } from '../model/fields.ts';
import { openGguf } from '../model/gguf/gguf.ts';
import { readJson } from '../model/json.ts';
import type { ModelLocation } from '../model/location.ts';
import { openSafetensorsFolder } from '../model/safetensorsFolder.ts';
import { T5Weights } from '../model/t5Weights.ts';
import { loadBackend } from '../runtime/backend.ts';
import { EncoderDecoderRuntime } from '../runtime/encoderDecoderRuntime.ts';
import { convertInMemory } from './conversion.ts';
import type { LoadOptions } from './languageModel.ts';
import { chooseLowering } from './lowering.ts';

/**
 * Opens an encoder–decoder of the T5 kind from safetensors or GGUF, builds its two graphs for the device and loads them.
 * @throws PaddockError `bad-model`, `unsupported-model`, `runtime`, `cancelled`; nothing stays open
 */
export async function loadEncoderDecoder(
  location: ModelLocation,
  options: Pick<LoadOptions, 'device' | 'threads' | 'precision' | 'signal' | 'onProgress'>,
): Promise<EncoderDecoderRuntime> {
  const { config, weights } = location.kind === 'file' ? await openFile(location) : await openFolder(location);
  try {
    const backend = await loadBackend(options.device, options.threads);
    throwIfCancelled(options.signal);
    const lowering = chooseLowering(backend.device, options.precision);
    const [encoder, decoder] = [
      await convertInMemory(await buildEncoder(config, weights, lowering), options),
      await convertInMemory(await buildAnsweringDecoder(config, weights, lowering), options),
    ];
    const shape = [config.buckets, config.heads];
    const tables = {
      encoder: await weights.values('encoder.distances', shape),
      decoder: await weights.values('decoder.distances', shape),
    };
    throwIfCancelled(options.signal);
    return await EncoderDecoderRuntime.create(config, { encoder, decoder }, tables, backend, options.threads);
  } finally {
    await weights.source.close();
  }
}

interface Opened {
  readonly config: EncoderDecoderConfig;
  readonly weights: T5Weights;
}

async function openFolder({ folder }: Extract<ModelLocation, { kind: 'folder' }>): Promise<Opened> {
  const fields = new Fields(await readJson(folder, 'config.json'), `${folder.path}/config.json`);
  const config = parseEncoderDecoderConfig(fields);
  const source = await openSafetensorsFolder(folder, fields.inner('quantization_config'));
  return { config, weights: new T5Weights(source, 'safetensors') };
}

async function openFile({ file }: Extract<ModelLocation, { kind: 'file' }>): Promise<Opened> {
  const source = await openGguf(file);
  try {
    const weights = new T5Weights(source, 'GGUF');
    return { config: ggufEncoderDecoderConfig(source.metadata.values, weights), weights };
  } catch (error) {
    await source.close();
    throw error;
  }
}
