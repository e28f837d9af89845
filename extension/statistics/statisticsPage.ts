import * as vscode from 'vscode';
import { inWords } from '../../engine/index.ts';
import {
  type ExportFormat,
  isRange,
  isStatisticsIntent,
  type Range,
  type StatisticsIntent,
  type StatisticsView,
} from '../../webview/protocol/statistics.ts';
import { languageName } from '../languageName.ts';
import { confirm, tellError } from '../notify.ts';
import { PagePanel } from '../pagePanel.ts';
import type { Memory } from '../storage/memory.ts';
import { exported } from './exported.ts';
import { statisticsTexts } from './pageText.ts';
import type { Statistics } from './statistics.ts';
import { statisticsView } from './statisticsView.ts';
import { dayOf, lastDays } from './storedStatistics.ts';

/** Storage key of the range. */
const RANGE_KEY = 'statisticsRange';
const FIRST_RANGE: Range = 30;

/** The page of statistics in an editor tab. */
export class StatisticsPage {
  readonly #memory: Memory;
  readonly #statistics: Statistics;
  readonly #panel: PagePanel<StatisticsIntent>;
  readonly #watching: vscode.Disposable;

  constructor(
    { extensionUri }: vscode.ExtensionContext,
    everywhere: Memory,
    statistics: Statistics,
    log: vscode.LogOutputChannel,
  ) {
    this.#memory = everywhere;
    this.#statistics = statistics;
    this.#panel = new PagePanel(extensionUri, {
      viewType: 'paddockStatistics',
      page: () => ({ bundle: 'statistics', title: statisticsTexts().title, data: statisticsTexts() }),
      view: () => this.#view,
      log,
      calmMs: 500,
      isIntent: isStatisticsIntent,
      onIntent: (intent) => this.#answer(intent),
      onOpen: () => statistics.watch(),
    });
    this.#watching = statistics.onDidChange(() => this.#panel.postSoon());
  }

  /** Opens the page, or brings the one that is open to the front. */
  show(): void {
    this.#panel.show();
  }

  /** Erases all counts, when the person confirms. */
  async erase(): Promise<void> {
    const erase = vscode.l10n.t('Erase');
    const question = vscode.l10n.t('Erase all statistics of Paddock?');
    const detail = vscode.l10n.t('They are gone for good, in all windows. Counting begins anew.');
    if (!(await confirm(question, erase, detail))) return;
    try {
      await this.#statistics.erase();
    } catch (error) {
      void tellError(vscode.l10n.t('The statistics could not be erased: {0}', inWords(error)));
    }
  }

  dispose(): void {
    this.#watching.dispose();
    this.#panel.dispose();
  }

  get #range(): Range {
    const range: unknown = this.#memory.get(RANGE_KEY);
    return isRange(range) ? range : FIRST_RANGE;
  }

  async #answer(intent: StatisticsIntent): Promise<void> {
    switch (intent.kind) {
      case 'ready':
        return this.#panel.post();
      case 'range':
        await this.#memory.update(RANGE_KEY, intent.range);
        return this.#panel.post();
      case 'export':
        return this.#export(intent.format);
      case 'erase':
        return this.erase();
      case 'settings':
        await vscode.commands.executeCommand('workbench.action.openSettings', '@id:paddock.statistics.enabled');
    }
  }

  get #view(): StatisticsView {
    const { cells, enabled, since } = this.#statistics;
    const written = since?.toLocaleDateString(vscode.env.language, { dateStyle: 'long' }) ?? '';
    return statisticsView({ cells, enabled, range: this.#range, today: new Date(), since: written, languageName });
  }

  /** Saves the counts of the range shown where the person chooses. */
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
      void tellError(vscode.l10n.t('The statistics could not be saved: {0}', inWords(error)));
    }
  }
}
