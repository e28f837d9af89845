import { print, type RunOptions, withEngine } from './common.ts';

interface BenchOptions extends RunOptions {
  readonly prompt: number;
  readonly generate: number;
  readonly rounds: number;
}

/** `paddock bench`: prefill and decode speed of one model; medians over rounds, the first of which is not counted. */
export async function bench(options: BenchOptions): Promise<void> {
  const result = await withEngine(options, async ({ opened: { model, info } }) => {
    const prefill: number[] = [];
    const decode: number[] = [];
    const { vocabularySize, contextLength } = model.config;
    const promptTokens = Math.min(options.prompt, contextLength - 1);
    const decodeTokens = Math.min(options.generate, contextLength - promptTokens);
    for (let round = 0; round <= options.rounds; round++) {
      const session = model.newSession();
      const prompt = Array.from({ length: promptTokens }, (_, i) => (round + i * 7) % vocabularySize);
      const started = performance.now();
      await session.sync(prompt);
      const prefilled = performance.now();
      for (let i = 0; i < decodeTokens; i++) await session.step((i * 31) % vocabularySize);
      const ended = performance.now();
      if (round === 0) continue;
      prefill.push((1000 * promptTokens) / (prefilled - started));
      decode.push((1000 * decodeTokens) / (ended - prefilled));
    }
    return {
      model: info.name,
      device: info.device,
      threads: info.threads,
      loadMs: info.loadMs,
      promptTokens,
      decodeTokens,
      prefillTokensPerSecond: median(prefill),
      decodeTokensPerSecond: median(decode),
      residentBytes: process.memoryUsage().rss,
    };
  });
  print(
    result,
    options.json,
    (r) =>
      `${r.model} on ${r.device}, ${r.threads} threads, loaded in ${r.loadMs.toFixed(0)} ms\n` +
      `prefill ${r.prefillTokensPerSecond.toFixed(0)} tokens/s (${r.promptTokens} tokens)\n` +
      `decode ${r.decodeTokensPerSecond.toFixed(1)} tokens/s (${r.decodeTokens} tokens)\n` +
      `${(r.residentBytes / 2 ** 20).toFixed(0)} MiB resident`,
  );
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
