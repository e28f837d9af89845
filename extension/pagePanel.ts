import * as vscode from 'vscode';
import type { Guard } from '../webview/protocol/guards.ts';
import { type Page, showPage } from './webviewPage.ts';

/** A page in an editor tab, and what it is to do. */
export interface PagePanelOptions<Intent> {
  /** By which VS Code tells such tabs; it opens them again with this when a window is loaded again. */
  readonly viewType: string;
  /** Asked whenever the page is opened. */
  readonly page: () => Page;
  /** All that the page shows. */
  readonly view: () => unknown;
  /** Views that come together are sent together, in milliseconds. */
  readonly calmMs: number;
  readonly log: vscode.LogOutputChannel;
  readonly isIntent: Guard<Intent>;
  readonly onIntent: (intent: Intent) => Promise<unknown>;
  /** Called when a tab is opened; what it gives is disposed of when that is closed. */
  readonly onOpen: () => vscode.Disposable;
}

/** A page in an editor tab, one at most in a window. It lives on when the window is loaded again. */
export class PagePanel<Intent> {
  readonly #extensionUri: vscode.Uri;
  readonly #options: PagePanelOptions<Intent>;
  readonly #serializer: vscode.Disposable;
  #panel: vscode.WebviewPanel | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(extensionUri: vscode.Uri, options: PagePanelOptions<Intent>) {
    this.#extensionUri = extensionUri;
    this.#options = options;
    this.#serializer = vscode.window.registerWebviewPanelSerializer(options.viewType, {
      deserializeWebviewPanel: async (panel) => this.#adopt(panel),
    });
  }

  get isOpen(): boolean {
    return this.#panel !== undefined;
  }

  /** Opens the page, or brings the one that is open to the front. */
  show(): void {
    if (this.#panel) {
      this.#panel.reveal();
      return;
    }
    const column = vscode.window.activeTextEditor?.viewColumn ?? vscode.ViewColumn.Active;
    const { viewType, page } = this.#options;
    this.#adopt(vscode.window.createWebviewPanel(viewType, page().title, column, {}));
  }

  /** Sends the view to the page, if it is open. */
  post(): void {
    if (this.#panel) void this.#panel.webview.postMessage(this.#options.view());
  }

  /** The same a little later, once for all calls until then. */
  postSoon(): void {
    if (!this.#panel) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.post();
    }, this.#options.calmMs);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#panel?.dispose();
    this.#serializer.dispose();
  }

  #adopt(panel: vscode.WebviewPanel): void {
    this.#panel?.dispose();
    this.#panel = panel;
    const { viewType, page, log, isIntent, onIntent, onOpen } = this.#options;
    const opened = onOpen();
    const listening = panel.webview.onDidReceiveMessage((message: unknown) => {
      if (isIntent(message)) void onIntent(message);
      else log.warn(`The page ${viewType} sent a message that is none of its own; it was dropped.`);
    });
    panel.iconPath = vscode.Uri.joinPath(this.#extensionUri, 'media', 'icon.svg');
    panel.onDidDispose(() => {
      listening.dispose();
      if (this.#panel === panel) this.#panel = undefined;
      opened.dispose();
    });
    showPage(panel.webview, this.#extensionUri, { ...page(), title: panel.title });
  }
}
