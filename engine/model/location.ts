import type { ModelFile, ModelFolder } from './files.ts';

/** Where a model is: a folder of files, or one file that holds all of it (GGUF). */
export type ModelLocation = (
  | { readonly kind: 'folder'; readonly path: string; readonly folder: ModelFolder }
  | { readonly kind: 'file'; readonly path: string; readonly file: ModelFile }
) & {
  /** Opens it again, as its files are then; absent where that cannot be. */
  readonly reopen?: () => Promise<ModelLocation>;
};
