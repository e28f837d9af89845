import { Random } from '../../support/random.ts';
import { codeTokens } from '../code.ts';
import type { EngineName } from '../measure.ts';
import type { BenchModel, GgufModel } from '../models.ts';
import { type Bar, cell, counted, type Found, type Section, table } from '../report.ts';
import { fastest, measureRounds, middle, ratio, type Series, series } from '../series.ts';
import { loading, type Setting } from '../setting.ts';

const DECODE: Bar = { what: 'decode without speculation ÷ llama.cpp, 4 bits', kind: 'at least', limit: 1 };
const PREFILL: Bar = { what: 'prefill ÷ llama.cpp, 4 bits', kind: 'at least', limit: 1 };
const TRANSFORMERS: Bar = { what: 'decode ÷ transformers.js', kind: 'at least', limit: 2 };
/** Figures that no bar is about. */
const FREE: Bar = { what: '', kind: 'at least', limit: 0 };

/** An engine with the weights it runs. */
interface Contender {
  readonly engine: EngineName;
  readonly weights: string;
  readonly path: string;
}

/** Paddock against a peer, and the bars for each rate. */
interface Pair {
  readonly own: Contender;
  readonly peer: Contender;
  readonly bars: Readonly<Record<'decode' | 'prefill', Bar>>;
}

interface Plan {
  readonly title: string;
  readonly words: string;
  readonly model: GgufModel;
  readonly prompt: readonly number[];
  readonly contexts: readonly number[];
  readonly decode: number;
  readonly contenders: readonly Contender[];
  readonly pairs: readonly Pair[];
}

/** The 110 M class in each format, at contexts that grow. */
export async function randomContexts(setting: Setting): Promise<Section> {
  const { random: model, quick } = setting;
  const contexts = quick ? [256, 512] : [512, 1500, 4000];
  const prompt = new Random(43).tokens(contexts.at(-1) as number, model.shape.vocabulary);
  const common = { model, prompt, contexts, decode: quick ? 24 : 48 };
  const four = await measure(setting, {
    title: `4 bits: ${model.title}`,
    words: WORDS,
    ...common,
    ...withoutPlainLoop(fourBits(model)),
  });
  const mixed = await measure(setting, {
    title: 'K-quants: the same sizes',
    words:
      "llama.cpp's mixture Q4_K_M, both engines from the same file. Its blocks are random bits. Paddock repacks them without loss: 4 bits in blocks of 32 with an offset for each, Q6_K as 8 bits in blocks of 16.",
    ...common,
    ...sameFile(model, 'Q4_K', { decode: DECODE, prefill: PREFILL }),
  });
  const eight = await measure(setting, {
    title: '8 bits: the same weights as Q8_0',
    words: 'Both engines from the same file.',
    ...common,
    contexts: contexts.slice(0, 2),
    ...sameFile(model, 'Q8_0', { decode: FREE, prefill: FREE }),
  });
  const all = [four, mixed, eight];
  return { markdown: all.map(({ markdown }) => markdown).join('\n\n'), found: all.flatMap(({ found }) => found) };
}

/** The default model on code of this repository. */
export async function codeContexts(setting: Setting): Promise<Section> {
  const { natural: model, quick } = setting;
  const contexts = quick ? [256] : [256, 512, 900];
  const prompt = (await codeTokens(model.folder)).slice(0, contexts.at(-1) as number);
  const words = `Source files of this repository, one after another; the model was trained on ${model.shape.context} tokens of context.`;
  const title = `4 bits: ${model.title} on natural code`;
  return measure(setting, { title, words, model, prompt, contexts, decode: quick ? 24 : 64, ...fourBits(model) });
}

/** A model as people choose it who have a few GB to spare. */
export async function largeContexts(setting: Setting): Promise<Section> {
  const { large: model, quick } = setting;
  const contexts = quick ? [256] : [512, 1500];
  return measure(setting, {
    title: `K-quants: ${model.title}`,
    words: "Random bits in llama.cpp's mixture Q4_K_M, both engines from the same file.",
    ...{ model, contexts, decode: 24, prompt: new Random(43).tokens(contexts.at(-1) as number, model.shape.vocabulary) },
    ...sameFile(model, 'Q4_K', { decode: DECODE, prefill: PREFILL }, '1.5 B, GGUF Q4_K'),
  });
}

const WORDS = `Paddock from the float checkpoint, which it rounds to 4 bits in blocks of 128 (the head 8 bits), and from the very GGUF file that
llama.cpp runs: Q4_0 with head and embedding in Q8_0. transformers.js and the plain loop run an ONNX file with Paddock's blocks; the plain
loop, on the default model only, is onnxruntime-node with a growing cache, as tutorials have it.
A prompt grows to each length; _prefill_ is over the whole prompt up to there, _decode_ over the tokens generated behind it.`;

function fourBits(model: BenchModel): Pick<Plan, 'contenders' | 'pairs'> {
  const file = model.gguf.Q4_0 as string;
  const rounded: Contender = { engine: 'paddock', weights: 'float checkpoint', path: model.folder };
  const same: Contender = { engine: 'paddock', weights: 'GGUF Q4_0', path: file };
  const llama: Contender = { engine: 'llama.cpp', weights: 'GGUF Q4_0', path: file };
  const transformers: Contender = { engine: 'transformers.js', weights: 'ONNX q4', path: model.onnx };
  const plain: Contender = { engine: 'plain loop', weights: 'ONNX q4', path: model.onnx };
  const bars = { decode: DECODE, prefill: PREFILL };
  return {
    contenders: [rounded, same, llama, transformers, plain],
    pairs: [
      { own: rounded, peer: llama, bars },
      { own: same, peer: llama, bars },
      { own: rounded, peer: transformers, bars: { decode: TRANSFORMERS, prefill: FREE } },
      { own: rounded, peer: plain, bars: { decode: FREE, prefill: FREE } },
    ],
  };
}

/** Its copies of a long cache take much time and say nothing more than those of transformers.js. */
function withoutPlainLoop({ contenders, pairs }: Pick<Plan, 'contenders' | 'pairs'>): Pick<Plan, 'contenders' | 'pairs'> {
  return {
    contenders: contenders.filter(({ engine }) => engine !== 'plain loop'),
    pairs: pairs.filter(({ peer }) => peer.engine !== 'plain loop'),
  };
}

function sameFile(
  model: GgufModel,
  format: string,
  bars: Pair['bars'],
  weights = `GGUF ${format}`,
): Pick<Plan, 'contenders' | 'pairs'> {
  const path = model.gguf[format] as string;
  const own: Contender = { engine: 'paddock', weights, path };
  const peer: Contender = { engine: 'llama.cpp', weights, path };
  return { contenders: [own, peer], pairs: [{ own, peer, bars }] };
}

async function measure(setting: Setting, plan: Plan): Promise<Section> {
  const { model, prompt, contexts, decode } = plan;
  const window = Math.min(model.shape.context, (contexts.at(-1) as number) + 2 * decode);
  const found = new Map<Contender, Series[]>();
  for (const contender of plan.contenders) {
    const { engine, weights, path } = contender;
    const runs = setting.threads.map((threads) =>
      series(`${engine} | ${weights}`, {
        ...loading(setting, model, engine, path, threads, window),
        ...{ kind: 'contexts', prompt, contexts, decode },
      }),
    );
    found.set(contender, runs);
  }
  const byThreads = setting.threads.flatMap((_, i) => [...found.values()].map((runs) => runs[i] as Series));
  await measureRounds(plan.title, byThreads, setting.rounds);
  const ratios = plan.pairs.flatMap((pair) => compare(pair, found, contexts, setting.threads));
  const markdown = `## CPU, ${plan.title}

${plan.words} ${counted(setting.rounds, 'round')}, ${decode} tokens decoded at each length.

${rates(byThreads, contexts)}

Paddock's rate over the peer's, prefill / decode:

${table(
  ['Paddock from', 'over', 'threads', ...contexts.map(String)],
  ratios.map(({ cells }) => cells),
)}`;
  return { markdown, found: ratios.flatMap(({ found }) => found).filter(({ bar }) => bar !== FREE) };
}

function rates(all: readonly Series[], contexts: readonly number[]): string {
  const head = [
    'engine',
    'weights',
    'threads',
    ...contexts.map((at) => `prefill ${at}`),
    ...contexts.map((at) => `decode ${at}`),
  ];
  const rows = all.map((one) => [
    one.label,
    String(one.job.threads),
    ...contexts.map((at) => middle(one, `prefill${at}`).toFixed(0)),
    ...contexts.map((at) => middle(one, `decode${at}`).toFixed(1)),
    (middle(one, 'peak') / 2 ** 20).toFixed(0),
  ]);
  return table([...head, 'peak MiB'], rows);
}

/** Rows of ratios: at each number of threads, and each engine at its best. */
function compare(
  { own, peer, bars }: Pair,
  found: ReadonlyMap<Contender, readonly Series[]>,
  contexts: readonly number[],
  threads: readonly number[],
): { cells: string[]; found: Found[] }[] {
  const [ours, theirs] = [found.get(own) ?? [], found.get(peer) ?? []];
  const row = (title: string, pick: (all: readonly Series[], key: string) => Series) => {
    const figures = contexts.map((context) =>
      (['prefill', 'decode'] as const).map((rate): Found => {
        const key = `${rate}${context}`;
        const where = `from ${own.weights}, ${title === 'best' ? 'each at its best' : counted(Number(title), 'thread')}, ${context} tokens`;
        return { bar: bars[rate], where, value: ratio(pick(ours, key), pick(theirs, key), key) };
      }),
    );
    return {
      cells: [own.weights, peer.engine, title, ...figures.map((both) => both.map(cell).join(' / '))],
      found: figures.flat(),
    };
  };
  return [...threads.map((count, i) => row(String(count), (all) => all[i] as Series)), row('best', fastest)];
}
