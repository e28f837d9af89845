import * as vscode from 'vscode';
import type { Cadence } from './cadence.ts';
import { type EditKind, editKind } from './editKind.ts';

/** Remembers the last edit of each open document, and reports keystrokes to the cadence. */
export class Edits {
  readonly #last = new WeakMap<vscode.TextDocument, { readonly kind: EditKind; readonly at: number }>();
  readonly #listener: vscode.Disposable;
  #offer: { readonly document: vscode.TextDocument; readonly texts: readonly string[] } | undefined;

  constructor(cadence: Cadence) {
    this.#listener = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      // A change without content is one of the dirty mark only.
      if (contentChanges.length === 0) return;
      const kind = editKind(contentChanges, this.#offer?.document === document ? this.#offer.texts : []);
      const at = performance.now();
      this.#last.set(document, { kind, at });
      if (kind === 'keystroke' || kind === 'deletion') cadence.keystroke(at);
    });
  }

  /** What the last edit of a document was; undefined when there was none. */
  last(document: vscode.TextDocument): EditKind | undefined {
    return this.#last.get(document)?.kind;
  }

  /** How long ago that was, in milliseconds. */
  sinceLast(document: vscode.TextDocument): number {
    return performance.now() - (this.#last.get(document)?.at ?? Number.NEGATIVE_INFINITY);
  }

  /** Notes what the editor has been given to show. */
  offered(document: vscode.TextDocument, texts: readonly string[]): void {
    this.#offer = { document, texts };
  }

  dispose(): void {
    this.#listener.dispose();
  }
}
