import { basename } from 'node:path';
import * as vscode from 'vscode';
import { FINDING, inWords, isPaddockError, type ModelInfo } from '../../../engine/index.ts';
import type { ConversationEngine } from '../../conversationEngine.ts';
import { percent } from '../../format.ts';
import { confirm, inform, tellError, withProgress } from '../../notify.ts';
import { openModelIn } from '../../readiness.ts';
import type { DirectionStore } from './directionStore.ts';

const { l10n } = vscode;
const FILTERS = { GGUF: ['gguf'] };

/** Finds, imports, renames, exports and removes refusal directions of the open model. Failures are shown to the person. */
export class DirectionCommands {
  readonly #engine: ConversationEngine;
  readonly #store: DirectionStore;
  readonly #need: { ready(): Promise<ModelInfo> };
  #finding = false;

  /** @param need opens the model for somebody who asks */
  constructor(engine: ConversationEngine, store: DirectionStore, need: { ready(): Promise<ModelInfo> }) {
    this.#engine = engine;
    this.#store = store;
    this.#need = need;
  }

  /** Looks for the direction in the open model, with progress and cancellation; behind whatever else is asked of the model. */
  async find(): Promise<void> {
    const model = await this.#opened();
    if (!model || this.#finding) return;
    if (!model.canSteer) {
      void inform(
        l10n.t(
          'No direction can be found in {0}: its graph comes with its files. Open a model in the form of GGUF or safetensors.',
          model.name,
        ),
      );
      return;
    }
    this.#finding = true;
    const name = l10n.t('Found {0}', new Date().toLocaleString(vscode.env.language, { dateStyle: 'short', timeStyle: 'short' }));
    const title = l10n.t('Finding the refusal direction of {0}', model.name);
    try {
      await withProgress(title, async (progress, token) => {
        const abort = new AbortController();
        token.onCancellationRequested(() => abort.abort());
        let told = 0;
        const path = await this.#store.placeFor(model.key, name);
        await this.#engine.findDirection({ ...FINDING, model: model.path, path, name }, abort.signal, (part) => {
          progress.report({ increment: 100 * (part - told), message: percent(part) });
          told = part;
        });
      });
      await this.#store.refresh(model.key);
      void inform(l10n.t('The direction is stored as "{0}", for the dial of the chat.', name));
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#finding = false;
    }
  }

  /** Imports a file that the person chooses. */
  async import(): Promise<void> {
    const model = await this.#opened();
    if (!model) return;
    const title = l10n.t('Import Refusal Direction');
    const [file] = (await vscode.window.showOpenDialog({ title, filters: FILTERS, openLabel: l10n.t('Import') })) ?? [];
    if (!file) return;
    await this.#do(async () => {
      const name = await this.#store.import(file.fsPath, model);
      void inform(l10n.t('The direction "{0}" is imported, for the dial of the chat.', name));
    });
  }

  /** Writes a stored direction to a file that the person chooses. @param path of the direction */
  async export(path: unknown): Promise<void> {
    const [model, from] = await this.#chosen(path);
    if (!model || from === undefined) return;
    const title = l10n.t('Export Refusal Direction');
    const defaultUri = vscode.Uri.file(basename(from));
    const to = await vscode.window.showSaveDialog({ title, filters: FILTERS, defaultUri });
    if (to) await this.#do(() => this.#store.export(from, to.fsPath));
  }

  /** Calls a stored direction what the person writes. @param path of the direction */
  async rename(path: unknown): Promise<void> {
    const [model, from] = await this.#chosen(path);
    if (!model || from === undefined) return;
    const name = await vscode.window.showInputBox({
      title: l10n.t('Rename Refusal Direction'),
      value: this.#store.nameOf(from, model.key),
      validateInput: (value) => (value.trim() === '' ? l10n.t('A direction needs a name.') : undefined),
    });
    if (name !== undefined) await this.#do(() => this.#store.rename(from, name.trim(), model.key));
  }

  /** Removes a stored direction, once the person has said so. @param path of the direction */
  async remove(path: unknown): Promise<void> {
    const [model, from] = await this.#chosen(path);
    if (!model || from === undefined) return;
    const remove = l10n.t('Remove');
    const question = l10n.t('Remove the direction {0}?', this.#store.nameOf(from, model.key));
    if (!(await confirm(question, remove))) return;
    await this.#do(() => this.#store.remove(from, model.key));
  }

  /** The model, opened for this if necessary; undefined, with a message, where it cannot be opened. */
  async #opened(): Promise<ModelInfo | undefined> {
    const model = openModelIn(this.#engine.state) ?? (await this.#need.ready().catch(() => undefined));
    if (!model) void inform(l10n.t('No model is open. Open one first.'));
    return model;
  }

  /** The open model, and the direction that a command is about. */
  async #chosen(path: unknown): Promise<readonly [ModelInfo | undefined, string | undefined]> {
    const model = await this.#opened();
    return [model, typeof path === 'string' && path !== '' ? path : model && (await this.#pick(model))];
  }

  /** From the command palette, which passes no direction. */
  async #pick(model: ModelInfo): Promise<string | undefined> {
    await this.#store.refresh(model.key);
    const stored = this.#store.of(model.key);
    if (stored.length === 0) {
      void inform(l10n.t('No direction is stored for the open model.'));
      return undefined;
    }
    const chosen = await vscode.window.showQuickPick(stored.map(({ name: label, path }) => ({ label, path })));
    return chosen?.path;
  }

  async #do(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (isPaddockError(error, 'cancelled')) return;
    void tellError(inWords(error));
  }
}
