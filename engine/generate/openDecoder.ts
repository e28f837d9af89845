import { throwIfCancelled } from '../errors.ts';
import type { DecoderGraph } from '../graph/building.ts';
import { buildDecoder } from '../graph/decoder.ts';
import { roundingError } from '../graph/linear.ts';
import { type Checkpoint, countParameters, storedAs } from '../model/checkpoint.ts';
import type { ModelLocation } from '../model/location.ts';
import { loadBackend } from '../runtime/backend.ts';
import { DecoderRuntime } from '../runtime/decoderRuntime.ts';
import { Session } from '../session/session.ts';
import { convert } from './conversion.ts';
import { chooseLowering } from './lowering.ts';
import { checkMemory, decoderMemory } from './memory.ts';
import type { Decoder, LoadOptions, OpenedModel } from './model.ts';
import { tokenizerOf } from './tokenizerOf.ts';

/** A decoder-only model whose graph Paddock builds. */
export function openDecoder(location: ModelLocation, checkpoint: Checkpoint): OpenedModel {
  const { config, source, weights, format, metadata } = checkpoint;
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
    fileBytes: source.files.reduce((sum, { size }) => sum + size, 0),
    ...said('name'),
    ...said('license'),
    tokenizer: () => tokenizerOf(location, metadata),
    memory: async (window) => decoderMemory(config, (await cpuGraph()).weights.bytes, window),
    roundingError: async () => roundingError((await cpuGraph()).rounded),
    load: (options) => load(checkpoint, options),
    close: () => source.close(),
  };
}

async function load({ config, source, weights }: Checkpoint, options: LoadOptions): Promise<Decoder> {
  const { threads, onProgress, signal } = options;
  const backend = await loadBackend(options.device, threads);
  throwIfCancelled(signal);
  onProgress?.('reading', 0);
  const graph = await buildDecoder(config, weights, chooseLowering(backend.device, options.precision));
  const window = Math.min(options.window ?? config.contextLength, config.contextLength);
  const memory = decoderMemory(config, graph.weights.bytes, window);
  checkMemory(memory, options.memory, (tokens) => decoderMemory(config, graph.weights.bytes, tokens));
  const image = await convert(source, graph, backend.device, options);
  throwIfCancelled(signal);
  await options.beforeLoading?.();
  onProgress?.('loading', 0);
  const runtime = await DecoderRuntime.create(config, image, backend, threads);
  return {
    config,
    runtime,
    parameters: countParameters(source),
    window,
    memory,
    device: backend.device,
    notes: backend.notes,
    newSession: (cache) => new Session(runtime, { window, ...cache }),
    dispose: () => runtime.dispose(),
  };
}
