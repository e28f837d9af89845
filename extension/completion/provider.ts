import * as vscode from 'vscode';
import { isPaddockError } from '../../engine/index.ts';
import { documentPath } from '../documentPath.ts';
import type { CompletionReport } from '../engineState.ts';
import type { EngineSupervisor } from '../engineSupervisor.ts';
import { type CompletionSettings, completionSettings, workspaceMemoryEnabled } from '../settings.ts';
import { CompletionCache } from './cache.ts';
import type { CursorContext } from './context.ts';
import { debounce } from './debounce.ts';
import { Deletions } from './deletions.ts';
import { wantsMultiline } from './multiline.ts';
import { replacedClosers } from './overlap.ts';
import { postprocess, refit } from './postprocess.ts';
import { type Query, queryAt } from './query.ts';
import { isLanguageOn, isWorthReading, reasonNotToAsk, type SilenceReason } from './when.ts';

/** What one request came to. */
type Outcome = CompletionReport | { readonly silence: SilenceReason };

/** Ghost text: at most one suggestion per position, at most one computation at a time, and never a message on the screen. */
export class CompletionProvider implements vscode.InlineCompletionItemProvider {
  readonly #engine: EngineSupervisor;
  readonly #log: vscode.LogOutputChannel;
  readonly #cache = new CompletionCache();
  readonly #deletions = new Deletions();
  readonly #completed = new vscode.EventEmitter<CompletionReport>();
  readonly #owned: vscode.Disposable;
  #inFlight = new AbortController();

  constructor(engine: EngineSupervisor, log: vscode.LogOutputChannel) {
    this.#engine = engine;
    this.#log = log;
    // Another model would have said something else.
    const onLoading = engine.onDidChangeState(({ kind }) => kind === 'loading' && this.#cache.clear());
    const registration = vscode.languages.registerInlineCompletionItemProvider([{ pattern: '**' }], this);
    this.#owned = vscode.Disposable.from(registration, this.#deletions, this.#completed, onLoading);
  }

  /** Fires with every suggestion that is handed to the editor. */
  get onDidComplete(): vscode.Event<CompletionReport> {
    return this.#completed.event;
  }

  async provideInlineCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    editor: vscode.InlineCompletionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.InlineCompletionItem[]> {
    const where = `${document.languageId} ${position.line + 1}:${position.character + 1}`;
    const settings = completionSettings(document);
    const query = queryAt(document, position, editor.selectedCompletionInfo);
    const manual = editor.triggerKind === vscode.InlineCompletionTriggerKind.Invoke;
    const outcome = await this.#outcome(document, query, settings, manual, token);
    if ('silence' in outcome) {
      this.#log.debug(`No suggestion at ${where}: ${outcome.silence}`);
      return [];
    }
    this.#log.debug(`Suggested ${outcome.text.length} characters at ${where} after ${Math.round(outcome.elapsedMs)} ms`);
    this.#completed.fire(outcome);
    const replaced = replacedClosers(outcome.text, query.context);
    const range = query.range.with({ end: query.range.end.translate(0, replaced) });
    return [new vscode.InlineCompletionItem(query.lead + outcome.text, range)];
  }

  dispose(): void {
    this.#inFlight.abort();
    this.#owned.dispose();
  }

  async #outcome(
    document: vscode.TextDocument,
    query: Query,
    settings: CompletionSettings,
    manual: boolean,
    token: vscode.CancellationToken,
  ): Promise<Outcome> {
    this.#inFlight.abort();
    const silence = this.#silence(document, query.context, settings, manual);
    if (silence) return { silence };
    const { prefix, suffix } = query.context;
    const known = this.#cache.get(prefix, suffix);
    const shown = known && refit(known, query.context);
    if (shown) return { text: shown, elapsedMs: 0 };
    const flight = new AbortController();
    this.#inFlight = flight;
    const cancellation = token.onCancellationRequested(() => flight.abort());
    try {
      if (!(await debounce(manual ? 0 : settings.debounceMs, flight.signal))) return { silence: 'cancelled' };
      return await this.#ask(document, query.context, settings.maxTokens, manual, flight.signal);
    } catch (error) {
      return { silence: this.#silenceOf(error) };
    } finally {
      cancellation.dispose();
    }
  }

  #silence(
    document: vscode.TextDocument,
    context: CursorContext,
    settings: CompletionSettings,
    manual: boolean,
  ): SilenceReason | undefined {
    if (!settings.enabled) return 'disabled';
    if (!manual && !isLanguageOn(settings.languages, document.languageId)) return 'language-disabled';
    if (this.#engine.state.kind === 'failed') return 'engine-failed';
    // What the person laid aside comes back when they ask, not while they type.
    if (!manual && this.#engine.state.kind === 'unloaded') return 'model-unloaded';
    const active = vscode.window.activeTextEditor;
    return reasonNotToAsk({
      manual,
      cursors: active?.document === document ? active.selections.length : 1,
      lineSuffix: context.lineSuffix,
      blankPrefix: context.prefix.trim() === '',
      afterDeleting: this.#deletions.isLast(document),
    });
  }

  async #ask(
    document: vscode.TextDocument,
    context: CursorContext,
    maxTokens: number,
    manual: boolean,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const { prefix, suffix } = context;
    const started = performance.now();
    const path = documentPath(document.uri);
    const memory = workspaceMemoryEnabled();
    const multiline = wantsMultiline(context);
    const result = await this.#engine.complete({ prefix, suffix, path, maxTokens, multiline, memory }, signal);
    const elapsedMs = performance.now() - started;
    this.#log.trace(`The engine answered ${JSON.stringify(result)}`);
    const text = postprocess({ text: result.text, cutShort: result.finish === 'length' }, context);
    if (text === undefined) return { silence: 'nothing-left' };
    if (!manual && !isWorthReading(text)) return { silence: 'too-short' };
    this.#cache.set(prefix, suffix, text);
    return { text, elapsedMs, stats: result.stats };
  }

  #silenceOf(error: unknown): SilenceReason {
    if (isPaddockError(error, 'cancelled')) return 'cancelled';
    const message = error instanceof Error ? error.message : String(error);
    this.#log.warn(`A completion failed: ${message}`);
    if (isPaddockError(error, 'engine-gone')) return 'engine-gone';
    return isPaddockError(error, 'no-model') ? 'engine-failed' : 'error';
  }
}
