import * as vscode from 'vscode';
import { inWords, type ModelInfo } from '../../engine/index.ts';
import { isPreferencesIntent, type PreferencesIntent, type PreferencesView } from '../../webview/protocol/preferences.ts';
import type { ConversationEngine } from '../conversationEngine.ts';
import { confirm } from '../notify.ts';
import { PagePanel } from '../pagePanel.ts';
import { openModelIn } from '../readiness.ts';
import { asShipped, erased, learnt, withActive, withJudgements } from './changes.ts';
import { chooseImport, saveJudgements } from './files.ts';
import { Measured } from './measured.ts';
import { attemptText, preferencesTexts, preferencesWords } from './pageText.ts';
import type { Known, Preferences } from './preferences.ts';
import { shownPreferences } from './preferencesView.ts';
import type { Suggestions } from './suggestions.ts';

const { l10n } = vscode;

interface PreferencesPageOptions {
  readonly engine: ConversationEngine;
  readonly preferences: Preferences;
  /** What becomes of inline suggestions, which waits to be saved. */
  readonly suggestions: Suggestions;
  readonly log: vscode.LogOutputChannel;
}

/** The page of judgements and what was learned from them, in an editor tab. */
export class PreferencesPage {
  readonly #engine: ConversationEngine;
  readonly #log: vscode.LogOutputChannel;
  readonly #preferences: Preferences;
  readonly #suggestions: Suggestions;
  readonly #measured = new Measured();
  readonly #panel: PagePanel<PreferencesIntent>;
  readonly #watching: vscode.Disposable;
  #problem = '';
  #done = '';

  constructor({ extensionUri }: vscode.ExtensionContext, { engine, preferences, suggestions, log }: PreferencesPageOptions) {
    this.#engine = engine;
    this.#suggestions = suggestions;
    this.#log = log;
    this.#preferences = preferences;
    this.#panel = new PagePanel(extensionUri, {
      viewType: 'paddockPreferences',
      page: () => ({ bundle: 'preferences', title: preferencesTexts().title, data: preferencesTexts() }),
      view: () => this.view,
      log,
      calmMs: 100,
      isIntent: isPreferencesIntent,
      onIntent: (intent) => this.#answer(intent),
      onOpen: () => new vscode.Disposable(() => this.#say('')),
    });
    this.#watching = engine.onDidChangeState(() => this.#panel.postSoon());
  }

  /** Opens the page, or brings the one that is open to the front. */
  show(): void {
    this.#panel.show();
  }

  /** Call when something it shows has changed. */
  changed(): void {
    this.#panel.postSoon();
  }

  /** What the page shows. */
  get view(): PreferencesView {
    const model = this.#model;
    const saved = model && this.#preferences.known(model.key);
    const known = saved && this.#suggestions.withWaiting(saved);
    const said = { kind: 'view', problem: this.#problem, done: this.#done } as const;
    if (!model || !known) {
      const nothing = { counts: [], meter: null, versions: [], unsafeBelow: 0, answers: [] };
      return { ...said, ...nothing, model: '' };
    }
    return { ...said, model: model.name, ...shownPreferences(known, this.#measured.of(known), preferencesWords()) };
  }

  dispose(): void {
    this.#watching.dispose();
    this.#panel.dispose();
  }

  get #model(): ModelInfo | undefined {
    return openModelIn(this.#engine.state);
  }

  /** Never rejects: failures are shown. */
  async #answer(intent: PreferencesIntent): Promise<void> {
    const model = this.#model?.key;
    try {
      await this.#suggestions.flush();
      const known = model === undefined ? undefined : await this.#preferences.load(model);
      if (known && model !== undefined) await this.#do(intent, model, known);
    } catch (error) {
      this.#problem = inWords(error);
      this.#log.warn(this.#problem);
    }
    this.#panel.postSoon();
  }

  async #do(intent: PreferencesIntent, model: string, { stored }: Known): Promise<void> {
    const change: Preferences['change'] = (of, how) => this.#preferences.change(of, how);
    switch (intent.kind) {
      case 'ready':
        return this.#preferences.refresh(model);
      case 'retrain':
        return this.#retrain(model);
      case 'activate':
        await change(model, (now, prior) => withActive(now, prior, intent.version));
        return this.#say('');
      case 'reset':
        await change(model, asShipped);
        return this.#say(l10n.t('The heads as shipped are in use, and one answer is drawn for each question.'));
      case 'export':
        return saveJudgements(stored);
      case 'import': {
        const judgements = await chooseImport();
        if (!judgements) return;
        await change(model, (now) => withJudgements(now, judgements));
        return this.#say(l10n.t('Judgements imported: {0}', judgements.length));
      }
      case 'erase':
        return this.#erase(model);
    }
  }

  async #retrain(model: string): Promise<void> {
    let said = '';
    await this.#preferences.change(model, (now, prior) => {
      const { stored, attempt } = learnt(now, prior, Date.now());
      said = attemptText(attempt);
      return stored;
    });
    this.#say(said);
  }

  async #erase(model: string): Promise<void> {
    const yes = l10n.t('Erase');
    const question = l10n.t('Erase all judgements about this model, and all that was learnt of them?');
    if (!(await confirm(question, yes))) return;
    this.#suggestions.forget(model);
    await this.#preferences.change(model, erased);
    this.#say(l10n.t('The judgements are erased.'));
  }

  #say(done: string): void {
    this.#done = done;
    this.#problem = '';
  }
}
