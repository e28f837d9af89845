import * as vscode from 'vscode';
import { changedText, difference, type Lines, movedLines } from './change.ts';
import { symbolsOf } from './documentSymbols.ts';
import type { Indentation } from './indentation.ts';
import { placementOf } from './placement.ts';
import { mayChange, nameOf, PROPOSAL_SCHEME, tell } from './writable.ts';

const { l10n } = vscode;

/** Code to be put into a document. */
export interface Proposed {
  readonly document: vscode.TextDocument;
  readonly code: string;
  readonly selection: vscode.Selection;
  readonly indentation: Indentation;
  /** The lines that the code was asked for; undefined where it may go anywhere. */
  readonly range?: Lines | undefined;
  /** Whether only the documentation in the code is put there. */
  readonly isDocumented?: boolean;
}

/** `unplaced` where the code has nothing for its range, `unchanged` where it stands there already. */
type Made = Proposal | 'unplaced' | 'unchanged';

interface Proposal {
  readonly proposed: Proposed;
  /** The document as it was, and as it would be. */
  readonly before: string;
  readonly after: string;
}

/** Changes shown in the diff editor until the person applies or discards them; there is no other way into a document. */
export class Proposals implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #proposals = new Map<string, Proposal>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #owned: vscode.Disposable;
  #made = 0;

  constructor() {
    this.#owned = vscode.Disposable.from(
      this.#changed,
      vscode.workspace.registerTextDocumentContentProvider(PROPOSAL_SCHEME, this),
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
        for (const tab of closed) this.#proposals.delete(proposalIn(tab)?.toString() ?? '');
      }),
    );
  }

  dispose(): void {
    this.#owned.dispose();
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#proposals.get(uri.toString())?.after ?? '';
  }

  /** The document that a proposal is about. */
  documentOf(uri: vscode.Uri): vscode.TextDocument | undefined {
    return this.#proposals.get(uri.toString())?.proposed.document;
  }

  /** Shows what a document would become. */
  async show(proposed: Proposed): Promise<void> {
    const { document } = proposed;
    if (!mayChange(document)) return;
    const proposal = await made(proposed);
    if (typeof proposal === 'string') return tellNothing(proposal, document);
    const path = document.uri.path.startsWith('/') ? document.uri.path : `/${document.uri.path}`;
    const uri = vscode.Uri.from({ scheme: PROPOSAL_SCHEME, path, query: String(++this.#made) });
    this.#proposals.set(uri.toString(), proposal);
    const shown = await vscode.workspace.openTextDocument(uri);
    if (shown.languageId !== document.languageId) await vscode.languages.setTextDocumentLanguage(shown, document.languageId);
    const title = l10n.t('{0}: Paddock proposes', nameOf(document.uri));
    await vscode.commands.executeCommand('vscode.diff', document.uri, uri, title, { preview: false });
  }

  /** Applies the change that is shown; if the document has changed since, shows it again instead. */
  async apply(): Promise<void> {
    const { uri, proposal } = this.#shown() ?? {};
    if (!uri || !proposal) return tell(l10n.t('No change is shown that could be applied.'));
    const { document } = proposal.proposed;
    if (!mayChange(document)) return;
    if (document.isClosed) return tell(l10n.t('{0} is closed. Open it and apply the code again.', nameOf(document.uri)));
    if (document.getText() !== proposal.before) return this.#renew(uri, proposal);
    const { start, end, text } = difference(proposal.before, proposal.after);
    const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, range, text);
    if (!(await vscode.workspace.applyEdit(edit))) {
      return tell(l10n.t('VS Code refused the change of {0}. Nothing was written.', nameOf(document.uri)));
    }
    await this.#close(uri);
    const editor = await vscode.window.showTextDocument(document, { preview: false });
    const place = document.positionAt(start);
    editor.selection = new vscode.Selection(place, place);
    editor.revealRange(new vscode.Range(place, place), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }

  /** Closes the change that is shown and leaves the document as it is. */
  async discard(): Promise<void> {
    const shown = this.#shown();
    if (!shown) return tell(l10n.t('No change is shown that could be discarded.'));
    await this.#close(shown.uri);
  }

  async #renew(uri: vscode.Uri, { proposed, before }: Proposal): Promise<void> {
    const { document, range } = proposed;
    const moved = range && movedLines(before, document.getText(), range);
    if (range && !moved) {
      await this.#close(uri);
      return tell(l10n.t('The code in {0} was changed meanwhile. Run the command again.', nameOf(document.uri)));
    }
    const again = await made({ ...proposed, range: moved });
    if (typeof again === 'string') {
      await this.#close(uri);
      return tellNothing(again, document);
    }
    this.#proposals.set(uri.toString(), again);
    this.#changed.fire(uri);
    tell(l10n.t('{0} has changed meanwhile. Look at the change as it is now, and apply it again.', nameOf(document.uri)));
  }

  #shown(): { readonly uri: vscode.Uri; readonly proposal: Proposal } | undefined {
    const uri = proposalIn(vscode.window.tabGroups.activeTabGroup.activeTab);
    const proposal = uri && this.#proposals.get(uri.toString());
    return proposal && { uri, proposal };
  }

  async #close(uri: vscode.Uri): Promise<void> {
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    await vscode.window.tabGroups.close(tabs.filter((tab) => proposalIn(tab)?.toString() === uri.toString()));
  }
}

async function made(proposed: Proposed): Promise<Made> {
  const { document, code, selection, indentation, range, isDocumented = false } = proposed;
  const symbols = await symbolsOf(document);
  const before = document.getText();
  const lines = { start: selection.start.line, end: selection.end.line + 1 };
  const language = document.languageId;
  const place = {
    text: before,
    language,
    selection: lines,
    isSelected: !selection.isEmpty,
    symbols,
    indentation,
    range,
    isDocumented,
  };
  const placement = placementOf(place, code);
  if (!placement && (range || isDocumented)) return 'unplaced';
  const after = changedText(before, placement?.changes ?? []);
  return after === before ? 'unchanged' : { proposed, before, after };
}

function tellNothing(why: 'unplaced' | 'unchanged', { uri }: vscode.TextDocument): void {
  const unplaced = l10n.t('The answer holds no comment that fits this code. It stands in the chat.');
  tell(why === 'unplaced' ? unplaced : l10n.t('Nothing would change: the code stands in {0} as it is.', nameOf(uri)));
}

function proposalIn(tab: vscode.Tab | undefined): vscode.Uri | undefined {
  const input = tab?.input;
  return input instanceof vscode.TabInputTextDiff && input.modified.scheme === PROPOSAL_SCHEME ? input.modified : undefined;
}
