import * as vscode from 'vscode';
import { inWords, type Observed } from '../../engine/index.ts';
import type { Answered } from '../completion/provider.ts';
import type { SilenceReason } from '../completion/silence.ts';
import { isLanguageOn } from '../completion/when.ts';
import type { EngineSupervisor } from '../engineSupervisor.ts';
import { isExcluded } from '../excluded.ts';
import { isOpen } from '../readiness.ts';
import { completionSettings, statisticsEnabled } from '../settings.ts';
import { Counting } from './counting.ts';
import type { Cell, Counter, Labels } from './counts.ts';
import { StatisticsFile } from './statisticsFile.ts';
import { StatisticsStore } from './statisticsStore.ts';
import { dayOf } from './storedStatistics.ts';
import type { Offer } from './suggestion.ts';

/** How often to check for changes by other windows while the page is open, in milliseconds. */
const LOOK_MS = 2_000;

/** Where suggestions are off, the editor's requests are not counted either. */
const UNWANTED: ReadonlySet<SilenceReason> = new Set(['disabled', 'language-disabled', 'excluded', 'only-by-hand']);

/** A suggestion as the model saw it, and whether it was taken, in part or whole. */
export interface Settled {
  readonly seen: Observed;
  readonly isTaken: boolean;
}

/**
 * Sees what becomes of suggestions, from the editor's events, and counts it unless that is turned off. No code is kept, except in memory
 * while an accepted text is followed.
 */
export class Statistics {
  readonly #engine: EngineSupervisor;
  readonly #store: StatisticsStore;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #settled = new vscode.EventEmitter<Settled>();
  readonly #counting: Counting<vscode.TextDocument>;
  readonly #owned: vscode.Disposable;
  #timer: NodeJS.Timeout | undefined;
  #model = { model: '', device: '' };

  constructor(
    { globalStorageUri }: vscode.ExtensionContext,
    engine: EngineSupervisor,
    onDidAnswer: vscode.Event<Answered>,
    log: vscode.LogOutputChannel,
  ) {
    this.#engine = engine;
    const file = new StatisticsFile(globalStorageUri.fsPath, (message) => log.warn(message));
    this.#store = new StatisticsStore(file, {
      onChange: () => this.#changed.fire(),
      onError: (error) => log.warn(`The statistics were not written: ${inWords(error)}`),
    });
    this.#counting = new Counting({
      count: (document, counter, times) => this.#count(document, counter, times),
      latency: (document, ms) => {
        if (this.enabled) this.#store.latency(this.#labels(document), ms);
      },
      isCompleted,
      settled: (seen, isTaken) => this.#settled.fire({ seen, isTaken }),
      textOf: (document, { from, to }) => document.getText(new vscode.Range(document.positionAt(from), document.positionAt(to))),
    });
    this.#owned = vscode.Disposable.from(
      this.#changed,
      this.#settled,
      onDidAnswer((answered) => this.#answered(answered)),
      vscode.workspace.onDidChangeTextDocument((event) => this.#edited(event)),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor: { document }, selections: [first, ...more], kind }) => {
        const isOne = first?.isEmpty && more.length === 0;
        const offset = isOne ? document.offsetAt(first.active) : undefined;
        const byKey = kind === vscode.TextEditorSelectionChangeKind.Keyboard;
        this.#step((now) => this.#counting.cursorAt(document, offset, byKey, now));
      }),
      vscode.window.onDidChangeActiveTextEditor(() => this.#step((now) => this.#counting.left(now))),
      vscode.workspace.onDidCloseTextDocument((document) => this.#step((now) => this.#counting.closed(document, now))),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (!event.affectsConfiguration('paddock.statistics.enabled')) return;
        // What is on the screen would be counted in part.
        this.#counting.clear();
        this.#changed.fire();
      }),
    );
  }

  /** Fires when the counts have changed, or counting was turned on or off. */
  get onDidChange(): vscode.Event<void> {
    return this.#changed.event;
  }

  /** Fires with each readable suggestion when it is accepted or gone, whether or not it is counted. */
  get onDidSettle(): vscode.Event<Settled> {
    return this.#settled.event;
  }

  get enabled(): boolean {
    return statisticsEnabled();
  }

  /** All counts that are known: those of other windows as of the last time the file was read or written. */
  get cells(): readonly Cell[] {
    return this.#store.cells;
  }

  /** When counting began; undefined when nothing was counted. */
  get since(): Date | undefined {
    return this.#store.since;
  }

  /** Follows what other windows write until the result is disposed. A watcher of files would miss what comes before it has begun. */
  watch(): vscode.Disposable {
    void this.#store.refresh();
    const timer = setInterval(() => void this.#store.refresh(), LOOK_MS);
    return new vscode.Disposable(() => clearInterval(timer));
  }

  /** Forgets all counts, of all windows. */
  async erase(): Promise<void> {
    this.#counting.clear();
    await this.#store.erase();
  }

  /** Writes what is not written yet; never rejects. */
  flush(): Promise<void> {
    return this.#store.flush();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#owned.dispose();
  }

  #answered({ document, silence, offer, seen, ms }: Answered): void {
    if (silence && UNWANTED.has(silence)) return;
    this.#step((now) => {
      this.#count(document, 'requests');
      if (offer) this.#counting.offered(document, asInDocument(offer, document), ms, now, seen);
    });
  }

  #edited({ document, contentChanges, reason }: vscode.TextDocumentChangeEvent): void {
    if (contentChanges.length === 0) return;
    this.#step((now) => this.#counting.edited(document, contentChanges, reason !== undefined, now));
  }

  #count(document: vscode.TextDocument, counter: Counter, times?: number): void {
    if (this.enabled) this.#store.count(this.#labels(document), counter, times);
  }

  /** Passes an event to the counting, and sets the timer for what is due next. */
  #step(act: (now: number) => void): void {
    act(performance.now());
    clearTimeout(this.#timer);
    const { due } = this.#counting;
    if (due === undefined) return;
    const tick = () => this.#step((now) => this.#counting.tick(now));
    this.#timer = setTimeout(tick, Math.max(0, Math.ceil(due - performance.now())));
  }

  #labels({ languageId }: vscode.TextDocument): Labels {
    const { state } = this.#engine;
    if (isOpen(state)) {
      this.#model = { model: state.model.name, device: state.model.device };
    }
    return { day: dayOf(new Date()), language: languageId, ...this.#model };
  }
}

/** Suggestions come in the document that the person works on, unless they were turned off. */
function isCompleted(document: vscode.TextDocument): boolean {
  if (vscode.window.activeTextEditor?.document !== document) return false;
  const { enabled, languages } = completionSettings(document);
  return enabled && isLanguageOn(languages, document.languageId) && !isExcluded(document.uri);
}

/** Edits come with the document's own line breaks, so its suggestions are given them, too. */
function asInDocument(offer: Offer, { eol }: vscode.TextDocument): Offer {
  return eol === vscode.EndOfLine.LF ? offer : { ...offer, texts: offer.texts.map((text) => text.replaceAll('\n', '\r\n')) };
}
