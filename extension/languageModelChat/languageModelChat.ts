import * as vscode from 'vscode';
import type { ChatEngine } from '../chat/chatEngine.ts';
import { OpenModelProvider } from './modelProvider.ts';
import { registerParticipant } from './participant.ts';
import { registerModelProvider } from './providerApi.ts';

/** As package.json names it. */
const VENDOR = 'paddock';

/** Brings the open model into VS Code's own chat, as far as the editor has one; Paddock's panel needs none of it. */
export function joinLanguageModelChat(
  engine: ChatEngine,
  extensionUri: vscode.Uri,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  const provider = new OpenModelProvider(engine);
  const registrations = [() => registerModelProvider(VENDOR, provider), () => registerParticipant(engine, extensionUri)].flatMap(
    (register) => {
      try {
        return register() ?? [];
      } catch (error) {
        // Editors made from VS Code may have the interface without what is behind it.
        log.info(`VS Code's own chat does without Paddock: ${error instanceof Error ? error.message : String(error)}`);
        return [];
      }
    },
  );
  return vscode.Disposable.from(provider, ...registrations);
}
