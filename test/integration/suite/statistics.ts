import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import { type Counts, sumOf, Tally } from '../../../extension/statistics/counts.ts';
import { StatisticsFile } from '../../../extension/statistics/statisticsFile.ts';
import { lastDays, withCounts } from '../../../extension/statistics/storedStatistics.ts';
import { accept, closeAll, openText, pause, predictable, type, typeUntilSuggested } from './editor.ts';
import { paddock, setting } from './paddock.ts';
import { closePages, untilPageSays } from './pages.ts';
import { isWatched, strike } from './say.ts';
import { until } from './until.ts';

describe('statistics', () => {
  before(async () => {
    await (await paddock()).ready();
  });
  afterEach(async () => {
    await closePages();
    await closeAll();
  });

  it('count an accepted suggestion, and the page shows it', async () => {
    const before = await total();
    const inserted = await acceptOne();
    await until('the acceptance to be counted', async () => (await total()).accepted > before.accepted);
    const after = await total();
    assert.equal(after.accepted - before.accepted, 1);
    assert.equal(after.acceptedCharacters - before.acceptedCharacters, inserted.length);
    assert.ok(after.shown > before.shown && after.requests > before.requests && after.typedCharacters > before.typedCharacters);
    await vscode.commands.executeCommand('paddock.statistics.show');
    await untilPageSays('statistics', new RegExp(`^${after.acceptedCharacters.toLocaleString('en')}$`, 'm'), /^TypeScript\t/m);
  });

  it('count an accepted word, and a suggestion that was shown but not accepted', async () => {
    const editor = await openText(predictable);
    await typeUntilSuggested();
    const before = await total();
    const text = editor.document.getText();
    await until('a word to be accepted', async () => {
      await vscode.commands.executeCommand('editor.action.inlineSuggest.acceptNextWord');
      return editor.document.getText() !== text;
    });
    const word = editor.document.getText().length - text.length;
    await vscode.commands.executeCommand('cursorTop');
    const taken = ({ accepted, partlyAccepted }: Counts) => accepted + partlyAccepted;
    await until('the word to be counted', async () => taken(await total()) > taken(before));
    const after = await total();
    assert.equal(after.acceptedCharacters - before.acceptedCharacters, word);
    assert.equal(after.rejected, before.rejected);

    await openText(predictable);
    await typeUntilSuggested();
    await pause(1_000); // long enough to be read
    const shown = await total();
    await type('@');
    assert.deepEqual(await total(), { ...shown, rejected: shown.rejected + 1, typedCharacters: shown.typedCharacters + 1 });
  });

  it('show counts from another window while the page is open, in every theme', async () => {
    await vscode.commands.executeCommand('paddock.statistics.show');
    await countElsewhere();
    await untilPageSays('statistics-elsewhere', /^haskell\t/m, /^a larger model, GPU \(WebGPU\)\t/m);
    for (const [name, theme] of [
      ['statistics-dark', 'Default Dark Modern'],
      ['statistics-light', 'Default Light Modern'],
      ['statistics-contrast', 'Default High Contrast'],
    ] as const) {
      await setting('workbench.colorTheme', theme);
      await untilPageSays(name, /^haskell\t/m);
    }
    await setting('workbench.colorTheme', undefined);
  });

  it('keep the period that was chosen by keyboard when the page is opened again', async () => {
    await countElsewhere();
    await vscode.commands.executeCommand('paddock.statistics.show');
    await untilPageSays('statistics-month', /^haskell\t/m);
    if (isWatched) await strike({ press: 'Tab' }, { press: 'ArrowLeft' });
    const week = lastDays(new Date(), 7);
    const { shown } = sumOf((await paddock()).statistics().filter(({ day }) => week.includes(day)));
    await untilPageSays('statistics-week', new RegExp(`: ${shown.toLocaleString('en')}$`, 'm'));
    await closePages();
    await vscode.commands.executeCommand('paddock.statistics.show');
    await untilPageSays('statistics-again', new RegExp(`: ${shown.toLocaleString('en')}$`, 'm'));
  });

  it('count nothing while turned off', async () => {
    await setting('paddock.statistics.enabled', false);
    try {
      const before = await total();
      await acceptOne();
      assert.deepEqual(await total(), before);
      await vscode.commands.executeCommand('paddock.statistics.show');
      await untilPageSays('statistics-off', /Counting is off/);
    } finally {
      await setting('paddock.statistics.enabled', undefined);
    }
  });
});

async function total() {
  return sumOf((await paddock()).statistics());
}

async function acceptOne(): Promise<string> {
  const editor = await openText(predictable);
  await typeUntilSuggested();
  return accept(editor);
}

/** Counts as another window would, in the file that all windows share. */
async function countElsewhere(): Promise<void> {
  const storage = path.dirname((await paddock()).conversionsFolder);
  const tally = new Tally();
  for (const [i, day] of lastDays(new Date(), 40).entries()) {
    const labels = { day, language: ['haskell', 'python', 'go'][i % 3] ?? '', model: 'a larger model', device: 'webgpu' };
    const accepted = 4 + ((i * 7) % 11);
    const partlyAccepted = (i * 5) % 4;
    const rejected = 12 + ((i * 13) % 17);
    const counts = { accepted, partlyAccepted, rejected, shown: accepted + partlyAccepted + rejected };
    for (const [counter, times] of Object.entries(counts)) tally.count(labels, counter as keyof typeof counts, times);
    tally.count(labels, 'acceptedCharacters', accepted * 31);
    tally.count(labels, 'typedCharacters', 700 + i * 9);
    tally.count(labels, 'followed', accepted);
    tally.count(labels, 'retained', accepted - (i % 3));
    for (let n = 0; n < counts.shown; n++) tally.latency(labels, 6 * 1.23 ** ((n * 7 + i) % 24));
  }
  const file = new StatisticsFile(storage, assert.fail);
  await file.update((stored) => withCounts(stored, { cells: tally.cells, since: Date.now() }, new Date()));
}
