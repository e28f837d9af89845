import { Random } from '../../support/random.ts';
import { type Bar, cell, counted, type Found, type Section, table } from '../report.ts';
import { measureRounds, middle, ratio, type Series, series } from '../series.ts';
import { loading, type Setting } from '../setting.ts';

const LOAD: Bar = { what: 'time to load ÷ llama.cpp, the same GGUF', kind: 'at most', limit: 1.5 };
const OUTSIDE: Bar = { what: 'ms of a decode step outside onnxruntime', kind: 'at most', limit: 0.3 };
const CANDIDATES: Bar = { what: 'four candidates ÷ one, a prefix of 1 000 tokens in the cache', kind: 'at most', limit: 1.6 };
const WITH_PREFIX: Bar = { what: 'four candidates ÷ one, a prefix of 1 000 tokens to be read', kind: 'at most', limit: 1.6 };

/** Loading, a step's own time, candidates, and the way of a keystroke. */
export async function details(setting: Setting): Promise<Section> {
  const parts = [await opening(setting), await steps(setting), await candidates(setting), await keystrokes(setting)];
  return { markdown: parts.map(({ markdown }) => markdown).join('\n\n'), found: parts.flatMap(({ found }) => found) };
}

async function opening(setting: Setting): Promise<Section> {
  const { random, natural, large } = setting;
  const formats = [
    { name: '110 M, Q4_0', model: random, path: random.gguf.Q4_0 as string },
    { name: '110 M, Q4_K', model: random, path: random.gguf.Q4_K as string },
    { name: '110 M, Q8_0', model: random, path: random.gguf.Q8_0 as string },
    { name: '1.5 B, Q4_K', model: large, path: large.gguf.Q4_K as string },
    { name: natural.title, model: natural, path: natural.gguf.Q4_0 as string },
  ];
  const pairs = formats.map(({ name, model, path }) =>
    (['paddock', 'llama.cpp'] as const).map((engine) => {
      const load = loading(setting, model, engine, path, 1, 1024);
      return series(`${name} | ${engine}`, { ...load, kind: 'opening', prompt: [1, 2, 3, 4, 5, 6, 7, 8] });
    }),
  );
  await measureRounds(
    'first opening',
    pairs.map(([own]) => own as Series),
    1,
  );
  const conversions = pairs.map(([own]) => own?.rounds.pop()?.ready ?? Number.NaN);
  await measureRounds('opening', pairs.flat(), setting.quick ? 1 : Math.max(3, setting.rounds));
  const rows = pairs.map(([own, peer], i) => {
    const [ours, theirs] = [own as Series, peer as Series];
    const name = formats[i]?.name ?? '';
    const found: Found = { bar: LOAD, where: name, value: ratio(ours, theirs, 'ready') };
    const both = (key: string) => `${middle(ours, key).toFixed(0)} / ${middle(theirs, key).toFixed(0)}`;
    const cells = [name, both('ready'), cell(found), both('first'), ratio(ours, theirs, 'first').toFixed(2)];
    return { found, cells: [...cells, (conversions[i] ?? Number.NaN).toFixed(0)] };
  });
  const head = ['', 'ready ms', 'ratio', 'first token ms', 'ratio', 'first opening ever ms'];
  const markdown = `## CPU, loading

Paddock / llama.cpp, each in a fresh process, the same GGUF file in the system's cache, Paddock's conversion made before. From the import of
the engine's code to a model that can be run with a window of 1024 tokens, and to the first token of a prompt of eight. The last column is
Paddock's first opening of a file, which converts it unless another section did.

${table(
  head,
  rows.map(({ cells }) => cells),
)}`;
  return { markdown, found: rows.map(({ found }) => found) };
}

async function steps(setting: Setting): Promise<Section> {
  const { random: model, quick } = setting;
  const contexts = quick ? [256] : [512, 1500];
  const prompt = new Random(43).tokens(contexts.at(-1) as number, model.shape.vocabulary);
  const all = setting.threads.map((threads) => {
    const load = loading(setting, model, 'paddock', model.folder, threads);
    return series('paddock', { ...load, kind: 'steps', prompt, contexts, decode: 64 });
  });
  await measureRounds('steps', all, setting.rounds);
  const found: Found[] = all.flatMap((one) =>
    contexts.map((context) => ({
      bar: OUTSIDE,
      where: `${counted(one.job.threads, 'thread')}, ${context} tokens`,
      value: middle(one, `outside${context}`),
    })),
  );
  const rows = found.map((each, i) => {
    const one = all[Math.floor(i / contexts.length)] as Series;
    const context = contexts[i % contexts.length] as number;
    return [String(one.job.threads), String(context), middle(one, `step${context}`).toFixed(2), cell(each)];
  });
  const markdown = `## CPU, one decode step

The 110 M class, greedy, from one token to the next: the whole step, and its part outside of onnxruntime's \`run\` (inputs, mask, cache,
choice of the token, session and generator).

${table(['threads', 'context', 'step ms', 'outside onnxruntime ms'], rows)}`;
  return { markdown, found };
}

async function candidates(setting: Setting): Promise<Section> {
  const { random: model } = setting;
  const prompt = new Random(44).tokens(1000, model.shape.vocabulary);
  const all = setting.threads.map((threads) => {
    const load = loading(setting, model, 'paddock', model.folder, threads);
    return series('paddock', { ...load, kind: 'candidates', prompt, count: 4, decode: 48 });
  });
  await measureRounds('candidates', all, setting.rounds);
  const rows = all.flatMap((one) =>
    [
      { bar: CANDIDATES, prefix: 'in the cache', single: middle(one, 'one'), several: middle(one, 'several') },
      { bar: WITH_PREFIX, prefix: 'to be read', single: middle(one, 'oneFromEmpty'), several: middle(one, 'severalFromEmpty') },
    ].map(({ bar, prefix, single, several }) => {
      const found: Found = { bar, where: counted(one.job.threads, 'thread'), value: several / single };
      return { found, cells: [String(one.job.threads), prefix, single.toFixed(0), several.toFixed(0), cell(found)] };
    }),
  );
  const markdown = `## CPU, four candidates

The 110 M class: 48 tokens behind a prompt of 1 000, once and as four candidates that are sampled side by side. They share the prompt, which
is in the cache already, as for another answer to the same question, or is read first, once.

What bounds the ratio are onnxruntime's products in 4 bits: four rows take 1.4 to 1.9 × as long as one.

${table(
  ['threads', 'prefix', 'one ms', 'four ms', 'ratio'],
  rows.map(({ cells }) => cells),
)}`;
  return { markdown, found: rows.map(({ found }) => found) };
}

async function keystrokes(setting: Setting): Promise<Section> {
  const models = [setting.natural, setting.random];
  const all = models.flatMap((model) =>
    setting.threads.map((threads) =>
      series(model === setting.natural ? model.title : '110 M', {
        ...loading(setting, model, 'paddock', model.folder, threads),
        ...{ kind: 'keystrokes', tokens: 512 },
      }),
    ),
  );
  await measureRounds('keystrokes', all, setting.rounds);
  const rows = all.map((one) => [
    one.label,
    String(one.job.threads),
    middle(one, 'cold').toFixed(0),
    middle(one, 'warm').toFixed(1),
  ]);
  const markdown = `## CPU, a keystroke

The whole way but the editor: client, process boundary, tokenizer, prompt of 512 tokens, first text; right after loading (_cold_), and after
one more keystroke (_warm_).

${table(['model', 'threads', 'cold ms', 'warm ms'], rows)}`;
  return { markdown, found: [] };
}
