import { PaddockError } from '../errors.ts';
import type { ModelFolder } from '../model/files.ts';
import type { OnnxGraphs, OnnxModel } from '../model/onnx/folder.ts';
import { stateBytesPerToken, stateWidth } from '../model/onnx/interface.ts';
import { whyNotWebGpu } from '../model/onnx/onWebGpu.ts';
import { chooseVariant } from '../model/onnx/variants.ts';
import type { Backend, Device } from '../runtime/backend.ts';
import { InputAnswerRuntime } from '../runtime/inputAnswerRuntime.ts';
import type { ModelRuntime } from '../runtime/modelRuntime.ts';
import { OnnxFolderRuntime } from '../runtime/onnx/onnxFolderRuntime.ts';
import { Seq2SeqRuntime } from '../runtime/onnx/seq2seqRuntime.ts';
import { runToken } from './deviceTries.ts';
import { loadingOf, type Prepared } from './loadOnDevice.ts';
import { type MemoryEstimate, openingWindow, plainMemory } from './memory.ts';
import type { LoadOptions, ModelConfig, OpenedModel } from './model.ts';
import { tokenizerOf } from './tokenizerOf.ts';

/** A folder of ONNX graphs, which are run as they are. @throws PaddockError `bad-model`, `unsupported-model` */
export async function openOnnx(folder: ModelFolder, model: OnnxModel): Promise<OpenedModel> {
  const onCpu = await model.read(chooseVariant(model.variants, 'cpu'));
  const config = configOf(model, onCpu);
  return {
    path: folder.path,
    format: 'ONNX',
    config,
    parameters: onCpu.parameters,
    storedAs: { [onCpu.storedAs]: 1 },
    fileBytes: onCpu.weightBytes,
    tokenizer: () => tokenizerOf({ kind: 'folder', path: folder.path, folder }, undefined, config.vocabularySize),
    memory: async (window) => memoryOf(onCpu, window, 'cpu'),
    roundingError: async () => undefined,
    ...loadingOf({
      path: folder.path,
      fileBytes: onCpu.weightBytes,
      config,
      parameters: onCpu.parameters,
      whyNotWebGpu: async () => whyNotWebGpu(await model.read(chooseVariant(model.variants, 'webgpu'))),
      prepare: (backend, options) => prepare(model, config, backend, options),
      close: async () => undefined,
    }),
  };
}

function configOf(model: OnnxModel, { settings, layers, vocabularySize }: OnnxGraphs): ModelConfig {
  const { family, contextLength, bosTokenId, eosTokenIds, decoderStartTokenId } = settings;
  const answerStart = decoderStartTokenId ?? bosTokenId ?? 0;
  const shared = { family, contextLength, vocabularySize, layers, bosTokenId, eosTokenIds };
  return model.kind === 'encoder-decoder' ? { ...shared, bosTokenId: undefined, answerStart } : shared;
}

function memoryOf(graphs: OnnxGraphs, window: number, device: Device): MemoryEstimate {
  const { decoder, encoder, settings, weightBytes, vocabularySize } = graphs;
  const { states } = decoder.io;
  const model = {
    weightBytes,
    cacheBytesPerToken: stateBytesPerToken(states),
    givesWholeCache: true,
    inputBytesPerToken: encoder ? stateBytesPerToken(states, 'of the input') : 0,
    // Queries, keys and values before and after they are split into heads, and a feed-forward layer of four times their width.
    inputActivationsPerToken: encoder ? 10 * Math.max(0, ...states.map(stateWidth)) : 0,
    // Of queries at least as many as of keys.
    heads: settings.heads ?? Math.max(1, ...states.map(({ shape, axis }) => (axis === 2 ? (shape[1] ?? 1) : 1))),
    vocabularySize,
  };
  return plainMemory(model, window, device);
}

async function prepare(model: OnnxModel, config: ModelConfig, backend: Backend, options: LoadOptions): Promise<Prepared> {
  const { device, adapter } = backend;
  const { threads } = options;
  const graphs = await model.read(chooseVariant(model.variants, device, adapter?.float16));
  const memory = (tokens: number) => memoryOf(graphs, tokens, device);
  return {
    window: openingWindow(config.contextLength, options, memory),
    memory,
    async load() {
      const runtime =
        model.kind === 'encoder-decoder'
          ? new InputAnswerRuntime(await Seq2SeqRuntime.create(graphs, backend, threads), backend, config)
          : await OnnxFolderRuntime.create(graphs, backend, threads);
      if (adapter) await tryRun(runtime, graphs.decoder.path, config.answerStart);
      return runtime;
    },
  };
}

/**
 * Runs a token, because a graph can be loaded onto a GPU that has no kernel for it, or none in float16.
 * @throws PaddockError `runtime`; the runtime is disposed of
 */
async function tryRun(runtime: ModelRuntime, path: string, answerStart: number | undefined): Promise<void> {
  try {
    await runToken(runtime, answerStart);
  } catch (error) {
    await runtime.dispose();
    const why = `WebGPU cannot run ${path}: ${(error as Error).message}`;
    throw new PaddockError('runtime', `${why}. Set the device to "auto" or "cpu".`, { cause: error });
  }
}
