import * as vscode from 'vscode';
import { inWords, isPaddockError, type ModelInfo } from '../../engine/index.ts';
import {
  type ContextIntent,
  type ContextView,
  isContextIntent,
  type MeasureChoice,
  type ScalingChoice,
  type ShownMeasurement,
} from '../../webview/protocol/context.ts';
import { besidePage } from '../besidePage.ts';
import { ruleNames } from '../chat/pins/ruleNames.ts';
import type { ConversationEngine } from '../conversationEngine.ts';
import { moment } from '../format.ts';
import { withProgress } from '../notify.ts';
import { PagePanel } from '../pagePanel.ts';
import { openModelIn } from '../readiness.ts';
import type { Memory } from '../storage/memory.ts';
import { type CodeFile, longestWindow } from './chooseTexts.ts';
import { shownMeasurement } from './contextView.ts';
import { curvesCsv } from './curvesCsv.ts';
import { saveExport } from './export.ts';
import { gatherCode } from './gatherCode.ts';
import { type Measurement, scalingsOf, usualChoice, windowsUpTo } from './measurement.ts';
import { countFiles, measure } from './measuring.ts';
import { contextTexts } from './pageText.ts';
import { type ChatSettings, type RetentionTest, shownRetention, testRetention } from './retention.ts';
import { StoredMeasurements } from './stored.ts';

/** What the page needs from other parts. */
export interface ContextPageOptions {
  readonly engine: ConversationEngine;
  readonly log: vscode.LogOutputChannel;
  /** Where measurements are kept, for all workspaces. */
  readonly everywhere: Memory;
  /** How chats use the open model; undefined where none is open. */
  readonly chat: () => ChatSettings | undefined;
  /** Gives chats this window under this scaling. */
  readonly useInChat: (window: number, scaling: ScalingChoice) => Promise<void>;
}

/** A measurement under way. */
interface Run {
  readonly model: ModelInfo;
  readonly abort: AbortController;
  fraction: number;
  sofar?: Measurement;
  retention?: RetentionTest;
}

type Kept = Extract<ContextIntent, { kind: 'other' }>['of'];

/** The code that was found to measure with. */
interface Found {
  readonly model: string;
  readonly files: readonly CodeFile[];
  readonly onlyOpen: boolean;
}

/** The page that measures the context window, in an editor tab. */
export class ContextPage {
  readonly #options: ContextPageOptions;
  readonly #stored: StoredMeasurements;
  readonly #panel: PagePanel<ContextIntent>;
  readonly #watching: vscode.Disposable;
  #gathering = new AbortController();
  #found: Found | undefined;
  #run: Run | undefined;
  #problem = '';
  /** Of which the complete one is shown, although another was stopped since. */
  readonly #complete = new Set<Kept>();
  #lastShown: { readonly key: string; readonly threshold: number; readonly shown: ShownMeasurement } | undefined;

  constructor({ extensionUri }: vscode.ExtensionContext, options: ContextPageOptions) {
    this.#options = options;
    this.#stored = new StoredMeasurements(options.everywhere);
    this.#panel = new PagePanel(extensionUri, {
      viewType: 'paddockContext',
      page: () => ({ bundle: 'context', title: contextTexts().title, data: contextTexts() }),
      view: () => this.view,
      log: options.log,
      calmMs: 200,
      isIntent: isContextIntent,
      onIntent: (intent) => this.#answer(intent),
      onOpen: () => new vscode.Disposable(() => this.#onClose()),
    });
    this.#watching = vscode.Disposable.from(
      options.engine.onDidChangeState(() => this.#onEngine()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => void this.#gather()),
    );
  }

  /** Opens the page, or brings the one that is open to the front. */
  show(): void {
    this.#panel.show();
  }

  /** What the page shows. */
  get view(): ContextView {
    const model = this.#model;
    const found = this.#found?.model === model?.key ? this.#found : undefined;
    const windows = windowsUpTo(model?.largestWindow ?? 0);
    const longestText = found ? longestWindow(found.files, windows) : null;
    const [measurement, otherMeasurement] = this.#measurements;
    const [retention, otherRetention] = this.#retentions;
    const usual = usualChoice(model?.contextLength ?? 0);
    const choice = measurement ? { ...usual, window: measurement.window, scalings: measurement.scalings } : usual;
    const { threshold } = this.#stored;
    return {
      kind: 'view',
      model: model?.name ?? '',
      trained: model?.contextLength ?? 0,
      largest: model?.largestWindow ?? 0,
      longestText,
      files: found?.files.length ?? 0,
      onlyOpen: found?.onlyOpen ?? !vscode.workspace.isTrusted,
      windows: windows.filter((window) => window <= (longestText ?? 0)),
      scalings: scalingsOf(model),
      choice: { ...choice, window: Math.min(choice.window, longestText || choice.window) },
      threshold,
      progress: this.#run ? this.#run.fraction : null,
      problem: this.#problem,
      measurement: measurement ? this.#shown(measurement, threshold) : null,
      retention: retention ? shownRetention(retention, moment(retention.at), ruleNames()) : null,
      others: { measurement: writtenOf(otherMeasurement), retention: writtenOf(otherRetention) },
    };
  }

  /** Measures, shown on the page, or in a notification while that is out of sight; what there is stays when it is stopped. Never rejects. */
  async measure(choice: MeasureChoice): Promise<void> {
    const model = this.#model;
    const found = this.#found;
    if (!model || found?.model !== model.key || this.#run || choice.scalings.length === 0) return;
    const { windows, scalings } = this.view;
    if (!windows.includes(choice.window) || !choice.scalings.every(({ scaling }) => scalings.includes(scaling))) return;
    await this.#withProgress(vscode.l10n.t('Measuring the context window of {0}', model.name), model, (run, tell) =>
      measure(this.#options.engine, {
        ...{ model, files: found.files, choice, signal: run.abort.signal },
        ...{ clock: () => performance.now(), now: () => Date.now() },
        onProgress: (sofar, fraction) => {
          run.sofar = sofar;
          tell(fraction);
        },
      }),
    );
  }

  /** Tests how long an instruction is kept, shown and stopped as a measurement. Never rejects. */
  async testRetention(): Promise<void> {
    const model = this.#model;
    const chat = this.#options.chat();
    if (!model || !chat || this.#run) return;
    await this.#withProgress(vscode.l10n.t('Testing retention with {0}', model.name), model, (run, tell) =>
      testRetention(this.#options.engine, {
        ...{ model, chat, signal: run.abort.signal, now: () => Date.now() },
        onProgress: (sofar, fraction) => {
          run.retention = sofar;
          tell(fraction);
        },
      }),
    );
  }

  dispose(): void {
    this.#watching.dispose();
    this.#gathering.abort();
    this.#run?.abort.abort();
    this.#panel.dispose();
  }

  get #model(): ModelInfo | undefined {
    return openModelIn(this.#options.engine.state);
  }

  /** The measurement under way, else what is stored of the open model: first the one to show, then the other. */
  get #measurements(): readonly Measurement[] {
    const sofar = this.#run?.sofar;
    if (sofar && hasFigures(sofar)) return [sofar];
    return this.#inOrder('measurement', this.#model ? this.#stored.of(this.#model.key) : []);
  }

  /** As {@link #measurements}. */
  get #retentions(): readonly RetentionTest[] {
    const sofar = this.#run?.retention;
    return sofar ? [sofar] : this.#inOrder('retention', this.#model ? this.#stored.retentionOf(this.#model.key) : []);
  }

  #inOrder<T>(what: Kept, kept: readonly T[]): readonly T[] {
    return this.#complete.has(what) ? kept.toReversed() : kept;
  }

  /** Cached, because laws are fitted with many resamples. */
  #shown(measurement: Measurement, threshold: number): ShownMeasurement {
    const last = this.#lastShown;
    if (last?.threshold === threshold && last.key === keyOf(measurement)) return last.shown;
    const shown = shownMeasurement(measurement, threshold, moment(measurement.at));
    this.#lastShown = { key: keyOf(measurement), threshold, shown };
    return shown;
  }

  /** @param action tells how far it is, 0–1 */
  async #withProgress(
    title: string,
    model: ModelInfo,
    action: (run: Run, tell: (fraction: number) => void) => Promise<void>,
  ): Promise<void> {
    const run: Run = { model, abort: new AbortController(), fraction: 0 };
    this.#run = run;
    this.#problem = '';
    this.#panel.post(); // at once: a short measurement ends before the next view, and the page is to see it begin
    const stop = () => run.abort.abort();
    try {
      await besidePage({ title, page: this.#panel, notify: withProgress, stop }, (tell) =>
        action(run, (fraction) => {
          run.fraction = fraction;
          tell({ fraction });
          this.#panel.postSoon();
        }),
      );
    } catch (error) {
      if (!isPaddockError(error, 'cancelled')) this.#fail(error);
    }
    await this.#ended(run);
  }

  async #ended({ model, sofar, retention }: Run): Promise<void> {
    if (sofar && hasFigures(sofar)) {
      await this.#stored.keep(model.key, sofar);
      this.#complete.delete('measurement');
    }
    if (retention) {
      await this.#stored.keepRetention(model.key, retention);
      this.#complete.delete('retention');
    }
    this.#run = undefined;
    if (!this.#panel.isOpen) this.#found = undefined;
    this.#panel.postSoon();
  }

  async #answer(intent: ContextIntent): Promise<void> {
    switch (intent.kind) {
      case 'ready':
        this.#panel.postSoon();
        return this.#gather();
      case 'measure':
        return this.measure(intent.choice);
      case 'retention':
        return this.testRetention();
      case 'stop':
        return this.#run?.abort.abort();
      case 'other':
        if (!this.#complete.delete(intent.of)) this.#complete.add(intent.of);
        return this.#panel.postSoon();
      case 'threshold':
        await this.#stored.setThreshold(intent.threshold);
        return this.#panel.postSoon();
      case 'use':
        await this.#options.useInChat(intent.window, intent.scaling);
        return;
      case 'csv': {
        const { measurement } = this.view;
        return measurement ? saveExport('paddock-context.csv', curvesCsv(measurement)) : undefined;
      }
      case 'svg':
        return saveExport(`paddock-context-${intent.name}.svg`, intent.svg);
    }
  }

  /** Frees the texts when they are no longer needed. */
  #onClose(): void {
    this.#gathering.abort();
    if (!this.#run) this.#found = undefined;
  }

  #onEngine(): void {
    if (!this.#panel.isOpen) return;
    if (this.#model && this.#model.key !== this.#found?.model) void this.#gather();
    this.#panel.postSoon();
  }

  /** Reads code to measure with, as this model counts tokens. */
  async #gather(): Promise<void> {
    this.#gathering.abort();
    this.#gathering = new AbortController();
    const { signal } = this.#gathering;
    const model = this.#model?.key;
    if (model === undefined || !this.#panel.isOpen) return;
    try {
      const { files, onlyOpen } = await gatherCode(signal);
      const counted = await countFiles(this.#options.engine, files, signal);
      if (signal.aborted) return;
      this.#found = { model, files: counted, onlyOpen };
      this.#problem = '';
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
    }
    this.#panel.postSoon();
  }

  #fail(error: unknown): void {
    this.#problem = inWords(error);
    this.#options.log.warn(this.#problem);
  }
}

/** Identifies the measurement and its progress. */
function keyOf({ at, losses, scores, isComplete }: Measurement): string {
  return [at, losses.length, scores.length, isComplete].join();
}

function hasFigures({ losses, scores }: Measurement): boolean {
  return losses.length + scores.length > 0;
}

function writtenOf(kept: { readonly at: number } | undefined): string | null {
  return kept ? moment(kept.at) : null;
}
