import * as vscode from 'vscode';
import type { Guard } from '../webview/protocol/guards.ts';
import { type Page, showPage } from './webviewPage.ts';

/** A page in an editor tab, and its behaviour. */
export interface PagePanelOptions<Intent> {
  /** VS Code's identifier of such tabs, by which it restores them when a window is reloaded. */
  readonly viewType: string;
  /** Called whenever the page is opened. */
  readonly page: () => Page;
  /** All that the page shows. */
  readonly view: () => unknown;
  /** Views within this many milliseconds are sent as one. */
  readonly calmMs: number;
  readonly log: vscode.LogOutputChannel;
  readonly isIntent: Guard<Intent>;
  readonly onIntent: (intent: Intent) => Promise<unknown>;
  /** Called when a tab is opened; its result is disposed when the tab is closed. */
  readonly onOpen: () => vscode.Disposable;
}

/** A page in an editor tab, at most one per window. It survives a reload of the window. */
export class PagePanel<Intent> {
  readonly #extensionUri: vscode.Uri;
  readonly #options: PagePanelOptions<Intent>;
  readonly #serializer: vscode.Disposable;
  readonly #visibility = new vscode.EventEmitter<void>();
  readonly onDidChangeVisibility = this.#visibility.event;
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

  /** Whether the page is open and not behind another tab. */
  get isVisible(): boolean {
    return this.#panel?.visible ?? false;
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
    this.#visibility.dispose();
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
    const watching = panel.onDidChangeViewState(() => this.#visibility.fire());
    panel.iconPath = vscode.Uri.joinPath(this.#extensionUri, 'media', 'icon.svg');
    panel.onDidDispose(() => {
      listening.dispose();
      watching.dispose();
      if (this.#panel === panel) this.#panel = undefined;
      opened.dispose();
      this.#visibility.fire();
    });
    showPage(panel.webview, this.#extensionUri, { ...page(), title: panel.title });
    this.#visibility.fire();
  }
}
