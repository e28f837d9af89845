import { type LineQuestion, questionFrom } from '../../engine/index.ts';
import { byFolder } from './spread.ts';

/** A file of the person's code, and its length in tokens. */
export interface CodeFile {
  readonly path: string;
  readonly text: string;
  readonly tokens: number;
}

/** A text to measure with: a long file, or several of one folder one after the other. */
export interface LongText {
  readonly folder: string;
  readonly text: string;
  readonly tokens: number;
  /** What begins a comment in it. */
  readonly comment: string;
}

/** Joined files can have fewer tokens than separate ones, and a text may begin with an extra token. */
const MARGIN = 1.02;
/** Tokens of a stretch beyond the window. */
const BEYOND = 2;
/** Least number of stretches for fitting a law. */
const LEAST_TEXTS = 2;

const HASH = /\.(?:py|rb|sh|ya?ml|toml|r|jl|ex|exs|nim|cmake|tf|mk)$|(?:^|\/)(?:makefile|dockerfile)$/i;
const DASHES = /\.(?:lua|sql|hs|elm|adb|ads)$/i;

/**
 * Texts that are longer than a window. A file that is long enough stands alone; shorter ones of a folder follow each other, in the order
 * of their names, since such files belong together. Folders take turns, so that none dominates.
 * @param window tokens
 * @param most texts
 */
export function chooseTexts(files: readonly CodeFile[], window: number, most: number): LongText[] {
  const needed = window * MARGIN + BEYOND;
  const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const folders = [...byFolder(sorted)].map(([folder, inside]) => textsOf(folder, inside, needed));
  const chosen: LongText[] = [];
  for (let turn = 0; chosen.length < most && folders.some((texts) => turn < texts.length); turn++) {
    chosen.push(...folders.flatMap((texts) => texts[turn] ?? []));
  }
  return chosen.slice(0, most);
}

/** The largest of these windows for which there are enough texts; 0 if there is none. @param windows the smallest first */
export function longestWindow(files: readonly CodeFile[], windows: readonly number[]): number {
  return windows.findLast((window) => isEnough(chooseTexts(files, window, LEAST_TEXTS), window)) ?? 0;
}

/** One text that is twice as long as a stretch serves as well as two. */
function isEnough(texts: readonly LongText[], window: number): boolean {
  return tokensOf(texts) >= LEAST_TEXTS * (window * MARGIN + BEYOND);
}

/** Questions about lines, from the texts that have a suitable one. */
export function questionsOf(texts: readonly LongText[]): LineQuestion[] {
  return texts.flatMap(({ text, comment }) => questionFrom(text, comment) ?? []);
}

function textsOf(folder: string, files: readonly CodeFile[], needed: number): LongText[] {
  const texts: LongText[] = [];
  let waiting: CodeFile[] = [];
  for (const file of files) {
    if (file.tokens >= needed) texts.push(joined(folder, [file]));
    else waiting.push(file);
    if (tokensOf(waiting) < needed) continue;
    texts.push(joined(folder, waiting));
    waiting = [];
  }
  return texts.sort((a, b) => b.tokens - a.tokens);
}

function joined(folder: string, files: readonly CodeFile[]): LongText {
  const [{ path = '' } = {}] = files;
  const comment = HASH.test(path) ? '#' : DASHES.test(path) ? '--' : '//';
  return { folder, text: files.map(({ text }) => text).join('\n'), tokens: tokensOf(files), comment };
}

function tokensOf(files: readonly { readonly tokens: number }[]): number {
  return files.reduce((sum, { tokens }) => sum + tokens, 0);
}
