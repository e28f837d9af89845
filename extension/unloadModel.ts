import * as vscode from 'vscode';
import type { ConversationEngine } from './conversationEngine.ts';
import type { EngineSupervisor } from './engineSupervisor.ts';
import { openModelIn } from './readiness.ts';

const { l10n } = vscode;

interface Choice extends vscode.QuickPickItem {
  readonly unload: () => Promise<unknown>;
}

/**
 * Frees the memory of an open model; of two, the person says which.
 * @param given the role of the model that is meant, where that is known
 */
export async function unloadModel(
  { engine, conversations }: { readonly engine: EngineSupervisor; readonly conversations: ConversationEngine },
  given?: unknown,
): Promise<void> {
  const { own } = conversations;
  const completes = openModelIn(engine.state);
  const chats = openModelIn(own.state);
  if (given === 'chat') return own.unload();
  if (given === 'completion' || !chats) return engine.unload();
  if (!completes) return own.unload();
  const choices: Choice[] = [
    { label: `$(edit) ${completes.name}`, description: l10n.t('completion'), unload: () => engine.unload() },
    { label: `$(comment-discussion) ${chats.name}`, description: l10n.t('chat'), unload: () => own.unload() },
    {
      label: `$(debug-disconnect) ${l10n.t('Both')}`,
      unload: () => Promise.all([engine.unload(), own.unload()]),
    },
  ];
  const chosen = await vscode.window.showQuickPick(choices, { title: l10n.t('Unload Model'), matchOnDescription: true });
  await chosen?.unload();
}
