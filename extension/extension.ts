import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { PaddockApi } from './api.ts';
import { AuditPage } from './audit/auditPage.ts';
import { StoredAudits } from './audit/stored.ts';
import { Chat } from './chat/chat.ts';
import type { ChatDoors } from './chat/chatHost.ts';
import { runCodeAction } from './chat/code/codeActions.ts';
import { Proposals } from './chat/code/proposals.ts';
import { CodeCommands } from './chat/commands/codeCommands.ts';
import { registerOffers } from './chat/commands/lightbulb.ts';
import { DialAudits } from './chat/dial/audited.ts';
import { auditedDial } from './chat/dial/auditedDial.ts';
import { DirectionCommands } from './chat/dial/directionCommands.ts';
import { DirectionStore } from './chat/dial/directionStore.ts';
import { type CommandContext, registerCommands } from './commands.ts';
import { CompletionProvider } from './completion/provider.ts';
import { chatModelOf, composeEngines } from './composeEngines.ts';
import { ContextPage } from './contextMeasurement/contextPage.ts';
import type { ConversationEngine } from './conversationEngine.ts';
import { CrossFile } from './crossFile/crossFile.ts';
import { EngineNeed } from './engineNeed.ts';
import type { EngineSupervisor } from './engineSupervisor.ts';
import { joinLanguageModelChat } from './languageModelChat/languageModelChat.ts';
import { Models } from './models.ts';
import { tellError } from './notify.ts';
import { type ComposedPreferences, composePreferences } from './preferences/compose.ts';
import { openModelIn } from './readiness.ts';
import { affectsEngine, completionSettings, editorShowsInlineSuggestions } from './settings.ts';
import { type Settled, Statistics } from './statistics/statistics.ts';
import { StatisticsPage } from './statistics/statisticsPage.ts';
import { Status } from './status.ts';
import type { Memory } from './storage/memory.ts';
import { OrderedMemory } from './storage/orderedMemory.ts';
import { WorkspaceMemory } from './workspaceMemory/workspaceMemory.ts';

/** Writes unsaved data before the window closes. */
let finish: (() => Promise<unknown>) | undefined;

/** Composes the extension. Everything that is made here ends with `context.subscriptions`; processes belong to the supervisor. */
export function activate(context: vscode.ExtensionContext): PaddockApi {
  const log = vscode.window.createOutputChannel('Paddock', { log: true });
  context.subscriptions.push(log);
  try {
    return compose(context, log);
  } catch (error) {
    log.error(error instanceof Error ? error : String(error));
    void tellError(vscode.l10n.t('Paddock could not start. Its log says why.'));
    throw error;
  }
}

/** Ends the extension; what {@link activate} made is disposed of by VS Code afterwards. */
export async function deactivate(): Promise<void> {
  await finish?.();
}

function compose(context: vscode.ExtensionContext, log: vscode.LogOutputChannel): PaddockApi {
  const engines = composeEngines(context, log);
  const { engine, conversations } = engines;
  const crossFile = new CrossFile(engine, log);
  const provider = new CompletionProvider(engine, crossFile, log);
  const memory = new WorkspaceMemory(engine, log);
  const counted = new Statistics(context, engine, provider.onDidAnswer, log);
  const everywhere = new OrderedMemory(context.globalState);
  const statisticsPage = new StatisticsPage(context, everywhere, counted, log);
  const models = new Models(context, everywhere);
  const chatModel = () => chatModelOf(models, conversations);
  const status = new Status(engines, memory, provider.onDidComplete, chatModel);
  const { chat, need, told, preferences, audits, ...aboutCode } = composeChat(context, { ...engines, models, everywhere, log });
  const contextPage = new ContextPage(context, {
    ...{ engine: conversations, log, everywhere },
    chat: () => chat.settings,
    useInChat: (window, { scaling, value }) => chat.useWindow(window, { scaling, scalingValue: value }),
  });
  const auditPage = new AuditPage(context, { engine: conversations, log, audits, dial: auditedDial(chat) });
  context.subscriptions.push(joinLanguageModelChat({ engine: conversations, need, chat, log }, context.extensionUri));
  finish = () => Promise.all([counted.flush(), chat.close(), preferences.flush()]);
  const silences = () => provider.silences;
  const shown = { statisticsPage, contextPage, auditPage, preferencesPage: preferences.page, chat, ...aboutCode, silences };
  const changeSettings = followSettings(context, need);
  const commands = registerCommands({ log, ...engines, need, models, chatModel, memory, ...shown, changeSettings });
  context.subscriptions.push(crossFile, provider, memory, counted, statisticsPage, contextPage, auditPage);
  context.subscriptions.push(status, commands, counted.onDidSettle(teaches(engine, preferences)));
  log.info(`Paddock ${String(context.extension.packageJSON.version)} starts.`);
  warnOfSilentEditor(log);
  need.follow();
  return {
    state: () => engine.state,
    onDidChangeState: engine.onDidChangeState,
    enginePid: () => engine.pid,
    chatState: () => conversations.state,
    chatEnginePid: () => conversations.own.pid,
    ready: () => engine.ready(),
    progress: () => engine.progress,
    conversionsFolder: models.conversions,
    lastCompletion: () => status.last,
    workspaceMemory: () => memory.report,
    statistics: () => counted.cells,
    contextMeasurement: () => contextPage.view,
    audit: () => auditPage.view,
    preferences: () => preferences.page.view,
    ...told,
    silences,
    otherFiles: () => crossFile.files,
  };
}

/** Lets the engines follow the settings. @returns runs a change of several settings as one */
function followSettings(context: vscode.ExtensionContext, need: EngineNeed): CommandContext['changeSettings'] {
  let changes = 0;
  // Granting workspace trust arrives here, too, as a change of the restricted settings.
  const onSettings = vscode.workspace.onDidChangeConfiguration((event) => {
    if (changes === 0 && affectsEngine(event)) need.follow();
  });
  context.subscriptions.push(onSettings);
  return async (change) => {
    changes++;
    try {
      await change();
    } finally {
      changes--;
      need.follow();
    }
  };
}

/** Nothing else would say in the log why there are no suggestions. */
function warnOfSilentEditor(log: vscode.LogOutputChannel): void {
  if (editorShowsInlineSuggestions()) return;
  log.warn('editor.inlineSuggest.enabled is off: the editor asks for no suggestions and shows none.');
}

/** The preference heads of the completion model learn from what becomes of suggestions. */
function teaches(engine: EngineSupervisor, { suggestions }: ComposedPreferences): (settled: Settled) => void {
  return (settled) => {
    const model = openModelIn(engine.state);
    if (model) suggestions.settled(model.key, { ...settled, id: randomUUID(), at: Date.now() });
  };
}

interface ChatNeeds {
  readonly engine: EngineSupervisor;
  readonly conversations: ConversationEngine;
  readonly models: Models;
  /** What is remembered for all workspaces. */
  readonly everywhere: Memory;
  readonly log: vscode.LogOutputChannel;
}

/** The chat, and what becomes of the code in its answers. */
function composeChat(context: vscode.ExtensionContext, { engine, conversations, models, everywhere, log }: ChatNeeds) {
  const need: EngineNeed = new EngineNeed(engine, conversations, () => models.wanted, {
    completes: () => completionSettings().enabled,
    chats: () => chat.isVisible || chat.isBusy,
  });
  const proposals = new Proposals();
  const runCode: ChatDoors['runCode'] = (action, code) => runCodeAction(proposals, action, code);
  const folder = vscode.Uri.joinPath(context.globalStorageUri, 'directions').fsPath;
  const stored: DirectionStore = new DirectionStore(folder, () => chat.showDial());
  const audits = new StoredAudits(everywhere);
  const dialAudits = new DialAudits(audits);
  const levers = { directions: (model: string) => stored.of(model), audited: dialAudits.of.bind(dialAudits) };
  const onChange = () => chat.showPreferences();
  const preferences = composePreferences(context, conversations, log, { own: models.own, onChange });
  for (const each of [engine, conversations.own])
    each.prepareWith((model) => Promise.all([stored.refresh(model), preferences.preferences.load(model)]));
  context.subscriptions.push(preferences.page);
  const doors: Partial<ChatDoors> = {
    runCode,
    preferences: preferences.door,
    levers,
    wakeEngine: () => need.wake(),
    loadModel: () => need.load(),
  };
  const chat: Chat = new Chat(context, everywhere, conversations, log, doors);
  context.subscriptions.push(chat, proposals, registerOffers());
  const told = {
    runCode,
    chat: () => chat.messages,
    chatFolder: chat.folder,
    chatWindow: () => chat.controls,
    refusals: () => chat.dial.shown,
  };
  const directions = new DirectionCommands(conversations, stored, need);
  return { chat, need, told, preferences, audits, proposals, directions, code: new CodeCommands(need, chat, proposals) };
}
