import path from 'node:path';
import * as vscode from 'vscode';
import { inWords, isPaddockError, type ModelInfo } from '../../engine/index.ts';
import type { ConversationEngine } from '../conversationEngine.ts';
import type { EngineNeed } from '../engineNeed.ts';
import type { EngineSupervisor } from '../engineSupervisor.ts';
import type { Models } from '../models.ts';
import { inform, tellError, withProgress } from '../notify.ts';
import { nameOf } from '../readiness.ts';
import { engineSettings, setChatModel, setCompletionEnabled, setCompletionModel, setContextWindow } from '../settings.ts';
import { type ChosenModel, chooseModel } from './chooseModel.ts';
import { type ConfirmedModel, confirmModel, type Inspected, type Present } from './confirmModel.ts';
import { overall, progressInWords } from './progress.ts';

const { l10n } = vscode;

/** What opening a model needs. */
export interface OpenModelContext {
  readonly engine: EngineSupervisor;
  readonly conversations: ConversationEngine;
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
  const { models, log } = context;
  let chosen = chosenBy(given);
  for (;;) {
    chosen ??= await chooseModel(knownTo(models), log);
    if (!chosen) return;
    const model = chosen;
    try {
      const confirmed = await confirmModel(model, presentFor(context, model.path), (signal) =>
        inspect(context, model.path, signal),
      );
      if (!confirmed) return;
      if (confirmed !== 'back') return await open(context, { path: model.path, ...confirmed });
    } catch (error) {
      if (!(await tellFailure(context, model.path, error))) return;
    }
    chosen = undefined;
  }
}

function knownTo({ completion, chat, recent, own }: Models) {
  return { completion, chat, recent: recent.list(), own };
}

/** Opening a model that is in use for one of both alone would change nothing, or be the same as opening it. */
function presentFor({ models }: OpenModelContext, place: string): Present {
  const { completion, chat = completion } = models.wanted;
  const isThere = place === completion.path || place === chat.path;
  const keeps = isThere ? undefined : { completion: nameOf(completion), chat: nameOf(chat) };
  return { window: engineSettings().window, keeps };
}

/** The models it takes the place of make room for it; one that the other engine keeps does not. */
async function inspect(
  { engine, conversations, models }: OpenModelContext,
  place: string,
  signal: AbortSignal,
): Promise<Inspected> {
  const [model, { freeBytes: beside }] = await Promise.all([
    engine.inspect(place, signal),
    conversations.own.inspect(place, signal),
  ]);
  const both = model.freeBytes;
  return { model, freeBytes: { both, completion: models.chat === undefined ? beside : both, chat: beside } };
}

type ModelToOpen = ConfirmedModel & { readonly path: string };

/** Opens a model with progress that can be cancelled, and remembers it once it is open. */
async function open(context: OpenModelContext, model: ModelToOpen): Promise<void> {
  try {
    // If its engine is not needed now, nothing is loaded, but the model is remembered.
    if (isNeeded(context, model)) await openWithProgress(context, model);
    await remember(context, model);
    await tellOpened(context, model);
  } catch (error) {
    if (isPaddockError(error, 'not-enough-memory') && error.facts.largestWindow) {
      return offerWindow(context, model, error.message, error.facts.largestWindow);
    }
    if (await tellFailure(context, model.path, error)) await openModel(context);
  }
}

function isNeeded({ need }: OpenModelContext, { use }: ModelToOpen): boolean {
  return (use !== 'chat' && need.completes) || (use !== 'completion' && need.chats);
}

async function openWithProgress(
  { engine, conversations, models }: OpenModelContext,
  { use, ...model }: ModelToOpen,
): Promise<ModelInfo> {
  return withProgress(l10n.t('Paddock opens {0}', model.name), (progress, token) => {
    const cancellation = new AbortController();
    token.onCancellationRequested(() => cancellation.abort());
    let shown = 0;
    const role = use === 'chat' ? 'chat' : 'completion';
    const opener = use === 'chat' ? conversations.own : engine;
    return opener.open(models.opening(role, model), cancellation.signal, (news) => {
      const done = 100 * overall(news);
      progress.report({ message: progressInWords(news), increment: Math.max(0, done - shown) });
      shown = Math.max(shown, done);
    });
  });
}

async function remember(
  { models, changeSettings }: OpenModelContext,
  { path: place, use, name, window }: ModelToOpen,
): Promise<void> {
  const { completion, chat = completion } = models;
  const completes = use === 'chat' ? completion : place;
  const chats = use === 'completion' ? chat : place;
  const ownChat = chats === completes ? undefined : chats;
  await changeSettings(async () => {
    if (window !== undefined) await setContextWindow(window);
    if (completes !== completion) await setCompletionModel(completes === models.own ? '' : completes);
    if (models.chat !== ownChat) await setChatModel(ownChat === undefined ? '' : models.settingFor(ownChat));
  });
  if (place !== models.own) await models.recent.add({ path: place, name });
}

async function tellOpened({ need }: OpenModelContext, { use, name }: ModelToOpen): Promise<void> {
  if (use === 'chat') {
    // A chat that is visible shows itself which model it answers with.
    if (need.chats) return;
    const show = l10n.t('Open Chat');
    const message = l10n.t('{0} is chosen for the chat. It is loaded once the chat is open.', name);
    if ((await inform(message, show)) === show) await vscode.commands.executeCommand('paddock.chat.open');
    return;
  }
  if (need.completes) {
    vscode.window.setStatusBarMessage(l10n.t('Paddock completes with {0}.', name), 5_000);
    return;
  }
  if (use === 'both' && need.chats) return;
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
