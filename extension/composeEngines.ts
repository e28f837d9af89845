import * as vscode from 'vscode';
import { ConversationEngine } from './conversationEngine.ts';
import { EngineLife } from './engineLife.ts';
import { EngineSupervisor } from './engineSupervisor.ts';
import { GiveWay } from './giveWay.ts';
import { IdleUnload } from './idleUnload.ts';
import type { Models } from './models.ts';
import { nameOf } from './readiness.ts';
import { unloadAfterMinutes } from './settings.ts';
import type { ChatModel } from './statusText.ts';

/** The engines, what lets completions go first, and the timers that unload unused models, if that is set. */
export function composeEngines(context: vscode.ExtensionContext, log: vscode.LogOutputChannel) {
  const entry = vscode.Uri.joinPath(context.extensionUri, 'dist', 'engine.mjs').fsPath;
  const engine = new EngineSupervisor({ entry, log: (level, message) => log[level](message) });
  const own = new EngineLife({ entry, log: (level, message) => log[level](`Chat: ${message}`) });
  const conversations = new ConversationEngine(engine, own);
  const idle = [engine, own].map((each) => new IdleUnload(each, unloadAfterMinutes, (message) => log.info(message)));
  const onSettings = vscode.workspace.onDidChangeConfiguration(() => {
    for (const each of idle) each.follow();
  });
  context.subscriptions.push(new GiveWay(engine, own), conversations, engine, own, ...idle, onSettings);
  return { engine, conversations };
}

/** The model that the chat has for itself, as far as it is known before it is open. */
export function chatModelOf(models: Models, { own: { state } }: ConversationEngine): ChatModel | undefined {
  const { chat } = models.wanted;
  return chat && { name: nameOf(chat), state };
}
