import * as vscode from 'vscode';
import { affectsExcludes } from '../settings.ts';
import { Calm } from './calm.ts';
import { isOpen } from './visits.ts';

/** Wait after the last edit, per 64 Ki characters of the document, in milliseconds. */
const PAUSE_IN_TYPING = 1_000;
/** Wait after the last change of a rule or of the folders. */
const PAUSE_IN_CHANGES = 500;

/** Callbacks for changes in the workspace. */
export interface ChangeListener {
  /** Whether changes below an address matter at all. */
  readonly isInside: (uri: vscode.Uri) => boolean;
  /** Whether those of a document do. */
  readonly isCandidate: (uri: vscode.Uri) => boolean;
  /** A document has changed, appeared or gone. `near` if the person works on it. */
  readonly onDocument: (uri: vscode.Uri, near: boolean) => void;
  /** A file, folder or notebook has gone, and with it what it held. */
  readonly onGone: (uri: vscode.Uri) => void;
  /** Which files are remembered may have changed. */
  readonly onRules: () => void;
  /** The folders have changed, and with them maybe the paths of all documents. */
  readonly onFolders: () => void;
}

/** Watches the documents, the files and the settings that say which of them are remembered. */
export function watchChanges(listener: ChangeListener): vscode.Disposable {
  const calm = new Calm();
  const onEdit = ({ document, contentChanges }: vscode.TextDocumentChangeEvent) => {
    const { uri } = document;
    if (contentChanges.length === 0 || !listener.isCandidate(uri)) return;
    const end = document.lineAt(document.lineCount - 1).range.end;
    const pause = PAUSE_IN_TYPING * Math.max(1, document.offsetAt(end) / 65_536);
    calm.after(uri.toString(), pause, () => listener.onDocument(uri, true));
  };
  const onSettled = (uri: vscode.Uri, near: boolean) => {
    calm.cancel(uri.toString());
    if (listener.isCandidate(uri)) listener.onDocument(uri, near);
  };
  const onCells = (cells: readonly vscode.NotebookCell[]) => {
    for (const { document } of cells) onSettled(document.uri, true);
  };
  const rulesSoon = () => calm.after('rules', PAUSE_IN_CHANGES, listener.onRules);
  const { workspace, window } = vscode;
  return vscode.Disposable.from(
    calm,
    workspace.onDidChangeTextDocument(onEdit),
    workspace.onDidSaveTextDocument(({ uri }) => onSettled(uri, true)),
    workspace.onDidOpenNotebookDocument((notebook) => onCells(notebook.getCells())),
    workspace.onDidChangeNotebookDocument(({ contentChanges }) => {
      for (const { addedCells, removedCells } of contentChanges) onCells([...addedCells, ...removedCells]);
    }),
    workspace.onDidCloseNotebookDocument(({ uri }) => listener.onGone(uri)),
    // Closing may discard its edits, or the document itself.
    workspace.onDidCloseTextDocument(({ uri }) => onSettled(uri, false)),
    window.onDidChangeActiveTextEditor((editor) => editor && onSettled(editor.document.uri, true)),
    workspace.onDidChangeWorkspaceFolders(listener.onFolders),
    workspace.onDidChangeConfiguration((event) => affectsExcludes(event) && rulesSoon()),
    watchFiles(listener, rulesSoon),
  );
}

/** Changes on the disk, by whatever program. */
function watchFiles({ isInside, isCandidate, onDocument, onGone }: ChangeListener, rulesSoon: () => void): vscode.Disposable {
  const watcher = vscode.workspace.createFileSystemWatcher('**/*');
  const isRule = (uri: vscode.Uri) =>
    uri.path.endsWith('/.git/info/exclude') || (uri.path.endsWith('/.gitignore') && isInside(uri));
  const onChanged = (uri: vscode.Uri) => {
    if (isRule(uri)) rulesSoon();
    else if (isCandidate(uri)) onDocument(uri, isOpen(uri));
  };
  const onCreated = async (uri: vscode.Uri) => {
    onChanged(uri);
    if (!isInside(uri)) return;
    const type = await vscode.workspace.fs.stat(uri).then(
      (stat) => stat.type,
      () => undefined,
    );
    // The watcher names a folder that was moved here, and nothing in it.
    if (type === vscode.FileType.Directory) rulesSoon();
  };
  const onDeleted = (uri: vscode.Uri) => {
    if (isRule(uri)) rulesSoon();
    else if (isInside(uri)) onGone(uri);
  };
  const { workspace } = vscode;
  return vscode.Disposable.from(
    watcher,
    watcher.onDidChange(onChanged),
    watcher.onDidCreate(onCreated),
    watcher.onDidDelete(onDeleted),
    // Where files are not watched, the editor's own changes are still known.
    workspace.onDidCreateFiles(({ files }) => files.forEach(onCreated)),
    workspace.onDidDeleteFiles(({ files }) => files.forEach(onDeleted)),
    workspace.onDidRenameFiles(({ files }) => {
      for (const { oldUri, newUri } of files) {
        onDeleted(oldUri);
        void onCreated(newUri);
      }
    }),
  );
}
