import { nearestFirst } from '../../workspaceMemory/nearest.ts';
import type { Wanted } from './example.ts';
import { isTestPath } from './tested.ts';

/** Files that are read for one question, and as many of tests where it is about tests. */
const MOST_FILES = 60;

/** File extensions of the editor's languages, if the two differ; for documents that are not files yet. */
const ENDINGS: Readonly<Record<string, string>> = {
  ...{ typescript: 'ts', typescriptreact: 'tsx', javascript: 'js', javascriptreact: 'jsx', python: 'py', ruby: 'rb' },
  ...{ rust: 'rs', csharp: 'cs', kotlin: 'kt', shellscript: 'sh', perl: 'pl', julia: 'jl', elixir: 'ex', haskell: 'hs' },
};

/** The code that is asked about: its label names its file. */
type CodeAsked = Pick<Wanted['code'], 'label' | 'language'>;

/** Extensions of one language, or of languages that can use each other's code. */
const KIN = ['ts tsx mts cts js jsx mjs cjs vue svelte', 'py pyi', 'c h cc cpp cxx hpp hh', 'java kt', 'rb rake', 'ex exs'];

/**
 * The files in which examples are looked for, the nearest first: those of the language, by how few folders lie between.
 * @param paths of all files that may be read, the nearest to the person first
 */
export function nearestPaths({ label, language }: CodeAsked, paths: readonly string[], withTests: boolean): string[] {
  const own = paths.filter((path) => label.includes(path)).sort((a, b) => b.length - a.length)[0];
  const named = endingOf(own ?? label.replace(/\)$/, '').replace(/:[^:/]*$/, ''));
  const ending = named === '' ? (ENDINGS[language] ?? language) : named;
  const kin = KIN.map((each) => each.split(' ')).find((each) => each.includes(ending)) ?? [ending];
  const same = paths.filter((path) => kin.includes(endingOf(path)));
  const near = own === undefined ? same : nearestFirst(same, [own]);
  const code = near.filter((path) => !isTestPath(path)).slice(0, MOST_FILES);
  return withTests ? [...code, ...near.filter(isTestPath).slice(0, MOST_FILES)] : code;
}

function endingOf(path: string): string {
  return /\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
}
