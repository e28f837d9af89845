import { isPaddockError } from '../../errors.ts';
import { generate } from '../../generate/generate.ts';
import type { LanguageModel } from '../../generate/model.ts';
import { PromptLookup } from '../../generate/promptLookup.ts';
import { Speculation } from '../../generate/speculation.ts';
import { textPrompt } from '../../generate/textPrompt.ts';
import { possibleDevices } from '../../runtime/backend.ts';
import { GREEDY } from '../../sampling/sampler.ts';
import { median } from '../median.ts';
import type { Device } from '../protocol.ts';
import { sizeInWords } from '../words.ts';
import { print, type RunOptions, readSource, withEngine } from './common.ts';

interface BenchOptions extends RunOptions {
  readonly prompt: number;
  readonly generate: number;
  readonly rounds: number;
  readonly everyDevice?: true;
}

/** Speed of a model on one device; rates in tokens per second, medians over rounds. */
interface DeviceSpeed {
  readonly device: Device;
  readonly threads: number;
  readonly loadMs: number;
  readonly promptTokens: number;
  readonly prefillTokensPerSecond: number;
  readonly decodeTokensPerSecond: number;
  /** A text continued greedily: token by token, and with drafts by look-up. */
  readonly text: {
    readonly promptTokens: number;
    readonly generatedTokens: number;
    readonly tokensPerSecond: number;
    readonly lookUpTokensPerSecond: number;
    /** Drafted tokens, and those of them that were right. */
    readonly drafted: number;
    readonly accepted: number;
  };
  /** As estimated before loading. */
  readonly weightBytes: number;
  readonly memoryBytes: number;
  /** Of this process, after all runs. */
  readonly residentBytes: number;
  readonly notes: readonly string[];
}

/** A device on which the model does not run, and why. */
interface Failure {
  readonly device: Device;
  readonly failure: string;
}

/** The text that is continued unless a file is given. */
const SAMPLE = `/** A basket of things to buy. */
export class Basket {
  constructor(prices) {
    this.prices = prices;
    this.items = new Map();
  }

  add(name, count = 1) {
    if (!this.prices.has(name)) throw new Error(\`There is no \${name}.\`);
    this.items.set(name, (this.items.get(name) ?? 0) + count);
  }

  remove(name, count = 1) {
    const left = (this.items.get(name) ?? 0) - count;
    if (left > 0) this.items.set(name, left);
    else this.items.delete(name);
  }

  get total() {
    let total = 0;
    for (const [name, count] of this.items) {
`;

/** `paddock bench`: speed and memory of a model on this machine, on one device or on each. */
export async function bench(file: string | undefined, options: BenchOptions): Promise<void> {
  const text = file === undefined ? SAMPLE : await readSource(file);
  const results: (DeviceSpeed | Failure)[] = [];
  let model = options.model ?? '';
  for (const device of options.everyDevice ? possibleDevices() : [options.device]) {
    try {
      const measured = await withEngine({ ...options, device }, async ({ opened: { model, info } }) => {
        const speed = { ...(await speedOf(model, options)), text: await textSpeed(model, text, options) };
        const { name, device, threads, loadMs, weightBytes, memoryBytes, notes } = info;
        const residentBytes = process.memoryUsage().rss;
        return { name, result: { device, threads, loadMs, ...speed, weightBytes, memoryBytes, residentBytes, notes } };
      });
      model = measured.name;
      results.push(measured.result);
    } catch (error) {
      const isOfDevice = isPaddockError(error, 'runtime') || isPaddockError(error, 'not-enough-memory');
      if (!options.everyDevice || !isOfDevice) throw error;
      results.push({ device, failure: error.message });
    }
  }
  print({ model, devices: results }, options.json, (all) => [all.model, ...all.devices.map(inWords)].join('\n'));
}

type Rates = Pick<DeviceSpeed, 'promptTokens' | 'prefillTokensPerSecond' | 'decodeTokensPerSecond'>;

/** Prefill and decode of meaningless tokens. The first round is not counted. */
async function speedOf(model: LanguageModel, options: BenchOptions): Promise<Rates> {
  const { config, window } = model;
  const promptTokens = Math.min(options.prompt, window - 1);
  const decodeTokens = Math.min(options.generate, window - promptTokens);
  const [prefill, decode]: [number[], number[]] = [[], []];
  for (let round = 0; round <= options.rounds; round++) {
    const session = model.newSession();
    const prompt = arbitraryTokens(model, promptTokens, round);
    const started = performance.now();
    await session.sync(prompt);
    const prefilled = performance.now();
    for (let i = 0; i < decodeTokens; i++) await session.step((i * 31) % config.vocabularySize);
    const ended = performance.now();
    session.evict();
    if (round === 0) continue;
    prefill.push((1000 * promptTokens) / (prefilled - started));
    decode.push((1000 * decodeTokens) / (ended - prefilled));
  }
  return { promptTokens, prefillTokensPerSecond: median(prefill), decodeTokensPerSecond: median(decode) };
}

/** For an encoder–decoder, half of them are its input and half its answer. */
function arbitraryTokens({ config }: LanguageModel, count: number, round: number): number[] {
  const { vocabularySize, answerStart } = config;
  const tokens = Array.from({ length: count }, (_, i) => (round + i * 7) % vocabularySize);
  if (answerStart === undefined) return tokens;
  const others = tokens.map((token) => (token === answerStart ? (token + 1) % vocabularySize : token));
  return others.with(count >> 1, answerStart);
}

/** A continued text, with and without look-up in turn, so that a machine that slows down slows both. */
async function textSpeed(model: LanguageModel, text: string, options: BenchOptions): Promise<DeviceSpeed['text']> {
  const { tokenizer, window } = model;
  const room = window >> 1;
  const tokens = textPrompt(model, tokenizer.encode(text).slice(1 - room));
  const generatedTokens = Math.min(options.generate, room);
  const rates = { plain: [] as number[], lookUp: [] as number[] };
  let speculation = new Speculation(new PromptLookup());
  const session = model.newSession();
  for (let round = 0; round <= options.rounds; round++) {
    for (const way of ['plain', 'lookUp'] as const) {
      speculation = new Speculation(new PromptLookup());
      const drafts = way === 'lookUp' ? speculation : undefined;
      const common = { maxTokens: generatedTokens, sampling: GREEDY, stopTokens: new Set<number>() };
      let first = 0;
      for await (const _ of generate(session, tokens, { ...common, speculation: drafts })) first ||= performance.now();
      if (round > 0) rates[way].push((1000 * (generatedTokens - 1)) / (performance.now() - first));
    }
  }
  session.evict();
  return {
    promptTokens: tokens.length,
    generatedTokens,
    tokensPerSecond: median(rates.plain),
    lookUpTokensPerSecond: median(rates.lookUp),
    drafted: speculation.drafted,
    accepted: speculation.accepted,
  };
}

function inWords(result: DeviceSpeed | Failure): string {
  if ('failure' in result) return `\n${result.device}: ${result.failure}`;
  const { text } = result;
  const gain = (text.lookUpTokensPerSecond / text.tokensPerSecond).toFixed(2);
  return `
${result.device}, ${result.threads} ${result.threads === 1 ? 'thread' : 'threads'}, loaded in ${result.loadMs.toFixed(0)} ms
  prefill        ${result.prefillTokensPerSecond.toFixed(0)} tokens/s (${result.promptTokens} tokens)
  decode         ${result.decodeTokensPerSecond.toFixed(1)} tokens/s, the prompt in the cache
  a text         ${text.tokensPerSecond.toFixed(1)} tokens/s (${text.generatedTokens} tokens behind ${text.promptTokens})
  with look-up   ${text.lookUpTokensPerSecond.toFixed(1)} tokens/s, ${gain} times as fast: ${text.accepted} of ${text.drafted} drafted tokens were right
  memory         ${sizeInWords(result.residentBytes)} resident; estimated ${sizeInWords(result.memoryBytes)} with a full window, ${sizeInWords(result.weightBytes)} of them weights`;
}
