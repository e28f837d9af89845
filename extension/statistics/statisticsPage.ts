import * as vscode from 'vscode';
import {
  type ExportFormat,
  isRange,
  isStatisticsIntent,
  type Range,
  type StatisticsIntent,
} from '../../webview/protocol/statistics.ts';
import { showPage } from '../webviewPage.ts';
import { exported } from './exported.ts';
import { statisticsTexts } from './pageText.ts';
import type { Statistics } from './statistics.ts';
import { statisticsView } from './statisticsView.ts';
import { dayOf, lastDays } from './storedStatistics.ts';

const VIEW_TYPE = 'paddockStatistics';
/** Under which the range is remembered. */
const RANGE_KEY = 'statisticsRange';
const FIRST_RANGE: Range = 30;

/** Changes that come together are shown together, in milliseconds. */
const CALM_MS = 500;

/** The page of statistics in an editor tab, one at most in a window. It lives on when the window is loaded again. */
export class StatisticsPage {
  readonly #extensionUri: vscode.Uri;
  readonly #memory: vscode.Memento;
  readonly #statistics: Statistics;
  readonly #owned: vscode.Disposable;
  #panel: vscode.WebviewPanel | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor({ extensionUri, globalState }: vscode.ExtensionContext, statistics: Statistics) {
    this.#extensionUri = extensionUri;
    this.#memory = globalState;
    this.#statistics = statistics;
    this.#owned = vscode.Disposable.from(
      statistics.onDidChange(() => this.#postSoon()),
      vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
        deserializeWebviewPanel: async (panel) => this.#adopt(panel),
      }),
    );
  }

  /** Opens the page, or brings the one that is open to the front. */
  show(): void {
    if (this.#panel) {
      this.#panel.reveal();
      return;
    }
    const column = vscode.window.activeTextEditor?.viewColumn ?? vscode.ViewColumn.Active;
    this.#adopt(vscode.window.createWebviewPanel(VIEW_TYPE, statisticsTexts().title, column, {}));
  }

  /** Erases all counts, when the person confirms. */
  async erase(): Promise<void> {
    const erase = vscode.l10n.t('Erase');
    const question = vscode.l10n.t('Erase all statistics of Paddock?');
    const detail = vscode.l10n.t('They are gone for good, in all windows. Counting begins anew.');
    if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, erase)) !== erase) return;
    try {
      await this.#statistics.erase();
    } catch (error) {
      void vscode.window.showErrorMessage(vscode.l10n.t('The statistics could not be erased: {0}', reasonOf(error)));
    }
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#panel?.dispose();
    this.#owned.dispose();
  }

  get #range(): Range {
    const range: unknown = this.#memory.get(RANGE_KEY);
    return isRange(range) ? range : FIRST_RANGE;
  }

  #adopt(panel: vscode.WebviewPanel): void {
    this.#panel?.dispose();
    this.#panel = panel;
    const { webview } = panel;
    const watching = this.#statistics.watch();
    const listening = webview.onDidReceiveMessage((message: unknown) => {
      if (isStatisticsIntent(message)) void this.#answer(message);
    });
    panel.iconPath = vscode.Uri.joinPath(this.#extensionUri, 'media', 'icon.svg');
    panel.onDidDispose(() => {
      watching.dispose();
      listening.dispose();
      if (this.#panel === panel) this.#panel = undefined;
    });
    showPage(webview, this.#extensionUri, { bundle: 'statistics', title: panel.title, data: statisticsTexts() });
  }

  async #answer(intent: StatisticsIntent): Promise<void> {
    switch (intent.kind) {
      case 'ready':
        return this.#post();
      case 'range':
        await this.#memory.update(RANGE_KEY, intent.range);
        return this.#post();
      case 'export':
        return this.#export(intent.format);
      case 'erase':
        return this.erase();
      case 'settings':
        await vscode.commands.executeCommand('workbench.action.openSettings', '@id:paddock.statistics.enabled');
    }
  }

  #postSoon(): void {
    if (!this.#panel) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#post();
    }, CALM_MS);
  }

  async #post(): Promise<void> {
    const { cells, enabled, since } = this.#statistics;
    const written = since?.toLocaleDateString(vscode.env.language, { dateStyle: 'long' }) ?? '';
    const view = statisticsView({ cells, enabled, range: this.#range, today: new Date(), since: written });
    await this.#panel?.webview.postMessage(view);
  }

  /** Saves the counts of the range that is shown, where the person says. */
  async #export(format: ExportFormat): Promise<void> {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const name = `paddock-statistics-${dayOf(new Date())}.${format}`;
    const target = await vscode.window.showSaveDialog({
      ...(folder && { defaultUri: vscode.Uri.joinPath(folder, name) }),
      filters: { [format.toUpperCase()]: [format] },
      title: vscode.l10n.t('Export Statistics'),
    });
    if (!target) return;
    const days = lastDays(new Date(), this.#range);
    const cells = this.#statistics.cells.filter(({ day }) => days.includes(day));
    try {
      await vscode.workspace.fs.writeFile(target, Buffer.from(exported(cells, format)));
    } catch (error) {
      void vscode.window.showErrorMessage(vscode.l10n.t('The statistics could not be saved: {0}', reasonOf(error)));
    }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
