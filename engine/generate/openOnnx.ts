import { throwIfCancelled } from '../errors.ts';
import type { ModelFolder } from '../model/files.ts';
import type { OnnxGraphs, OnnxModel } from '../model/onnx/folder.ts';
import { stateBytesPerToken } from '../model/onnx/interface.ts';
import { chooseVariant } from '../model/onnx/variants.ts';
import { loadBackendWithoutGpu } from '../runtime/backend.ts';
import { InputAnswerRuntime } from '../runtime/inputAnswerRuntime.ts';
import type { ModelRuntime } from '../runtime/modelRuntime.ts';
import { OnnxFolderRuntime } from '../runtime/onnx/onnxFolderRuntime.ts';
import { Seq2SeqRuntime } from '../runtime/onnx/seq2seqRuntime.ts';
import { decoderOver } from './decoderOver.ts';
import { type MemoryEstimate, openingWindow, plainMemory } from './memory.ts';
import type { Decoder, LoadOptions, ModelConfig, OpenedModel } from './model.ts';
import { tokenizerOf } from './tokenizerOf.ts';

/** A folder of ONNX graphs, which are run as they are. @throws PaddockError `bad-model`, `unsupported-model` */
export async function openOnnx(folder: ModelFolder, model: OnnxModel): Promise<OpenedModel> {
  const onCpu = await model.read(chooseVariant(model.variants, 'cpu'));
  return {
    path: folder.path,
    format: 'ONNX',
    config: configOf(model, onCpu),
    parameters: onCpu.parameters,
    storedAs: { [onCpu.storedAs]: 1 },
    fileBytes: onCpu.weightBytes,
    tokenizer: () => tokenizerOf({ kind: 'folder', path: folder.path, folder }, undefined),
    memory: async (window) => memoryOf(onCpu, window),
    roundingError: async () => undefined,
    load: (options) => load(model, options),
    close: async () => undefined,
  };
}

function configOf(model: OnnxModel, { settings, layers, vocabularySize }: OnnxGraphs): ModelConfig {
  const { family, contextLength, bosTokenId, eosTokenIds, decoderStartTokenId } = settings;
  const answerStart = decoderStartTokenId ?? bosTokenId ?? 0;
  const shared = { family, contextLength, vocabularySize, layers, bosTokenId, eosTokenIds };
  return model.kind === 'encoder-decoder' ? { ...shared, bosTokenId: undefined, answerStart } : shared;
}

function memoryOf({ decoder, weightBytes, vocabularySize }: OnnxGraphs, window: number): MemoryEstimate {
  const cacheBytesPerToken = stateBytesPerToken(decoder.io.states);
  return plainMemory({ weightBytes, cacheBytesPerToken, vocabularySize }, window);
}

async function load(model: OnnxModel, options: LoadOptions): Promise<Decoder> {
  const { threads, signal, onProgress } = options;
  const backend = await loadBackendWithoutGpu(options.device, 'ONNX folders', threads, options.wasmFolder);
  onProgress?.('reading', 0);
  const graphs = await model.read(chooseVariant(model.variants, backend.device));
  const config = configOf(model, graphs);
  const memory = (tokens: number) => memoryOf(graphs, tokens);
  const window = openingWindow(config.contextLength, options, memory);
  throwIfCancelled(signal);
  await options.beforeLoading?.();
  onProgress?.('loading', 0);
  const runtime: ModelRuntime =
    model.kind === 'encoder-decoder'
      ? new InputAnswerRuntime(await Seq2SeqRuntime.create(graphs, backend, threads), config)
      : await OnnxFolderRuntime.create(graphs, backend, threads);
  return decoderOver(runtime, {
    config,
    parameters: graphs.parameters,
    window,
    memory,
    device: backend.device,
    notes: backend.notes,
  });
}
