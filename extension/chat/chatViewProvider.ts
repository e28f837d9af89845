import * as vscode from 'vscode';
import type { ChatUpdate } from '../../webview/protocol/chat.ts';
import { type ChatIntent, isChatIntent } from '../../webview/protocol/chatIntents.ts';
import { showPage } from '../webviewPage.ts';
import { chatTexts } from './chatTexts.ts';

/** As package.json names it. */
const VIEW = 'paddock.chat';

/** The chat's view in the side bar. Its page is made anew whenever it comes to be seen again, and then says that it is ready. */
export class ChatViewProvider implements vscode.WebviewViewProvider {
  readonly #extensionUri: vscode.Uri;
  readonly #onIntent: (intent: ChatIntent) => void;
  readonly #log: vscode.LogOutputChannel;
  readonly #registration: vscode.Disposable;
  #view: vscode.WebviewView | undefined;

  constructor(extensionUri: vscode.Uri, log: vscode.LogOutputChannel, onIntent: (intent: ChatIntent) => void) {
    this.#extensionUri = extensionUri;
    this.#log = log;
    this.#onIntent = onIntent;
    this.#registration = vscode.window.registerWebviewViewProvider(VIEW, this);
  }

  /** Whether the person can see it. */
  get isVisible(): boolean {
    return this.#view?.visible ?? false;
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.#view = view;
    view.webview.onDidReceiveMessage((message: unknown) => {
      if (isChatIntent(message)) this.#onIntent(message);
      else this.#log.warn('The chat panel sent a message that is none of its own; it was dropped.');
    });
    view.onDidDispose(() => {
      if (this.#view === view) this.#view = undefined;
    });
    showPage(view.webview, this.#extensionUri, { bundle: 'chat', title: vscode.l10n.t('Chat'), data: chatTexts() });
  }

  /** Shows the view and gives it the keyboard. */
  async focus(): Promise<void> {
    await vscode.commands.executeCommand(`${VIEW}.focus`);
  }

  post(update: ChatUpdate): void {
    if (this.isVisible) void this.#view?.webview.postMessage(update);
  }

  dispose(): void {
    this.#registration.dispose();
  }
}
