import type { LlamaContext, LlamaContextSequence, LlamaModel, Token } from 'node-llama-cpp';
import type { LanguageModel } from '../../../engine/generate/model.ts';
import { type CompletionContext, completionPrompt } from '../../../engine/prompt/fillInTheMiddle.ts';
import { heal } from '../../../engine/prompt/healing.ts';
import { llamaCpp } from '../../support/llamaCpp.ts';

/** Completes lines with llama.cpp from Paddock's prompts. A prompt runs from where it differs from the previous one. */
export class LlamaCppLines {
  readonly #llama: LlamaModel;
  readonly #context: LlamaContext;
  readonly #sequence: LlamaContextSequence;
  readonly #model: LanguageModel;

  private constructor(llama: LlamaModel, context: LlamaContext, model: LanguageModel) {
    this.#llama = llama;
    this.#context = context;
    this.#sequence = context.getSequence();
    this.#model = model;
  }

  /** @param opened the same model in Paddock, which makes the prompts */
  static async open(path: string, { model }: { readonly model: LanguageModel }, threads: number): Promise<LlamaCppLines> {
    const llama = await (await llamaCpp()).loadModel({ modelPath: path, gpuLayers: 0 });
    const context = await llama.createContext({ contextSize: model.config.contextLength, batchSize: 512, threads });
    return new LlamaCppLines(llama, context, model);
  }

  /** @returns milliseconds from the prompt to the end of the line */
  async line(cursor: CompletionContext, maxTokens: number): Promise<number> {
    const { tokenizer, config, stopTokens } = this.#model;
    const budget = config.contextLength - maxTokens;
    const { tokens } = heal(completionPrompt(cursor, tokenizer, config.bosTokenId, budget), tokenizer);
    const started = performance.now();
    await this.#sequence.adaptStateToTokens(tokens.slice(0, -1) as Token[], false);
    const rest = tokens.slice(this.#sequence.nextTokenIndex) as Token[];
    let count = 0;
    for await (const token of this.#sequence.evaluate(rest, { temperature: 0, yieldEogToken: true })) {
      if (++count >= maxTokens || stopTokens.has(token) || tokenizer.texts[token]?.includes('\n')) break;
    }
    return performance.now() - started;
  }

  async close(): Promise<void> {
    await this.#context.dispose();
    await this.#llama.dispose();
  }
}
