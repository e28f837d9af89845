import type { DecoderGraph } from '../graph/building.ts';
import { buildDecoder } from '../graph/decoder.ts';
import { roundingError } from '../graph/linear.ts';
import { type Checkpoint, countParameters, fileBytes, storedAs } from '../model/checkpoint.ts';
import type { ModelLocation } from '../model/location.ts';
import { loadOnDevice } from './loadOnDevice.ts';
import { chooseLowering } from './lowering.ts';
import { decoderMemory } from './memory.ts';
import type { OpenedModel } from './model.ts';
import { tokenizerOf } from './tokenizerOf.ts';

/**
 * A decoder-only model whose graph Paddock builds.
 * @param reopen reads the checkpoint again, for graphs that are needed later; without it the model cannot be steered
 */
export function openDecoder(
  location: ModelLocation,
  checkpoint: Checkpoint,
  reopen: (() => Promise<Checkpoint>) | undefined,
): OpenedModel {
  const { config, source, weights, format, metadata } = checkpoint;
  /** A decoder on a GPU closes the source itself. */
  let isHeld = false;
  let onCpu: Promise<DecoderGraph> | undefined;
  const cpuGraph = () => {
    onCpu ??= buildDecoder(config, weights, chooseLowering('cpu'));
    return onCpu;
  };
  const said = (key: string) => {
    const value = metadata?.get(`general.${key}`);
    return typeof value === 'string' && value !== '' ? { [key === 'license' ? 'licence' : key]: value } : {};
  };
  return {
    path: location.path,
    format,
    config,
    parameters: countParameters(source),
    storedAs: storedAs(source),
    fileBytes: fileBytes(source),
    ...said('name'),
    ...said('license'),
    tokenizer: () => tokenizerOf(location, metadata),
    memory: async (window) => decoderMemory(config, (await cpuGraph()).weights, window),
    roundingError: async () => roundingError((await cpuGraph()).rounded),
    async load(options) {
      const decoder = await loadOnDevice(checkpoint, { ...options, ...(reopen && { reopen }) });
      isHeld = decoder.device === 'webgpu';
      return decoder;
    },
    async close() {
      if (!isHeld) await source.close();
    },
  };
}
