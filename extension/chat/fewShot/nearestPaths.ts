import { nearestFirst } from '../../workspaceMemory/nearest.ts';
import type { Wanted } from './example.ts';
import { isTestPath } from './tested.ts';

/** Files that are read for one question, and as many of tests where it is about tests. */
const MOST_FILES = 60;

/** What languages of editors are called in the names of files, where the two differ; for documents that are no files yet. */
const ENDINGS: Readonly<Record<string, string>> = {
  ...{ typescript: 'ts', typescriptreact: 'tsx', javascript: 'js', javascriptreact: 'jsx', python: 'py', ruby: 'rb' },
  ...{ rust: 'rs', csharp: 'cs', kotlin: 'kt', shellscript: 'sh', perl: 'pl', julia: 'jl', elixir: 'ex', haskell: 'hs' },
};

/** The code that is asked about: its label names its file. */
type CodeAsked = Pick<Wanted['code'], 'label' | 'language'>;

/** Endings that name one language, or languages that read each other. */
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
