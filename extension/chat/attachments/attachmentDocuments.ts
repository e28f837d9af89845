import * as vscode from 'vscode';
import type { Attachment } from '../conversation.ts';

/** Read-only documents with what the model was given, whatever has become of the file since. */
export const ATTACHMENT_SCHEME = 'paddock-attachment';

/** Shows attachments in the editor, as they were when they were attached. */
export class AttachmentDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #shown = new Map<string, string>();
  readonly #owned: vscode.Disposable;

  constructor() {
    this.#owned = vscode.Disposable.from(
      vscode.workspace.registerTextDocumentContentProvider(ATTACHMENT_SCHEME, this),
      // Setting a document's language closes and reopens it, so only its tab shows when it is really closed.
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
        for (const { input } of closed) if (input instanceof vscode.TabInputText) this.#shown.delete(input.uri.toString());
      }),
    );
  }

  dispose(): void {
    this.#owned.dispose();
  }

  /** A tab that is left from an earlier window says where its text is to be had. */
  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#shown.get(uri.toString()) ?? vscode.l10n.t('This is of an earlier window. Show it again from the chat.');
  }

  async show({ id, label, language, text }: Attachment): Promise<void> {
    const uri = vscode.Uri.from({ scheme: ATTACHMENT_SCHEME, path: `/${label.replace(/^\/+/, '')}`, query: id });
    this.#shown.set(uri.toString(), text);
    const document = await vscode.workspace.openTextDocument(uri);
    if (language !== '' && document.languageId !== language) {
      // A language whose extension is gone stays plain text.
      await vscode.languages.setTextDocumentLanguage(document, language).then(undefined, () => undefined);
    }
    await vscode.window.showTextDocument(document, { preview: true });
  }
}
