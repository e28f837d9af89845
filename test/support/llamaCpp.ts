import {
  getLlama,
  type Llama as LlamaBackend,
  type LlamaContext,
  type LlamaContextSequence,
  LlamaLogLevel,
  type LlamaModel,
  type Token,
} from 'node-llama-cpp';

let backend: Promise<LlamaBackend> | undefined;

/** llama.cpp on the CPU, from the prebuilt binaries of node-llama-cpp; nothing is downloaded or compiled. One instance per process. */
export function llamaCpp(logLevel = LlamaLogLevel.error): Promise<LlamaBackend> {
  backend ??= getLlama({
    gpu: false,
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    logLevel,
    maxThreads: 0,
  });
  return backend;
}

/**
 * A GGUF file opened in llama.cpp. Its cache holds float32 and flash attention is off, so that any difference comes from the computation
 * itself.
 */
export class LlamaCppModel {
  readonly #model: LlamaModel;
  readonly #context: LlamaContext;
  readonly #sequence: LlamaContextSequence;

  private constructor(model: LlamaModel, context: LlamaContext) {
    this.#model = model;
    this.#context = context;
    this.#sequence = context.getSequence();
  }

  static async open(path: string, contextSize = 512): Promise<LlamaCppModel> {
    const model = await (await llamaCpp()).loadModel({ modelPath: path, gpuLayers: 0 });
    const context = await model.createContext({
      contextSize,
      batchSize: contextSize,
      threads: 1,
      flashAttention: false,
      experimentalKvCacheKeyType: 'F32',
      experimentalKvCacheValueType: 'F32',
    });
    return new LlamaCppModel(model, context);
  }

  /** Raw logits `[vocabulary]` after the last token. `controlledEvaluate` applies no temperature and no penalties by default. */
  async logits(tokens: readonly number[]): Promise<Float32Array> {
    await this.#sequence.clearHistory();
    return this.#append(tokens);
  }

  /** The `count` tokens that greedy decoding appends, by the largest raw logit. The end-of-text token does not stop it. */
  async greedy(tokens: readonly number[], count: number): Promise<number[]> {
    const generated: number[] = [];
    let logits = await this.logits(tokens);
    while (generated.length < count) {
      const best = logits.indexOf(logits.reduce((most, value) => Math.max(most, value), -Infinity));
      generated.push(best);
      logits = await this.#append([best]);
    }
    return generated;
  }

  async #append(tokens: readonly number[]): Promise<Float32Array> {
    const outputs = await this.#sequence.controlledEvaluate([
      ...(tokens.slice(0, -1) as Token[]),
      [tokens.at(-1) as Token, { generateNext: { logits: true } }],
    ]);
    return row(outputs.at(-1)?.next.logits);
  }

  async dispose(): Promise<void> {
    await this.#context.dispose();
    await this.#model.dispose();
  }
}

function row(logits: Map<Token, number> | undefined): Float32Array {
  if (!logits) throw new Error('llama.cpp returned no logits.');
  const values = new Float32Array(logits.size).fill(Number.NaN);
  for (const [token, value] of logits) values[token] = value;
  return values;
}
