import { setImmediate } from 'node:timers/promises';
import * as vscode from 'vscode';
import { inWords } from '../../engine/index.ts';
import { queryAt } from '../completion/query.ts';
import { isLanguageOn } from '../completion/when.ts';
import { documentPath } from '../documentPath.ts';
import type { EngineSupervisor } from '../engineSupervisor.ts';
import { isExcluded } from '../excluded.ts';
import { folderLabel } from '../folderLabel.ts';
import { isOpen } from '../readiness.ts';
import { completionSettings, crossFileSetting } from '../settings.ts';
import { Calm } from '../workspaceMemory/calm.ts';
import { watchChanges } from '../workspaceMemory/changes.ts';
import { Documents } from '../workspaceMemory/documents.ts';
import { Visits } from '../workspaceMemory/visits.ts';
import { Gatherer } from './gather.ts';
import { declarationsNear } from './languageServer.ts';
import { isSamePlace, type Place } from './place.ts';
import type { FileText } from './windows.ts';

/** Wait after the cursor has moved to another place, in milliseconds, since it may move on. */
const PAUSE = 150;

/** What a completion is told about other files. */
export interface Related {
  readonly related: readonly FileText[];
  /** The folder of the workspace. */
  readonly project?: string;
}

/**
 * Relevant parts of other files for the place of the cursor. They are gathered in the background when the cursor moves to another place;
 * a request gets what has been gathered, which stays the same while the person types at one place.
 */
export class CrossFile {
  readonly #engine: EngineSupervisor;
  readonly #log: vscode.LogOutputChannel;
  readonly #documents = new Documents();
  readonly #visits = new Visits();
  readonly #gatherer = new Gatherer();
  readonly #calm = new Calm();
  readonly #owned: vscode.Disposable;
  /** The place that is, or was, gathered for. */
  #place: Place | undefined;
  #told: { readonly path: string; readonly related: readonly FileText[] } | undefined;

  constructor(engine: EngineSupervisor, log: vscode.LogOutputChannel) {
    this.#engine = engine;
    this.#log = log;
    const changes = watchChanges({
      isInside: (uri) => this.#documents.isInside(uri),
      isCandidate: (uri) => this.#documents.isCandidate(uri),
      onDocument: (uri, near) => near && this.#visits.note(uri),
      onGone: () => {},
      onRules: () => this.#beginAnew(),
      onFolders: () => this.#beginAnew(),
    });
    const onSelection = vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => this.#come(textEditor));
    const onEditor = vscode.window.onDidChangeActiveTextEditor((editor) => editor && this.#come(editor));
    const onState = engine.onDidChangeState(({ kind }) => kind === 'ready' && this.#look());
    const onSettings = vscode.workspace.onDidChangeConfiguration(() => this.#look());
    this.#owned = vscode.Disposable.from(this.#calm, changes, onSelection, onEditor, onState, onSettings);
  }

  /** What has been gathered for a request in this document; synchronous. */
  relatedTo(document: vscode.TextDocument): Related {
    if (this.#told?.path !== document.uri.toString() || !this.#isWanted(document)) return { related: [] };
    const folder = vscode.workspace.getWorkspaceFolder(document.uri);
    return { related: this.#told.related, ...(folder && { project: folder.name }) };
  }

  /** What was gathered last. */
  get files(): readonly FileText[] {
    return this.#told?.related ?? [];
  }

  dispose(): void {
    this.#owned.dispose();
  }

  /** Something other than the cursor has changed: whether other files are used at all. */
  #look(): void {
    const editor = vscode.window.activeTextEditor;
    if (editor && this.#isWanted(editor.document)) this.#come(editor);
    else if (editor) this.#forget();
  }

  #come(editor: vscode.TextEditor): void {
    const { document, selection } = editor;
    const place = { path: document.uri.toString(), line: selection.active.line };
    if (editor !== vscode.window.activeTextEditor || isSamePlace(this.#place, place) || !this.#isWanted(document)) return;
    this.#place = place;
    this.#calm.after('gather', PAUSE, () => void this.#gather(editor, place));
  }

  async #gather(editor: vscode.TextEditor, place: Place): Promise<void> {
    const started = performance.now();
    try {
      const related = await this.#found(editor);
      if (place !== this.#place) return;
      this.#told = { path: place.path, related };
      const paths = related.map(({ path }) => path).join(', ');
      this.#log.debug(`Other files were looked at for ${Math.round(performance.now() - started)} ms: ${paths || 'nothing'}.`);
    } catch (error) {
      this.#log.debug(`Other files could not be looked at: ${inWords(error)}`);
    }
  }

  async #found({ document, selection }: vscode.TextEditor): Promise<FileText[]> {
    const { prefix, suffix } = queryAt(document, selection.active, undefined).context;
    const readings = new Map<string, Promise<string | undefined>>();
    const read = (uri: vscode.Uri) => {
      const key = uri.toString();
      const reading = readings.get(key) ?? this.#read(uri);
      readings.set(key, reading);
      return reading;
    };
    const visited = new Map(this.#visits.latestFirst.map((uri) => [documentPath(uri), uri]));
    const declarations = await declarationsNear(document, selection.active, async (uri) => {
      const text = await read(uri);
      return text === undefined ? undefined : { path: documentPath(uri), text };
    });
    const readPath = (path: string) => {
      const uri = visited.get(path) ?? uriOf(path);
      return uri ? read(uri) : Promise.resolve(undefined);
    };
    const cursor = { path: documentPath(document.uri), prefix, suffix };
    const sources = { read: readPath, visited: [...visited.keys()], declarations, pause: () => setImmediate() };
    return this.#gatherer.gather(cursor, sources);
  }

  /** The text of a file that may be used, by the rules of the workspace memory. */
  async #read(uri: vscode.Uri): Promise<string | undefined> {
    const reading = await this.#documents.source(uri).read();
    return 'text' in reading ? reading.text : undefined;
  }

  #isWanted(document: vscode.TextDocument): boolean {
    const setting = crossFileSetting(document);
    if (setting === 'off') return false;
    const { enabled, languages } = completionSettings(document);
    if (!enabled || !isLanguageOn(languages, document.languageId) || isExcluded(document.uri)) return false;
    const { state } = this.#engine;
    return isOpen(state) && (setting === 'on' || state.model.severalFiles);
  }

  /** Which files may be told has changed. */
  #beginAnew(): void {
    this.#documents.refresh();
    this.#forget();
    this.#look();
  }

  #forget(): void {
    this.#place = undefined;
    this.#told = undefined;
  }
}

/** The file of a path by which the engine knows documents. */
function uriOf(path: string): vscode.Uri | undefined {
  const folders = vscode.workspace.workspaceFolders ?? [];
  for (const folder of folders) {
    const label = folderLabel(folder, folders);
    if (path.startsWith(label)) return vscode.Uri.joinPath(folder.uri, path.slice(label.length));
  }
  return undefined;
}
