import { exportedSignatures } from './exports.ts';
import { identifiersIn } from './identifiers.ts';
import { importsOf } from './imports.ts';
import { surroundingsOf } from './place.ts';
import { inOrder } from './relate.ts';
import { type FileText, mostSimilar, type Similar, type Window, windowsOf } from './windows.ts';

/** Imported files that are read for one place. */
const MOST_IMPORTS = 8;
/** Files in which windows are looked for. */
const MOST_FILES = 20;

/** A cursor, and the text of its document. */
export interface Cursor {
  readonly path: string;
  readonly prefix: string;
  readonly suffix: string;
}

/** Where other files come from. */
export interface Sources {
  /** The text of a file; undefined when there is none, or when it must not be told. */
  readonly read: (path: string) => Promise<string | undefined>;
  /** Files that were edited or visited, the latest first. */
  readonly visited: readonly string[];
  /** Declarations of symbols used near the cursor, as far as they are known. */
  readonly declarations: readonly FileText[];
  /** Awaited between files, so that others get their turn. */
  readonly pause: () => Promise<void>;
}

/** Gathers the relevant parts of other files for a place, most relevant first. */
export class Gatherer {
  /** By path: the text they were made from, and the windows. */
  readonly #windows = new Map<string, { readonly text: string; readonly windows: readonly Window[] }>();

  async gather(cursor: Cursor, { read, visited, declarations, pause }: Sources): Promise<FileText[]> {
    const { before, after } = surroundingsOf(cursor.prefix, cursor.suffix);
    const around = identifiersIn(`${before}\n${after}`);
    const files = visited.filter((path) => path !== cursor.path).slice(0, MOST_FILES);
    const [imported, texts] = await Promise.all([
      importedSignatures(cursor, around, read),
      Promise.all(files.map((path) => read(path))),
    ]);
    const windows: Similar[] = [];
    for (const [i, path] of files.entries()) {
      const text = texts[i];
      const found = text && mostSimilar(path, this.#windowsOf(path, text), around);
      if (found) windows.push(found);
      await pause();
    }
    const known = new Set(files);
    for (const path of this.#windows.keys()) if (!known.has(path)) this.#windows.delete(path);
    return inOrder({ signatures: [...declarations, ...imported], windows }).filter(({ path }) => path !== cursor.path);
  }

  #windowsOf(path: string, text: string): readonly Window[] {
    const known = this.#windows.get(path);
    if (known?.text === text) return known.windows;
    const windows = windowsOf(text);
    this.#windows.set(path, { text, windows });
    return windows;
  }
}

/** The signatures of what a document imports, of those files whose names are used around the cursor. */
async function importedSignatures(
  { path, prefix, suffix }: Cursor,
  around: ReadonlySet<string>,
  read: (path: string) => Promise<string | undefined>,
): Promise<FileText[]> {
  const used = importsOf(path, prefix + suffix).flatMap(({ candidates, names }) => {
    const near = names.filter(({ local }) => around.has(local));
    return near.length > 0 || names.length === 0 ? [{ candidates, names: near.map(({ name }) => name) }] : [];
  });
  const found = used.slice(0, MOST_IMPORTS).map(async ({ candidates, names }) => {
    const file = await firstOf(candidates, read);
    const text = file && exportedSignatures(file.path, file.text, names);
    return file && text ? [{ path: file.path, text }] : [];
  });
  return (await Promise.all(found)).flat();
}

async function firstOf(
  paths: readonly string[],
  read: (path: string) => Promise<string | undefined>,
): Promise<FileText | undefined> {
  for (const path of paths) {
    const text = await read(path);
    if (text !== undefined) return { path, text };
  }
  return undefined;
}
