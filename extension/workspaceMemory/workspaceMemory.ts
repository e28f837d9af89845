import { setTimeout } from 'node:timers/promises';
import * as vscode from 'vscode';
import { documentPath } from '../documentPath.ts';
import type { EngineSupervisor } from '../engineSupervisor.ts';
import { isOpen } from '../readiness.ts';
import { workspaceMemoryEnabled } from '../settings.ts';
import { watchChanges } from './changes.ts';
import { Documents } from './documents.ts';
import { Feed } from './feed.ts';
import type { MemoryReport } from './report.ts';
import { findDocuments } from './search.ts';
import { openUris, Visits } from './visits.ts';

/** Pause between batches, in milliseconds, for the extension host's other work. */
const PAUSE = 20;

/**
 * Keeps the engine's memory in step with the workspace: fills it in the background once a model is open, and follows edits, files and
 * settings. In an untrusted workspace it holds only opened documents, and the rest once trust is granted.
 */
export class WorkspaceMemory {
  readonly #engine: EngineSupervisor;
  readonly #log: vscode.LogOutputChannel;
  readonly #documents = new Documents();
  readonly #visits = new Visits();
  readonly #feed: Feed;
  readonly #changed = new vscode.EventEmitter<MemoryReport>();
  readonly #owned: vscode.Disposable;
  /** Every document that was looked at, by its path. */
  readonly #known = new Map<string, vscode.Uri>();
  #search = new AbortController();
  #emptied: Promise<void> = Promise.resolve();
  #isSearching = false;
  #isOn = workspaceMemoryEnabled();
  #isForgotten = false;
  #isOpen = false;

  constructor(engine: EngineSupervisor, log: vscode.LogOutputChannel) {
    this.#engine = engine;
    this.#log = log;
    this.#feed = new Feed({
      engine,
      pause: () => this.#pause(),
      onChange: () => this.#tell(),
      log: (level, message) => log[level](message),
    });
    const changes = watchChanges({
      isInside: (uri) => this.#isActive && this.#documents.isInside(uri),
      isCandidate: (uri) => this.#isActive && this.#documents.isCandidate(uri),
      onDocument: (uri, near) => this.#look(uri, near),
      onGone: (uri) => this.#lookBelow(uri),
      onRules: () => this.#fill(),
      onFolders: () => this.#beginAnew(),
    });
    const onState = engine.onDidChangeState(() => this.#follow());
    const onSetting = vscode.workspace.onDidChangeConfiguration(() => this.#switch());
    const onTrust = vscode.workspace.onDidGrantWorkspaceTrust(() => void this.#fill());
    this.#owned = vscode.Disposable.from(changes, onState, onSetting, onTrust, this.#changed);
    this.#follow();
  }

  get onDidChange(): vscode.Event<MemoryReport> {
    return this.#changed.event;
  }

  get report(): MemoryReport {
    const { paths, characters, waiting, leftOut, size } = this.#feed;
    return { state: this.#state, paths, characters, waiting, leftOut, size };
  }

  /** Empties the memory. It stays empty until the setting is turned off and on again, or another window is opened. */
  async forget(): Promise<void> {
    this.#isForgotten = true;
    await this.#empty();
    this.#log.info('The workspace memory is empty, and stays so in this window until its setting is turned off and on again.');
  }

  dispose(): void {
    this.#search.abort();
    this.#feed.close();
    this.#owned.dispose();
  }

  get #isActive(): boolean {
    return this.#isOn && !this.#isForgotten;
  }

  get #state(): MemoryReport['state'] {
    if (!this.#isOn) return 'off';
    if (this.#isForgotten) return 'forgotten';
    if (!this.#isOpen) return 'waiting';
    return this.#isSearching || this.#feed.isWorking ? 'reading' : 'ready';
  }

  /** Starts when a model is opened, and ends when it is closed: another model starts with an empty memory. */
  #follow(): void {
    const isNowOpen = isOpen(this.#engine.state);
    if (isNowOpen === this.#isOpen) return;
    this.#isOpen = isNowOpen;
    if (isNowOpen) void this.#open();
    else this.#close();
    this.#tell();
  }

  async #open(): Promise<void> {
    await this.#feed.open();
    await this.#fill();
  }

  #close(): void {
    this.#search.abort();
    this.#feed.close();
  }

  #switch(): void {
    const isOn = workspaceMemoryEnabled();
    if (isOn === this.#isOn) return;
    this.#isOn = isOn;
    this.#isForgotten = false;
    void (isOn ? this.#fill() : this.#empty());
  }

  async #beginAnew(): Promise<void> {
    await this.#empty();
    await this.#fill();
  }

  async #empty(): Promise<void> {
    this.#search.abort();
    this.#known.clear();
    this.#emptied = this.#feed.forget();
    await this.#emptied;
  }

  /** Looks at all that is not remembered yet, and at what should not be any more. */
  async #fill(): Promise<void> {
    this.#search.abort();
    if (!this.#isActive || !this.#isOpen) return this.#tell();
    const search = new AbortController();
    this.#search = search;
    this.#isSearching = true;
    this.#tell();
    this.#documents.refresh();
    await this.#emptied;
    const started = performance.now();
    const { documents, cut } = await findDocuments(this.#documents, this.#visits.latestFirst, search.signal);
    if (search !== this.#search) return;
    this.#isSearching = false;
    if (search.signal.aborted) return this.#tell();
    this.#log.debug(
      `Found ${documents.size} documents for the workspace memory in ${Math.round(performance.now() - started)} ms.`,
    );
    for (const name of cut) this.#log.info(`The folder ${name} holds more files than the workspace memory looks at.`);
    const open = new Set(openUris().map((uri) => documentPath(uri)));
    // Visited documents are listed whatever the rules say; the rules are applied when they are read.
    const visited = new Set(this.#visits.latestFirst.map((uri) => documentPath(uri)));
    for (const path of this.#feed.paths) if (!documents.has(path) || visited.has(path)) this.#lookAgain(path);
    for (const [path, uri] of documents) if (!this.#feed.has(path)) this.#look(uri, open.has(path));
    this.#tell();
  }

  #look(uri: vscode.Uri, near: boolean): void {
    if (!this.#isActive) return;
    if (near) this.#visits.note(uri);
    const source = this.#documents.source(uri);
    this.#known.set(source.path, uri);
    this.#feed.look([source], near);
  }

  #lookAgain(path: string): void {
    const uri = this.#known.get(path);
    if (uri) this.#feed.look([this.#documents.source(uri, path)], false);
  }

  #lookBelow(uri: vscode.Uri): void {
    const path = documentPath(uri);
    for (const each of this.#known.keys()) {
      if (each === path || each.startsWith(`${path}/`) || each.startsWith(`${path}#`)) this.#lookAgain(each);
    }
  }

  /** What the person is waiting for comes first. */
  async #pause(): Promise<void> {
    do await setTimeout(PAUSE);
    while (this.#engine.state.kind === 'generating');
  }

  #tell(): void {
    this.#changed.fire(this.report);
  }
}
