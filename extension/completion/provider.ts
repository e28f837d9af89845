import * as vscode from 'vscode';
import { aroundCompletion, inWords, type Observed } from '../../engine/index.ts';
import type { CrossFile } from '../crossFile/crossFile.ts';
import type { CompletionReport } from '../engineState.ts';
import type { EngineSupervisor } from '../engineSupervisor.ts';
import { isExcluded } from '../excluded.ts';
import { restingIn } from '../readiness.ts';
import { affectsWhatIsSuggested, type CompletionSettings, completionSettings, workspaceMemoryEnabled } from '../settings.ts';
import type { Offer } from '../statistics/suggestion.ts';
import { Cadence, waitFor } from './cadence.ts';
import { isInComment } from './comments.ts';
import { Completer, type Outcome } from './completer.ts';
import type { CompletionEngine } from './computation.ts';
import type { CursorContext } from './context.ts';
import { Edits } from './edits.ts';
import { hideWhenOff } from './hideWhenOff.ts';
import { replacedClosers } from './overlap.ts';
import { type Query, queryAt } from './query.ts';
import { type SilenceReason, type SilenceRecord, Silences } from './silence.ts';
import { isLanguageOn, reasonNotToAsk } from './when.ts';

/** The outcome of a request of the editor. */
export interface Answered {
  readonly document: vscode.TextDocument;
  /** Why nothing was suggested. */
  readonly silence?: SilenceReason;
  /** What the editor was given; absent if it no longer waits. */
  readonly offer?: Offer;
  /** The first of it as the model saw it, where that is known. */
  readonly seen?: Observed;
  /** Since the editor asked. */
  readonly ms: number;
}

/** What the provider needs of the supervisor, and of what is gathered from other files. */
type SupervisedEngine = CompletionEngine & Pick<EngineSupervisor, 'state' | 'onDidChangeState' | 'onDidForgetWorkspace'>;
type OtherFiles = Pick<CrossFile, 'relatedTo'>;

/**
 * Ghost text: one suggestion for each position, and a few to cycle through if asked by hand. At most one computation runs at a time, and
 * no message ever appears on the screen.
 */
export class CompletionProvider implements vscode.InlineCompletionItemProvider {
  readonly #engine: SupervisedEngine;
  readonly #crossFile: OtherFiles;
  readonly #log: vscode.LogOutputChannel;
  readonly #cadence = new Cadence();
  readonly #edits = new Edits(this.#cadence);
  readonly #completer: Completer;
  readonly #silences = new Silences();
  readonly #completed = new vscode.EventEmitter<CompletionReport>();
  readonly #answered = new vscode.EventEmitter<Answered>();
  readonly #owned: vscode.Disposable;

  constructor(engine: SupervisedEngine, crossFile: OtherFiles, log: vscode.LogOutputChannel) {
    this.#engine = engine;
    this.#crossFile = crossFile;
    this.#log = log;
    this.#completer = new Completer(engine, {
      onAsk: (kind) => log.trace(`The engine is asked: ${kind}.`),
      onAnswer: (kind, result, ms) => {
        if (kind === 'request') this.#cadence.answered(ms);
        log.trace(`The engine answered ${JSON.stringify(result)}`);
      },
      onError: (error) => log.warn(`A completion failed: ${inWords(error)}`),
    });
    const onLoading = engine.onDidChangeState(({ kind }) => kind === 'loading' && this.#completer.clear());
    const onForgotten = engine.onDidForgetWorkspace(() => this.#completer.forget());
    const onSettings = vscode.workspace.onDidChangeConfiguration((event) => {
      if (affectsWhatIsSuggested(event)) this.#completer.forget();
    });
    const registration = vscode.languages.registerInlineCompletionItemProvider([{ pattern: '**' }], this);
    const listeners = [this.#edits, onLoading, onForgotten, onSettings, hideWhenOff()];
    this.#owned = vscode.Disposable.from(registration, ...listeners, this.#completed, this.#answered);
  }

  /** Fires with every suggestion that is handed to the editor. */
  get onDidComplete(): vscode.Event<CompletionReport> {
    return this.#completed.event;
  }

  /** Fires with every request of the editor, when it is answered. */
  get onDidAnswer(): vscode.Event<Answered> {
    return this.#answered.event;
  }

  /** The last requests that showed nothing, the latest first. */
  get silences(): readonly SilenceRecord[] {
    return this.#silences.latestFirst;
  }

  async provideInlineCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    editor: vscode.InlineCompletionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.InlineCompletionItem[]> {
    const asked = performance.now();
    const { version } = document;
    const query = queryAt(document, position, editor.selectedCompletionInfo);
    const manual = editor.triggerKind === vscode.InlineCompletionTriggerKind.Invoke;
    const outcome = await this.#outcome(document, query, manual, token);
    const where = `${document.languageId} ${position.line + 1}:${position.character + 1}`;
    if ('silence' in outcome) {
      this.#log.debug(`No suggestion at ${where}: ${outcome.silence}`);
      const { languageId } = document;
      const place = { languageId, line: position.line + 1, column: position.character + 1 };
      this.#silences.add({ ...outcome, ...place, at: new Date(), manual });
      this.#answered.fire({ document, silence: outcome.silence, ms: performance.now() - asked });
      return [];
    }
    this.#log.debug(`Suggested ${outcome.text.length} characters at ${where} after ${Math.round(outcome.elapsedMs)} ms`);
    this.#completed.fire(outcome);
    const said = [outcome.text, ...(outcome.others ?? [])];
    const texts = said.map((text) => query.lead + text);
    this.#edits.offered(document, texts);
    const range = replacedBy(outcome.text, query);
    const isAwaited = !token.isCancellationRequested && document.version === version;
    const offer = isAwaited && {
      at: document.offsetAt(range.start),
      before: document.getText(range.with({ end: position })),
      after: document.getText(range.with({ start: position })),
      texts,
      given: query.lead.length,
    };
    const seen = offer && this.#seen(outcome.text, query);
    this.#answered.fire({ document, ms: performance.now() - asked, ...(offer && { offer }), ...(seen && { seen }) });
    return said.map((text) => new vscode.InlineCompletionItem(query.lead + text, replacedBy(text, query)));
  }

  dispose(): void {
    this.#completer.stop();
    this.#owned.dispose();
  }

  async #outcome(
    document: vscode.TextDocument,
    { context }: Query,
    manual: boolean,
    token: vscode.CancellationToken,
  ): Promise<Outcome> {
    const settings = completionSettings(document);
    const silence = this.#silence(document, context, settings, manual);
    if (silence) {
      this.#completer.stop();
      return { silence };
    }
    const { trigger, maxTokens, multiline, debounceMs, languages, eagerness } = settings;
    const query = {
      context,
      manual,
      eagerness,
      maxTokens,
      multiline,
      // The editor itself has waited a little since the keystroke.
      waitMs: manual ? 0 : (debounceMs ?? waitFor(this.#cadence, context)) - this.#edits.sinceLast(document),
      afterAcceptance: this.#edits.last(document) === 'acceptance',
      // The suggestion that would follow comes without a request, or not at all.
      lookAhead: trigger === 'automatic' && isLanguageOn(languages, document.languageId),
      memory: workspaceMemoryEnabled(),
      other: this.#crossFile.relatedTo(document),
    };
    const gone = new AbortController();
    const cancellation = token.onCancellationRequested(() => gone.abort());
    try {
      return await this.#completer.complete(query, gone.signal);
    } finally {
      cancellation.dispose();
    }
  }

  #seen(text: string, { context: { prefix, suffix } }: Query): Observed | undefined {
    const logProbabilities = this.#completer.tokensOf(text);
    return logProbabilities && { ...aroundCompletion(prefix, suffix), text, logProbabilities };
  }

  #silence(
    document: vscode.TextDocument,
    context: CursorContext,
    settings: CompletionSettings,
    manual: boolean,
  ): SilenceReason | undefined {
    if (!settings.enabled) return 'disabled';
    if (isExcluded(document.uri)) return 'excluded';
    if (!manual && !isLanguageOn(settings.languages, document.languageId)) return 'language-disabled';
    if (this.#engine.state.kind === 'failed') return 'engine-failed';
    // A model the person unloaded is opened again when they ask, not while they type.
    const { state } = this.#engine;
    if (!manual && state.kind === 'unloaded' && !restingIn(state)) return 'model-unloaded';
    const active = vscode.window.activeTextEditor;
    return reasonNotToAsk({
      manual,
      trigger: settings.trigger,
      cursors: active?.document === document ? active.selections.length : 1,
      lineSuffix: context.lineSuffix,
      blankPrefix: context.prefix.trim() === '',
      afterDeleting: this.#edits.last(document) === 'deletion',
      inUnwantedComment: !settings.inComments && isInComment(context),
    });
  }
}

/** What a suggestion replaces: the query's own range, and brackets that it closes itself. */
function replacedBy(text: string, { range, context }: Query): vscode.Range {
  return range.with({ end: range.end.translate(0, replacedClosers(text, context)) });
}
