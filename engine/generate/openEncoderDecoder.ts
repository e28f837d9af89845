import { buildAnsweringDecoder, buildEncoder } from '../graph/encoderDecoder.ts';
import { whyNotHeads } from '../graph/groupQueryAttention.ts';
import { roundingError } from '../graph/linear.ts';
import { countParameters, fileBytes, storedAs } from '../model/checkpoint.ts';
import { type EncoderDecoderConfig, ggufEncoderDecoderConfig, parseEncoderDecoderConfig } from '../model/encoderDecoder.ts';
import type { Fields } from '../model/fields.ts';
import type { ModelFolder } from '../model/files.ts';
import type { GgufFile } from '../model/gguf/gguf.ts';
import type { GgufMetadata } from '../model/ggufFields.ts';
import type { ModelLocation } from '../model/location.ts';
import { openSafetensorsFolder } from '../model/safetensorsFolder.ts';
import { T5Weights } from '../model/t5Weights.ts';
import type { Backend, Device } from '../runtime/backend.ts';
import { EncoderDecoderRuntime } from '../runtime/encoderDecoderRuntime.ts';
import { InputAnswerRuntime } from '../runtime/inputAnswerRuntime.ts';
import { convert } from './conversion.ts';
import { loadingOf, type Prepared } from './loadOnDevice.ts';
import { chooseLowering, type Precision } from './lowering.ts';
import { type MemoryEstimate, openingWindow, plainMemory } from './memory.ts';
import type { LoadOptions, ModelConfig, OpenedModel } from './model.ts';
import { tokenizerOf } from './tokenizerOf.ts';

interface Opened {
  readonly config: EncoderDecoderConfig;
  readonly weights: T5Weights;
}

/** T5 from a folder with safetensors files. @throws PaddockError `bad-model`, `unsupported-model` */
export async function openFolderEncoderDecoder(folder: ModelFolder, fields: Fields): Promise<OpenedModel> {
  const config = parseEncoderDecoderConfig(fields);
  const source = await openSafetensorsFolder(folder, fields.inner('quantization_config'));
  const location: ModelLocation = { kind: 'folder', path: folder.path, folder };
  return openEncoderDecoder(location, { config, weights: new T5Weights(source, 'safetensors') }, 'safetensors', undefined);
}

/** T5 from a GGUF file. @throws PaddockError `bad-model`, `unsupported-model` */
export function openGgufEncoderDecoder(location: ModelLocation, source: GgufFile): OpenedModel {
  const weights = new T5Weights(source, 'GGUF');
  const metadata = source.metadata.values;
  return openEncoderDecoder(location, { config: ggufEncoderDecoderConfig(source.metadata, weights), weights }, 'GGUF', metadata);
}

function openEncoderDecoder(
  location: ModelLocation,
  opened: Opened,
  format: OpenedModel['format'],
  metadata: GgufMetadata | undefined,
): OpenedModel {
  const { source } = opened.weights;
  let onCpu: Promise<Graphs> | undefined;
  const cpuGraphs = () => {
    onCpu ??= graphsOf(opened, { device: 'cpu' }, undefined);
    return onCpu;
  };
  return {
    path: location.path,
    format,
    config: configOf(opened.config),
    parameters: countParameters(source),
    storedAs: storedAs(source),
    fileBytes: fileBytes(source),
    tokenizer: () => tokenizerOf(location, metadata, opened.config.vocabularySize),
    memory: async (window) => memoryOf(opened.config, await cpuGraphs(), window, 'cpu'),
    roundingError: async () => {
      const { encoder, decoder } = await cpuGraphs();
      return roundingError([...encoder.rounded, ...decoder.rounded]);
    },
    ...loadingOf({
      path: source.path,
      fileBytes: fileBytes(source),
      config: configOf(opened.config),
      parameters: countParameters(source),
      whyNotWebGpu: async () => whyNotHeads(opened.config),
      prepare: (backend, options) => prepare(opened, backend, options),
      close: () => source.close(),
    }),
  };
}

function configOf(config: EncoderDecoderConfig): ModelConfig {
  const { family, vocabularySize, contextLength, eosTokenIds, startToken, encoderLayers, decoderLayers } = config;
  const layers = encoderLayers + decoderLayers;
  return { family, vocabularySize, contextLength, layers, bosTokenId: undefined, eosTokenIds, answerStart: startToken };
}

async function graphsOf(
  { config, weights }: Opened,
  { device, adapter }: Pick<Backend, 'device' | 'adapter'>,
  precision: Precision | undefined,
) {
  const lowering = chooseLowering(device, precision, { adapter });
  return {
    encoder: await buildEncoder(config, weights, lowering),
    decoder: await buildAnsweringDecoder(config, weights, lowering),
  };
}

type Graphs = Awaited<ReturnType<typeof graphsOf>>;

function memoryOf(config: EncoderDecoderConfig, { encoder, decoder }: Graphs, window: number, device: Device): MemoryEstimate {
  const { decoderLayers, heads, headSize, hiddenSize, feedForwardSize, gated } = config;
  const bytesPerToken = 2 * decoderLayers * heads * headSize * Float32Array.BYTES_PER_ELEMENT;
  const model = {
    weightBytes: encoder.weights.bytes + decoder.weights.bytes,
    cacheBytesPerToken: bytesPerToken,
    givesWholeCache: false,
    inputBytesPerToken: bytesPerToken,
    inputActivationsPerToken: 2 * hiddenSize + 4 * heads * headSize + (gated ? 2 : 1) * feedForwardSize,
    heads,
    vocabularySize: config.vocabularySize,
  };
  return plainMemory(model, window, device);
}

async function prepare(opened: Opened, backend: Backend, options: LoadOptions): Promise<Prepared> {
  const { config, weights } = opened;
  const { device } = backend;
  const graphs = await graphsOf(opened, backend, options.precision);
  const memory = (tokens: number) => memoryOf(config, graphs, tokens, device);
  const window = openingWindow(config.contextLength, options, memory);
  const images = {
    encoder: await convert(weights.source, graphs.encoder, device, options),
    decoder: await convert(weights.source, graphs.decoder, device, options),
  };
  const shape = [config.buckets, config.heads];
  const tables = {
    encoder: await weights.values('encoder.distances', shape),
    decoder: await weights.values('decoder.distances', shape),
  };
  return {
    window,
    memory,
    async load() {
      const pair = await EncoderDecoderRuntime.create(config, images, tables, backend, options.threads);
      return new InputAnswerRuntime(pair, backend, configOf(config));
    },
  };
}
