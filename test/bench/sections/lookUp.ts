import { type CodeFile, codeFiles } from '../code.ts';
import { type Bar, cell, counted, type Found, type Section, table } from '../report.ts';
import { fastest, measureRounds, middle, ratio, type Series, series } from '../series.ts';
import { loading, type Setting } from '../setting.ts';

const BAR: Bar = { what: 'decode with look-up on natural code ÷ llama.cpp', kind: 'at least', limit: 1.5 };

/** Tokens of a file that are given and that are written. */
const GIVEN = 512;
const WRITTEN = 96;

/** Decoding with drafts by look-up: the second half of files, and files written once more. */
export async function lookUp(setting: Setting): Promise<Section> {
  const { natural: model, quick } = setting;
  const files = (await codeFiles(model.folder)).filter(({ tokens }) => tokens.length >= GIVEN + WRITTEN);
  const count = quick ? 4 : 12;
  const some = files.filter((_, i) => i % Math.max(1, Math.floor(files.length / count)) === 0).slice(0, count);
  const parts = [
    await measure(setting, 'the second half of files', some.map(firstHalf)),
    await measure(setting, 'a file once more, as in an edit', some.map(onceMore)),
  ];
  const markdown = `## CPU, look-up: ${model.title} continues natural code

${some.length} source files of this repository, ${counted(setting.rounds, 'round')}, greedy, ${WRITTEN} tokens each and as many by every engine;
the model chooses what it writes. In the first task the prompt is what stands before the middle of the file (at most ${GIVEN} tokens); in
the second it is a piece of a file and the first quarter of the same piece again, as where code is written anew with a change.
_Drafted_ and _right_ are tokens that ran along as drafts and those the model agreed with, for each token written.

${parts.map(({ markdown }) => markdown).join('\n\n')}`;
  return { markdown, found: parts.flatMap(({ found }) => found) };
}

function firstHalf({ tokens }: CodeFile): readonly number[] {
  const middle = tokens.length >> 1;
  return tokens.slice(Math.max(0, middle - GIVEN), middle);
}

function onceMore({ tokens }: CodeFile): readonly number[] {
  const piece = tokens.slice(0, 384);
  return [...piece, ...piece.slice(0, 96)];
}

async function measure(setting: Setting, title: string, prompts: readonly (readonly number[])[]): Promise<Section> {
  const { natural: model } = setting;
  const file = model.gguf.Q4_0 as string;
  const paths = { 'paddock + look-up': model.folder, paddock: model.folder, 'llama.cpp': file } as const;
  const names = Object.keys(paths) as (keyof typeof paths)[];
  const all = setting.threads.flatMap((threads) =>
    names.map((engine) =>
      series(engine, {
        ...loading(setting, model, engine, paths[engine], threads),
        ...{ kind: 'texts', prompts, decode: WRITTEN },
      }),
    ),
  );
  await measureRounds(title, all, setting.rounds);
  const of = (engine: string) => all.filter(({ job }) => job.engine === engine);
  const compare = (label: string, pick: (engine: string) => Series): { found: Found; cells: string[] } => {
    const value = ratio(pick('paddock + look-up'), pick('llama.cpp'), 'decode');
    const found: Found = { bar: BAR, where: `${title}, ${label}`, value };
    return { found, cells: [label, cell(found), ratio(pick('paddock + look-up'), pick('paddock'), 'decode').toFixed(2)] };
  };
  const ratios = [
    ...setting.threads.map((threads, i) => compare(counted(threads, 'thread'), (engine) => of(engine)[i] as Series)),
    compare('each at its best', (engine) => fastest(of(engine), 'decode')),
  ];
  const rows = all.map((one) => [
    one.label,
    String(one.job.threads),
    middle(one, 'decode').toFixed(1),
    ...(one.label === 'paddock + look-up' ? ['drafted', 'accepted'].map((key) => middle(one, key).toFixed(2)) : ['', '']),
  ]);
  const markdown = `### ${title}

${table(['engine', 'threads', 'decode', 'drafted', 'right'], rows)}

${table(
  ['with look-up', 'over llama.cpp', 'over Paddock without'],
  ratios.map(({ cells }) => cells),
)}`;
  return { markdown, found: ratios.map(({ found }) => found) };
}
