import type * as vscode from 'vscode';
import type { ModelInfo } from '../../engine/index.ts';
import type { WindowControls } from '../../webview/protocol/chatWindow.ts';
import type { ChatEngine } from '../chat/chatEngine.ts';

/** What VS Code's own chat needs of Paddock. */
export interface LanguageModelChatContext {
  readonly engine: ChatEngine;
  /** Opens the model for somebody who asks. */
  readonly need: { ready(signal?: AbortSignal): Promise<ModelInfo> };
  /** How the window of the open model is used. */
  readonly chat: { readonly controls: WindowControls | undefined; readonly onDidChangeControls: vscode.Event<void> };
  readonly log: vscode.LogOutputChannel;
}
