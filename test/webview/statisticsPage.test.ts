import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Cell, Tally } from '../../extension/statistics/counts.ts';
import { statisticsView } from '../../extension/statistics/statisticsView.ts';
import { lastDays } from '../../extension/statistics/storedStatistics.ts';
import { type Range, type StatisticsView, TEXT_KEYS } from '../../webview/protocol/statistics.ts';
import { folderForAll } from '../support/testFolders.ts';
import { launch } from '../vscode/browser.ts';
import { type OpenPage, type ServedPage, servePage } from './openPage.ts';

/** Each text is its own key, so that it can be seen which one stands where. */
const texts = { ...Object.fromEntries(TEXT_KEYS.map((key) => [key, key])), days: '{0} days', between: '{0} to {1}' };

const today = new Date(2026, 10, 21, 12);
const [, yesterday = '', day = ''] = lastDays(today, 3);

/** Two days with Paddock. */
function someCells(): readonly Cell[] {
  const tally = new Tally();
  const add = (labels: { day: string; language: string }, counts: Partial<Record<keyof Cell, number>>, ms: readonly number[]) => {
    const cell = { ...labels, model: 'tiny', device: 'cpu' };
    for (const [counter, times] of Object.entries(counts)) tally.count(cell, counter as 'shown', times);
    for (const each of ms) tally.latency(cell, each);
  };
  const typescript = { shown: 40, accepted: 10, partlyAccepted: 4, rejected: 26, acceptedCharacters: 300, typedCharacters: 900 };
  add({ day: yesterday, language: 'typescript' }, { ...typescript, followed: 10, retained: 8 }, [3, 30, 40, 45, 50, 60, 80, 300]);
  add(
    { day, language: 'python' },
    { shown: 10, accepted: 1, rejected: 8, acceptedCharacters: 12, typedCharacters: 88 },
    [20, 1_500],
  );
  return tally.cells;
}

function view(range: Range = 7, cells = someCells()): StatisticsView {
  return statisticsView({ cells, range, today, enabled: true, since: cells.length === 0 ? '' : 'November 1, 2026' });
}

describe('the page of statistics', () => {
  const folder = folderForAll();
  let browser: Browser;
  let served: ServedPage;
  let opened: OpenPage;

  beforeAll(async () => {
    served = await servePage(path.join(folder.path, 'page'), 'statistics', texts);
    browser = await launch(console.log);
  });
  afterEach(async () => {
    expect(opened.complaints).toEqual([]);
    await opened.page.close();
  });
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });

  const open = async (width = 900) => {
    opened = await served.open(browser, width);
    return opened;
  };
  const overflow = () => opened.page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');

  it('asks for its view, and says that there is nothing yet', async () => {
    const { page, posted, send } = await open();
    expect(await posted()).toEqual([{ kind: 'ready' }]);
    await send(view(7, []));
    expect(await page.locator('main').ariaSnapshot()).toMatchInlineSnapshot(`
      "- main:
        - heading "title" [level=1]
        - paragraph: local
        - paragraph: none
        - paragraph: noneNote
        - button "exportCsv" [disabled]
        - button "exportJson" [disabled]
        - button "erase" [disabled]"
    `);
  });

  it('says all numbers to a screen reader', async () => {
    const { page, send } = await open();
    await send(view());
    for (const summary of await page.locator('summary').all()) await summary.press('Enter');
    expect(await page.locator('main').ariaSnapshot()).toMatchInlineSnapshot(`
      "- main:
        - heading "title" [level=1]
        - paragraph: local since
        - group "range":
          - text: range
          - radio "7 days" [checked]
          - text: 7 days
          - radio "30 days"
          - text: 30 days
          - radio "90 days"
          - text: 90 days
        - term: acceptance
        - definition: 31%
        - definition: acceptanceNote
        - term: retained
        - definition: 80%
        - definition: retainedNote
        - term: completed
        - definition: 24%
        - definition: completedNote
        - term: characters
        - definition: "312"
        - definition: charactersNote
        - term: median
        - definition: 45 ms
        - definition: medianNote
        - heading "byDay" [level=2]
        - img "byDay": Nov 15 Nov 16 Nov 17 Nov 18 Nov 19 Nov 20 Nov 21 0 10 20 30 40
        - group:
          - text: table
          - table "byDay":
            - caption: byDay
            - rowgroup:
              - row "day shown acceptance retained completed characters median":
                - columnheader "day"
                - columnheader "shown"
                - columnheader "acceptance"
                - columnheader "retained"
                - columnheader "completed"
                - columnheader "characters"
                - columnheader "median"
            - rowgroup:
              - row "Nov 21 10 11% – 12% 12 23 ms":
                - rowheader "Nov 21"
                - cell "10"
                - cell "11%"
                - cell "–"
                - cell "12%"
                - cell "12"
                - cell "23 ms"
              - row "Nov 20 40 35% 80% 25% 300 45 ms":
                - rowheader "Nov 20"
                - cell "40"
                - cell "35%"
                - cell "80%"
                - cell "25%"
                - cell "300"
                - cell "45 ms"
              - row "Nov 19 0 – – – 0 –":
                - rowheader "Nov 19"
                - cell "0"
                - cell "–"
                - cell "–"
                - cell "–"
                - cell "0"
                - cell "–"
              - row "Nov 18 0 – – – 0 –":
                - rowheader "Nov 18"
                - cell "0"
                - cell "–"
                - cell "–"
                - cell "–"
                - cell "0"
                - cell "–"
              - row "Nov 17 0 – – – 0 –":
                - rowheader "Nov 17"
                - cell "0"
                - cell "–"
                - cell "–"
                - cell "–"
                - cell "0"
                - cell "–"
              - row "Nov 16 0 – – – 0 –":
                - rowheader "Nov 16"
                - cell "0"
                - cell "–"
                - cell "–"
                - cell "–"
                - cell "0"
                - cell "–"
              - row "Nov 15 0 – – – 0 –":
                - rowheader "Nov 15"
                - cell "0"
                - cell "–"
                - cell "–"
                - cell "–"
                - cell "0"
                - cell "–"
        - heading "byLanguage" [level=2]
        - table "byLanguage":
          - caption: byLanguage
          - rowgroup:
            - row "language shown acceptance retained completed characters median":
              - columnheader "language"
              - columnheader "shown"
              - columnheader "acceptance"
              - columnheader "retained"
              - columnheader "completed"
              - columnheader "characters"
              - columnheader "median"
          - rowgroup:
            - row "typescript 40 35% 80% 25% 300 45 ms":
              - rowheader "typescript"
              - cell "40"
              - cell "35%"
              - cell "80%"
              - cell "25%"
              - cell "300"
              - cell "45 ms"
            - row "python 10 11% – 12% 12 23 ms":
              - rowheader "python"
              - cell "10"
              - cell "11%"
              - cell "–"
              - cell "12%"
              - cell "12"
              - cell "23 ms"
        - heading "byTime" [level=2]
        - img "byTime": 10 ms 20 ms 100 ms 200 ms 1 sec 2 sec 0 1 2
        - group:
          - text: table
          - table "byTime":
            - caption: byTime
            - rowgroup:
              - row "time suggestions":
                - columnheader "time"
                - columnheader "suggestions"
            - rowgroup:
              - row "2.8 ms to 4 ms 1":
                - rowheader "2.8 ms to 4 ms"
                - cell "1"
              - row "4 ms to 5.7 ms 0":
                - rowheader "4 ms to 5.7 ms"
                - cell "0"
              - row "5.7 ms to 8 ms 0":
                - rowheader "5.7 ms to 8 ms"
                - cell "0"
              - row "8 ms to 11 ms 0":
                - rowheader "8 ms to 11 ms"
                - cell "0"
              - row "11 ms to 16 ms 0":
                - rowheader "11 ms to 16 ms"
                - cell "0"
              - row "16 ms to 23 ms 1":
                - rowheader "16 ms to 23 ms"
                - cell "1"
              - row "23 ms to 32 ms 1":
                - rowheader "23 ms to 32 ms"
                - cell "1"
              - row "32 ms to 45 ms 2":
                - rowheader "32 ms to 45 ms"
                - cell "2"
              - row "45 ms to 64 ms 2":
                - rowheader "45 ms to 64 ms"
                - cell "2"
              - row "64 ms to 91 ms 1":
                - rowheader "64 ms to 91 ms"
                - cell "1"
              - row "91 ms to 128 ms 0":
                - rowheader "91 ms to 128 ms"
                - cell "0"
              - row "128 ms to 181 ms 0":
                - rowheader "128 ms to 181 ms"
                - cell "0"
              - row "181 ms to 256 ms 0":
                - rowheader "181 ms to 256 ms"
                - cell "0"
              - row "256 ms to 362 ms 1":
                - rowheader "256 ms to 362 ms"
                - cell "1"
              - row "362 ms to 512 ms 0":
                - rowheader "362 ms to 512 ms"
                - cell "0"
              - row "512 ms to 724 ms 0":
                - rowheader "512 ms to 724 ms"
                - cell "0"
              - row "724 ms to 1 sec 0":
                - rowheader "724 ms to 1 sec"
                - cell "0"
              - row "1 sec to 1.4 sec 0":
                - rowheader "1 sec to 1.4 sec"
                - cell "0"
              - row "1.4 sec to 2 sec 1":
                - rowheader "1.4 sec to 2 sec"
                - cell "1"
        - heading "byModel" [level=2]
        - table "byModel":
          - caption: byModel
          - rowgroup:
            - row "model shown acceptance retained completed characters median":
              - columnheader "model"
              - columnheader "shown"
              - columnheader "acceptance"
              - columnheader "retained"
              - columnheader "completed"
              - columnheader "characters"
              - columnheader "median"
          - rowgroup:
            - row "tiny (cpu) 50 31% 80% 24% 312 45 ms":
              - rowheader "tiny (cpu)"
              - cell "50"
              - cell "31%"
              - cell "80%"
              - cell "24%"
              - cell "312"
              - cell "45 ms"
        - button "exportCsv"
        - button "exportJson"
        - button "erase""
    `);
  });

  it('draws a bar for each fate of each day, and for each bucket of time', async () => {
    const { page, send } = await open();
    await send(view());
    const titles = async (plot: number) => page.locator('.plot').nth(plot).locator('rect title').allTextContents();
    expect(await titles(0)).toEqual([
      'Nov 20: accepted 10',
      'Nov 20: partly 4',
      'Nov 20: rejected 26',
      'Nov 21: accepted 1',
      'Nov 21: rejected 8',
    ]);
    expect((await titles(1)).reduce((sum, title) => sum + Number(/: (\d+)$/.exec(title)?.[1]), 0)).toBe(10);
  });

  it('can be used with keys alone', async () => {
    const { page, posted, send } = await open();
    await send(view());
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    const focused: string[] = [];
    for (let i = 0; i < 5; i++) {
      await page.keyboard.press('Tab');
      focused.push(await page.evaluate<string>('document.activeElement.textContent'));
      await page.keyboard.press('Enter');
    }
    expect(focused).toEqual(['table', 'table', 'exportCsv', 'exportJson', 'erase']);
    expect(await page.locator('details[open]').count()).toBe(2);
    expect(await posted()).toEqual([
      { kind: 'ready' },
      { kind: 'range', range: 30 },
      { kind: 'range', range: 90 },
      { kind: 'export', format: 'csv' },
      { kind: 'export', format: 'json' },
      { kind: 'erase' },
    ]);
  });

  it('keeps the focus and what is open when its numbers change', async () => {
    const { page, send } = await open();
    await send(view());
    await page.locator('summary').first().click();
    await page.locator('input').nth(1).focus();
    const more = new Tally(someCells());
    more.count({ day, language: 'python', model: 'tiny', device: 'cpu' }, 'acceptedCharacters', 5_000);
    await send(view(30, more.cells));
    expect(await page.locator('dd.value').nth(3).textContent()).toBe('5,312');
    expect(await page.locator('details[open]').count()).toBe(1);
    expect(await page.evaluate('document.activeElement.value')).toBe('30');
    expect(await page.locator('input:checked').getAttribute('value')).toBe('30');
    expect(await page.locator('details[open] tbody tr').count()).toBe(30);
  });

  it('says when counting is off, and the way to the setting', async () => {
    const { page, posted, send } = await open();
    await send({ ...view(), enabled: false });
    await page.getByRole('button', { name: 'openSetting' }).click();
    expect(await posted()).toContainEqual({ kind: 'settings' });
    await send(view());
    expect(await page.locator('.notice').isVisible()).toBe(false);
  });

  it('says when there is nothing in the range', async () => {
    const { page, send } = await open();
    await send(statisticsView({ cells: someCells(), range: 7, today: new Date(2026, 11, 24), enabled: true, since: 'then' }));
    expect(await page.locator('.empty').textContent()).toBe('noneInRange');
    expect(await page.locator('.report').isVisible()).toBe(false);
    expect(await page.getByRole('radio').count()).toBe(3);
  });

  it.each([300, 420, 900, 1600])('fits into %d pixels', async (width) => {
    const { page, send } = await open(width);
    await send(view(90));
    for (const summary of await page.locator('summary').all()) await summary.click();
    expect(await overflow()).toBe(0);
    await page.setViewportSize({ width: 300, height: 900 });
    await page.waitForFunction('document.querySelector(".plot svg").clientWidth <= 300');
    expect(await overflow()).toBe(0);
    const labels = page.locator('.plot').first().locator('[aria-label="x-axis tick label"] text');
    const boxes = await Promise.all((await labels.all()).map((label) => label.boundingBox()));
    expect(boxes.length).toBeGreaterThan(1);
    for (const [i, box] of boxes.entries()) {
      const next = boxes[i + 1];
      if (box && next) expect(box.x + box.width).toBeLessThan(next.x);
    }
  });

  it('drops messages that it does not understand', async () => {
    const { page, send } = await open();
    await send(view());
    const before = await page.locator('main').textContent();
    for (const message of [null, 'view', {}, { ...view(), range: 8 }, { ...view(), days: [{ name: 'x' }] }]) await send(message);
    expect(await page.locator('main').textContent()).toBe(before);
  });

  it('runs no script but its own and reaches nothing', async () => {
    const { page, send, complaints } = await open();
    await send(view());
    await page.evaluate(
      `document.body.insertAdjacentHTML('beforeend', '<img src="https://example.com/x.png" onerror="globalThis.ran = true">')`,
    );
    await page.evaluate(
      `document.body.append(Object.assign(document.createElement('script'), { textContent: 'globalThis.ran = true' }))`,
    );
    const reached = await page.evaluate(`fetch(location.href).then(() => true, () => false)`);
    expect(reached).toBe(false);
    expect(await page.evaluate('globalThis.ran === undefined')).toBe(true);
    expect(complaints.splice(0).length).toBeGreaterThan(2);
  });
});
