import { arch, cpus, platform, release, totalmem } from 'node:os';
import { ENGINES, type EngineName, type Measurement, median } from './measure.ts';
import type { BenchModel } from './models.ts';

/** All rounds of one engine at one number of threads. */
export interface Series {
  readonly engine: EngineName;
  readonly threads: number;
  readonly rounds: readonly Measurement[];
}

export interface Comparison {
  readonly model: BenchModel;
  readonly promptTokens: number;
  readonly decodeTokens: number;
  readonly series: readonly Series[];
}

/** A bar that the figures are held to: Paddock's rate over a peer's. */
const BARS = [
  { rate: 'decode', peer: 'plain loop', least: 1.4 },
  { rate: 'prefill', peer: 'llama.cpp', least: 0.9 },
] as const;

/** The Markdown file. */
export function report(comparisons: readonly Comparison[], command: string, versions: Readonly<Record<string, string>>): string {
  const processors = cpus();
  return `# Speed, side by side

\`${command}\`, ${new Date().toISOString().slice(0, 10)}, on ${processors.length} × ${processors[0]?.model.trim()}, \
${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${platform()} ${arch()} ${release()}.
${Object.entries(versions)
  .map(([name, version]) => `${name} ${version}`)
  .join(', ')}.

The engines run one after the other, each in a process of its own, in whole rounds (A B C D A B C D …); figures are medians over rounds.
Ratios are medians of the ratios within a round. Rates are tokens/s; the prefill rate is the prompt's length over the time to the first
token. *Cold* is the time from request to first text right after loading, *warm* the same after one more keystroke with the prompt's
keys and values in the cache. For Paddock both go the whole way of a keystroke but the editor: client, process boundary, tokenizer,
prompt, first text; the peers are handed token numbers in their own process, which favours them. Peak memory includes loading
(Paddock builds its graph from the checkpoint then); resident is after the runs.
llama.cpp runs Q4_0 matrices with a Q8_0 head and embedding; the others share Paddock's blocks. The plain loop is onnxruntime-node on a
GroupQueryAttention graph with a product for each matrix and a growing cache; transformers.js runs the same file.

${comparisons.map(section).join('\n')}`;
}

function section(comparison: Comparison): string {
  const { model, promptTokens, decodeTokens, series } = comparison;
  const rounds = series[0]?.rounds.length ?? 0;
  return `## ${model.title}

${(model.parameters / 1e6).toFixed(1)} M parameters; ${model.format}. Prompt ${promptTokens} tokens, then ${decodeTokens}; ${rounds} rounds.

| engine | threads | prefill | decode | cold ms | warm ms | load ms | peak MiB | resident MiB |
|---|---|---|---|---|---|---|---|---|
${series.map(row).join('\n')}

${threadCounts(series)
  .map((threads) => ratios(series, threads))
  .join('\n')}
${ratios(series, 'best')}
`;
}

function row({ engine, threads, rounds }: Series): string {
  const of = (key: keyof Measurement) => median(rounds.map((round) => round[key]));
  const mebibytes = (key: 'peakBytes' | 'residentBytes') => (of(key) / 2 ** 20).toFixed(0);
  const cells = [
    engine,
    threads,
    of('prefill').toFixed(0),
    of('decode').toFixed(1),
    of('coldMs').toFixed(0),
    of('warmMs').toFixed(1),
    of('loadMs').toFixed(0),
    mebibytes('peakBytes'),
    mebibytes('residentBytes'),
  ];
  return `| ${cells.join(' | ')} |`;
}

function threadCounts(series: readonly Series[]): number[] {
  return [...new Set(series.map(({ threads }) => threads))];
}

/** One line: Paddock over each peer, at one number of threads or each at its best, and the bars. */
function ratios(series: readonly Series[], threads: number | 'best'): string {
  const pick = (engine: EngineName, rate: 'prefill' | 'decode') =>
    series
      .filter((s) => s.engine === engine && (threads === 'best' || s.threads === threads))
      .sort((a, b) => median(b.rounds.map((r) => r[rate])) - median(a.rounds.map((r) => r[rate])))[0];
  const ratio = (peer: EngineName, rate: 'prefill' | 'decode') => {
    const own = pick('paddock', rate);
    const other = pick(peer, rate);
    return own && other ? median(own.rounds.map((round, i) => round[rate] / (other.rounds[i] as Measurement)[rate])) : undefined;
  };
  const peers = ENGINES.filter((engine) => engine !== 'paddock').map(
    (peer) => `${peer} ${ratio(peer, 'prefill')?.toFixed(2) ?? '–'} / ${ratio(peer, 'decode')?.toFixed(2) ?? '–'}`,
  );
  const bars = BARS.map(({ rate, peer, least }) => {
    const found = ratio(peer, rate) ?? Number.NaN;
    return `${rate} ≥ ${least} × ${peer}: ${found >= least ? 'holds' : '**does not hold**'} (${found.toFixed(2)})`;
  });
  const title = threads === 'best' ? 'each at its best number of threads' : `${threads} thread${threads === 1 ? '' : 's'}`;
  return `- ${title}: Paddock's prefill / decode over ${peers.join(', ')}. Bars: ${bars.join('; ')}.`;
}
