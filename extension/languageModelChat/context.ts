import type * as vscode from 'vscode';
import type { ModelInfo } from '../../engine/index.ts';
import type { WindowControls } from '../../webview/protocol/chatWindow.ts';
import type { ChatEngine } from '../chat/chatEngine.ts';
import type { Dial } from '../chat/dial/dial.ts';

/** What VS Code's own chat needs of Paddock. */
export interface LanguageModelChatContext {
  readonly engine: ChatEngine;
  /** Opens the model for somebody who asks. */
  readonly need: { ready(signal?: AbortSignal): Promise<ModelInfo> };
  /** How the window of the open model is used, and how its refusals are tuned: as in Paddock's own panel. */
  readonly chat: {
    readonly controls: WindowControls | undefined;
    readonly onDidChangeControls: vscode.Event<void>;
    readonly dial: Pick<Dial, 'system' | 'toldFor'>;
  };
  readonly log: vscode.LogOutputChannel;
}
