import type { DecoderGraph, Lowering } from '../graph/building.ts';
import { buildDecoder } from '../graph/decoder.ts';
import { whyNotWebGpu } from '../graph/groupQueryAttention.ts';
import { roundingError } from '../graph/linear.ts';
import { prefillOf } from '../graph/manyTokens.ts';
import { type Checkpoint, countParameters, fileBytes, storedAs } from '../model/checkpoint.ts';
import type { DecoderConfig } from '../model/config.ts';
import type { ModelLocation } from '../model/location.ts';
import { plainText } from '../model/plainText.ts';
import type { Backend, Device } from '../runtime/backend.ts';
import { withGraph } from '../runtime/decoderImage.ts';
import { DecoderRuntime } from '../runtime/decoderRuntime.ts';
import { GpuDecoderRuntime } from '../runtime/webgpu/gpuDecoderRuntime.ts';
import { convert } from './conversion.ts';
import { loadingOf, type Prepared } from './loadOnDevice.ts';
import { chooseLowering } from './lowering.ts';
import { decoderMemory, type MemoryEstimate, openingWindow } from './memory.ts';
import type { LoadOptions, OpenedModel } from './model.ts';
import { otherImages } from './otherImages.ts';
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
  const { config, source, format, metadata } = checkpoint;
  let onCpu: Promise<Graphs> | undefined;
  const cpuGraphs = () => {
    onCpu ??= graphsOf(checkpoint, chooseLowering('cpu', 'fast', { floatBytes: floatBytesOf(checkpoint) }));
    return onCpu;
  };
  const said = (key: string) => {
    const given = metadata?.get(`general.${key}`);
    const value = typeof given === 'string' ? plainText(given) : '';
    return value !== '' ? { [key === 'license' ? 'licence' : key]: value } : {};
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
    tokenizer: () => tokenizerOf(location, metadata, config.vocabularySize),
    memory: async (window) => memoryOf(config, await cpuGraphs(), window, 'cpu'),
    roundingError: async () => roundingError((await cpuGraphs()).plain.rounded),
    ...loadingOf({
      path: source.path,
      fileBytes: fileBytes(source),
      config,
      parameters: countParameters(source),
      whyNotWebGpu: async () => whyNotWebGpu(config),
      prepare: (backend, options) => prepare(checkpoint, reopen, backend, options),
      close: () => source.close(),
    }),
  };
}

async function prepare(
  checkpoint: Checkpoint,
  reopen: (() => Promise<Checkpoint>) | undefined,
  backend: Backend,
  options: LoadOptions,
): Promise<Prepared> {
  const { config, source } = checkpoint;
  const { adapter, device } = backend;
  const { threads, precision } = options;
  const lowering = chooseLowering(device, precision, { adapter, floatBytes: floatBytesOf(checkpoint) });
  const graphs = await graphsOf(checkpoint, lowering);
  const memory = (tokens: number) => memoryOf(config, graphs, tokens, device);
  const window = openingWindow(config.contextLength, options, memory);
  const image = await convert(source, graphs.plain, device, options);
  const others = reopen && otherImages(reopen, { lowering, device, image, options });
  // Where nothing was to be unpacked to bytes, its weights stand in the same places.
  const ownPrefill = (graph: DecoderGraph) =>
    graph.weights.bytes === graphs.plain.weights.bytes ? withGraph(image, graph.model) : convert(source, graph, device, options);
  const prefill = typeof graphs.prefill === 'object' ? await ownPrefill(graphs.prefill) : graphs.prefill;
  return {
    window,
    memory,
    load: () =>
      adapter
        ? GpuDecoderRuntime.create(config, image, backend, {
            longestRun: adapter.longestRun,
            halfPrecision: lowering.halfPrecision ?? false,
            ...(others && { images: others }),
          })
        : DecoderRuntime.create(config, { plain: image, prefill, others }, backend, threads),
  };
}

function floatBytesOf({ source }: Checkpoint): number {
  return 4 * countParameters(source);
}

/** The graphs that a decoder is loaded with. */
interface Graphs {
  readonly plain: DecoderGraph;
  /** See {@link Lowering.prefill}. */
  readonly prefill: DecoderGraph | 'same graph' | undefined;
}

async function graphsOf({ config, weights }: Checkpoint, lowering: Lowering): Promise<Graphs> {
  const where = prefillOf(config, lowering);
  return {
    plain: await buildDecoder(config, weights, lowering),
    prefill: where === 'own graph' ? await buildDecoder(config, weights, lowering, 'prefill') : where,
  };
}

function memoryOf(config: DecoderConfig, { plain, prefill }: Graphs, window: number, device: Device): MemoryEstimate {
  return decoderMemory(config, plain.weights, window, device, typeof prefill === 'object' ? prefill.weights : prefill);
}
