import * as vscode from 'vscode';
import { isDeletion } from './when.ts';

/** Remembers of each open document whether its last edit took text away. */
export class Deletions {
  readonly #last = new WeakMap<vscode.TextDocument, boolean>();
  readonly #listener: vscode.Disposable;

  constructor() {
    this.#listener = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      // A change without content is one of the dirty mark only.
      if (contentChanges.length > 0) this.#last.set(document, isDeletion(contentChanges));
    });
  }

  isLast(document: vscode.TextDocument): boolean {
    return this.#last.get(document) === true;
  }

  dispose(): void {
    this.#listener.dispose();
  }
}
