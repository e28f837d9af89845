/** Engines in a page, on WebAssembly. The bench calls `run`. */
import { generate } from '../../../engine/generate/generate.ts';
import { loadDecoder } from '../../../engine/generate/languageModel.ts';
import type { ModelFile } from '../../../engine/model/files.ts';
import { GREEDY } from '../../../engine/sampling/sampler.ts';

export interface PageJob {
  readonly engine: 'paddock' | 'wllama';
  /** Of a GGUF file. */
  readonly url: string;
  /** Of the folder with the engine's files, ending in `/`: onnxruntime-web's WebAssembly, or wllama's modules. */
  readonly files: string;
  readonly threads: number;
  readonly window: number;
  readonly prompt: readonly number[];
  readonly decode: number;
}

/** Tokens per second, and ms until the model could be run. */
export interface PageResult {
  readonly ready: number;
  readonly prefill: number;
  readonly decode: number;
}

async function run(job: PageJob): Promise<PageResult> {
  if (!('SharedArrayBuffer' in globalThis)) throw new Error('The page is not isolated, so WebAssembly has no threads.');
  const blob = await (await fetch(job.url)).blob();
  return job.engine === 'paddock' ? runPaddock(job, blob) : runWllama(job, blob);
}

async function runPaddock({ url, files, threads, window, prompt, decode }: PageJob, blob: Blob): Promise<PageResult> {
  const started = performance.now();
  const file: ModelFile = {
    path: url,
    size: blob.size,
    read: async (offset, length) => new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer()),
    close: async () => {},
  };
  const model = await loadDecoder({ kind: 'file', path: url, file }, { device: 'wasm', threads, window, wasmFolder: files });
  const ready = performance.now() - started;
  const continued = async (tokens: readonly number[], count: number) => {
    const session = model.newSession();
    const began = performance.now();
    let first = 0;
    for await (const _ of generate(session, tokens, { maxTokens: count, sampling: GREEDY, stopTokens: new Set() })) {
      first ||= performance.now();
    }
    return { prefill: (1000 * tokens.length) / (first - began), decode: (1000 * (count - 1)) / (performance.now() - first) };
  };
  await continued(prompt.slice(0, 4), 4);
  return { ready, ...(await continued(prompt, decode)) };
}

/** What llama.cpp's server tells of its own time. */
interface Timings {
  readonly prompt_n: number;
  readonly prompt_per_second: number;
  readonly predicted_n: number;
  readonly predicted_per_second: number;
}

/** The part of wllama's module that is used here; its own types cannot be resolved as those of an ES module. */
interface WllamaModule {
  readonly Wllama: new (
    files: { readonly default: string },
    config: { readonly suppressNativeLog: boolean },
  ) => {
    loadModel(blobs: readonly Blob[], options: Readonly<Record<'n_ctx' | 'n_threads' | 'n_gpu_layers', number>>): Promise<void>;
    getNumThreads(): number;
    createCompletion(options: object): Promise<{ readonly timings: Timings }>;
  };
}

async function runWllama({ files, threads, window, prompt, decode }: PageJob, blob: Blob): Promise<PageResult> {
  const started = performance.now();
  const { Wllama }: WllamaModule = await import(/* @vite-ignore */ `${files}index.js`);
  const wllama = new Wllama({ default: `${files}wasm/wllama.wasm` }, { suppressNativeLog: true });
  await wllama.loadModel([blob], { n_ctx: window, n_threads: threads, n_gpu_layers: 0 });
  const ready = performance.now() - started;
  if (wllama.getNumThreads() !== threads) throw new Error(`wllama runs ${wllama.getNumThreads()} threads instead of ${threads}.`);
  const complete = async (tokens: readonly number[], count: number): Promise<Timings> => {
    // It takes text only. In the files' vocabularies a letter is a byte, which is a token.
    const text = String.fromCharCode(...tokens.map((token) => 97 + (token % 26)));
    const options = { prompt: text, max_tokens: count, temperature: 0, ignore_eos: true };
    return (await wllama.createCompletion(options)).timings;
  };
  await complete(prompt.slice(0, 4), 4);
  const found = await complete(prompt, decode);
  if (found.predicted_n !== decode || found.prompt_n < prompt.length) {
    throw new Error(
      `wllama ran ${found.prompt_n} and wrote ${found.predicted_n} tokens instead of ${prompt.length} and ${decode}.`,
    );
  }
  return { ready, prefill: found.prompt_per_second, decode: found.predicted_per_second };
}

Object.assign(globalThis, { run });
