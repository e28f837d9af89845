import path from 'node:path';
import * as vscode from 'vscode';
import { inWords, isPaddockError, type ModelInfo } from '../../engine/index.ts';
import type { EngineNeed } from '../engineNeed.ts';
import type { EngineSupervisor } from '../engineSupervisor.ts';
import type { Models } from '../models.ts';
import { inform, tellError, withProgress } from '../notify.ts';
import { completionSettings, engineSettings, setCompletionEnabled, setCompletionModel, setContextWindow } from '../settings.ts';
import { type ChosenModel, chooseModel } from './chooseModel.ts';
import { confirmModel } from './confirmModel.ts';
import { overall, progressInWords } from './progress.ts';

const { l10n } = vscode;

/** What opening a model needs. */
export interface OpenModelContext {
  readonly engine: EngineSupervisor;
  readonly need: EngineNeed;
  readonly models: Models;
  readonly log: vscode.LogOutputChannel;
  /** Runs a change of several settings as one, so that the engine does not react to its parts. */
  readonly changeSettings: (change: () => Promise<void>) => Promise<void>;
}

/**
 * "Open Model…": choose, look, open.
 * @param given a model that is chosen already: its path, or a file of the explorer
 */
export async function openModel(context: OpenModelContext, given?: unknown): Promise<void> {
  const { models, log, engine } = context;
  let chosen = chosenBy(given);
  for (;;) {
    chosen ??= await chooseModel({ present: models.present, recent: models.recent.list(), own: models.own }, log);
    if (!chosen) return;
    const model = chosen;
    try {
      const confirmed = await confirmModel(model, engineSettings().window, (signal) => engine.inspect(model.path, signal));
      if (!confirmed) return;
      if (confirmed !== 'back') return await open(context, { path: model.path, ...confirmed });
    } catch (error) {
      if (!(await tellFailure(context, model.path, error))) return;
    }
    chosen = undefined;
  }
}

interface ModelToOpen {
  readonly path: string;
  readonly name: string;
  /** Tokens of context; undefined for those of the settings. */
  readonly window: number | undefined;
}

/** Opens a model with progress that can be cancelled, and remembers it once it is open. */
async function open(context: OpenModelContext, model: ModelToOpen): Promise<void> {
  try {
    // If the engine is not needed now, nothing is loaded, but the model is remembered.
    if (context.need.isThere) await openWithProgress(context, model);
    await remember(context, model);
    await tellOpened(context, model);
  } catch (error) {
    if (isPaddockError(error, 'not-enough-memory') && error.facts.largestWindow) {
      return offerWindow(context, model, error.message, error.facts.largestWindow);
    }
    if (await tellFailure(context, model.path, error)) await openModel(context);
  }
}

async function openWithProgress({ engine, models }: OpenModelContext, model: ModelToOpen): Promise<ModelInfo> {
  return withProgress(l10n.t('Paddock opens {0}', model.name), (progress, token) => {
    const cancellation = new AbortController();
    token.onCancellationRequested(() => cancellation.abort());
    let shown = 0;
    return engine.open(models.forCompletion(model), cancellation.signal, (news) => {
      const done = 100 * overall(news);
      progress.report({ message: progressInWords(news), increment: Math.max(0, done - shown) });
      shown = Math.max(shown, done);
    });
  });
}

async function remember({ models, changeSettings }: OpenModelContext, { path: place, name, window }: ModelToOpen): Promise<void> {
  await changeSettings(async () => {
    if (window !== undefined) await setContextWindow(window);
    if (place !== models.present) await setCompletionModel(place === models.own ? '' : place);
  });
  if (place !== models.own) await models.recent.add({ path: place, name });
}

async function tellOpened({ need }: OpenModelContext, { name }: ModelToOpen): Promise<void> {
  if (completionSettings().enabled) {
    vscode.window.setStatusBarMessage(l10n.t('Paddock completes with {0}.', name), 5_000);
    return;
  }
  // The chat shows itself which model it answers with.
  if (need.isThere) return;
  const turnOn = l10n.t('Turn Inline Completion On');
  const message = l10n.t('{0} is chosen. Inline completion is off, so it is not loaded.', name);
  if ((await inform(message, turnOn)) === turnOn) await setCompletionEnabled(true);
}

async function offerWindow(context: OpenModelContext, model: ModelToOpen, message: string, window: number): Promise<void> {
  context.log.error(message);
  const withWindow = l10n.t('Open with {0} Tokens', window);
  if ((await tellError(message, withWindow)) === withWindow) await open(context, { ...model, window });
}

/** Says once why a model cannot be opened. @returns whether the person wants to choose another */
async function tellFailure({ models, log }: OpenModelContext, place: string, error: unknown): Promise<boolean> {
  if (isPaddockError(error, 'cancelled')) return false;
  const message = inWords(error);
  log.error(message);
  if (isPaddockError(error, 'model-not-found')) await models.recent.remove(place);
  const another = l10n.t('Choose Another Model…');
  return (await tellError(message, another)) === another;
}

function chosenBy(given: unknown): ChosenModel | undefined {
  if (given instanceof vscode.Uri) return { path: given.fsPath };
  return typeof given === 'string' && path.isAbsolute(given) ? { path: given } : undefined;
}
