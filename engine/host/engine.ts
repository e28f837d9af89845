import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { PaddockError, throwIfCancelled } from '../errors.ts';
import { type Completion, type CompletionRequest, complete } from '../generate/complete.ts';
import { type LanguageModel, type LoadOptions, loadLanguageModel } from '../generate/languageModel.ts';
import type { Precision } from '../generate/lowering.ts';
import { infillTokens } from '../prompt/fillInTheMiddle.ts';
import { RunQueue } from '../runtime/runQueue.ts';
import type { Session } from '../session/session.ts';
import { openNodeFolder } from '../storage/nodeFolder.ts';
import type { ModelInfo, OpenModelParams } from './protocol.ts';

/** More threads than this do not make a small model faster. */
const MOST_THREADS = 4;

interface Opened {
  readonly model: LanguageModel;
  readonly session: Session;
  readonly info: ModelInfo;
}

/** One model and its timeline, for whoever drives it: the engine process or the command line. Requests run one after the other. */
export class Engine {
  readonly #queue = new RunQueue();
  #opened: Opened | undefined;

  /** The open model. @throws PaddockError `no-model` */
  get opened(): Opened {
    if (this.#opened) return this.#opened;
    throw new PaddockError('no-model', 'No model is open. Open a model folder first.');
  }

  /** Opens a model in place of the one that is open. On failure nothing is open. */
  open(params: OpenModelParams, signal?: AbortSignal, precision?: Precision): Promise<ModelInfo> {
    return this.#queue.enqueue(async () => {
      const old = this.#opened;
      this.#opened = undefined;
      await old?.model.dispose();
      const started = performance.now();
      const threads = chosenThreads(params.threads);
      const options: LoadOptions = { device: params.device, threads, ...(precision && { precision }), ...(signal && { signal }) };
      const model = await loadLanguageModel(await openNodeFolder(params.folder), options);
      const info = describe(model, params.folder, threads, performance.now() - started);
      this.#opened = { model, session: model.newSession(), info };
      return info;
    });
  }

  /** Completes code at a cursor; `onText` is told each piece. */
  complete(request: CompletionRequest, signal?: AbortSignal, onText?: (piece: string) => void): Promise<Completion> {
    return this.#queue.enqueue(async () => {
      throwIfCancelled(signal);
      const { model, session } = this.opened;
      const pieces = complete(model, session, request, signal);
      for (;;) {
        const next = await pieces.next();
        if (next.done) return next.value;
        onText?.(next.value);
      }
    });
  }

  async close(): Promise<void> {
    await this.#queue.enqueue(async () => this.#opened?.model.dispose());
    this.#opened = undefined;
  }
}

/** The threads wished for; for 0 half of the cores, so that the editor keeps the rest. */
export function chosenThreads(wish: number): number {
  return wish > 0 ? wish : Math.max(1, Math.min(MOST_THREADS, Math.floor(availableParallelism() / 2)));
}

function describe(model: LanguageModel, folder: string, threads: number, loadMs: number): ModelInfo {
  return {
    folder,
    name: basename(folder),
    parameters: model.parameters,
    contextLength: model.config.contextLength,
    vocabularySize: model.config.vocabularySize,
    layers: model.config.layers,
    weightBytes: model.weightBytes,
    device: model.device,
    threads,
    fillInTheMiddle: infillTokens(model.tokenizer) !== undefined,
    loadMs,
    notes: model.notes,
  };
}
