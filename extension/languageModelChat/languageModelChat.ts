import * as vscode from 'vscode';
import { inWords } from '../../engine/index.ts';
import type { LanguageModelChatContext } from './context.ts';
import { OpenModelProvider } from './modelProvider.ts';
import { registerParticipant } from './participant.ts';
import { registerModelProvider } from './providerApi.ts';

/** As package.json names it. */
const VENDOR = 'paddock';

/** Offers the open model in VS Code's own chat, if the editor has one; Paddock's panel does not need this. */
export function joinLanguageModelChat(context: LanguageModelChatContext, extensionUri: vscode.Uri): vscode.Disposable {
  const { log } = context;
  const provider = new OpenModelProvider(context);
  const registrations = [() => registerModelProvider(VENDOR, provider), () => registerParticipant(context, extensionUri)].flatMap(
    (register) => {
      try {
        return register() ?? [];
      } catch (error) {
        // Editors based on VS Code may have the interface without an implementation.
        log.info(`VS Code's own chat does without Paddock: ${inWords(error)}`);
        return [];
      }
    },
  );
  return vscode.Disposable.from(provider, ...registrations);
}
