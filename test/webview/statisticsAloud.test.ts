import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { pageForEach } from './pageForEach.ts';
import { statisticsTexts, view } from './statisticsScene.ts';

/** A cell of the accessibility tree: `- cell "40"`, `- rowheader "Nov 20"`. */
const CELL = /^\s*- (?:(cell)|rowheader|columnheader) "(.*)"$/;

/** The rows of a table as a screen reader reads them. Headers, which it repeats for each cell, are in brackets. */
async function rowsOf(table: Locator): Promise<string[]> {
  const rows: string[][] = [];
  for (const line of (await table.ariaSnapshot()).split('\n')) {
    if (/^\s*- row /.test(line)) rows.push([]);
    const [, cell, text = ''] = CELL.exec(line) ?? [];
    if (text !== '') rows.at(-1)?.push(cell ? text : `[${text}]`);
  }
  return rows.map((cells) => cells.join(' '));
}

const COLUMNS = '[shown] [acceptance] [retained] [completed] [characters] [median]';

describe('the page of statistics, read aloud', () => {
  const { open } = pageForEach('statistics', statisticsTexts);
  const opened = async () => {
    const { page, send } = await open(900);
    await send(view());
    for (const summary of await page.locator('summary').all()) await summary.press('Enter');
    return page;
  };

  it('reads the name of a figure, its value, and its explanation', async () => {
    const page = await opened();
    const parts = await page.locator('dl').locator('dt, dd').allTextContents();
    expect(parts).toEqual([
      ...['acceptance', '31%', 'acceptanceNote'],
      ...['retained', '80%', 'retainedNote'],
      ...['completed', '24%', 'completedNote'],
      ...['characters', '312', 'charactersNote'],
      ...['median', '45 ms', 'medianNote'],
    ]);
  });

  it('names its parts in order', async () => {
    const page = await opened();
    const names = await page.getByRole('heading').allTextContents();
    expect(names).toEqual(['title', 'byDay', 'byLanguage', 'byTime', 'byModel']);
    expect(await page.getByRole('paragraph').first().textContent()).toBe('local since');
    for (const name of ['byDay', 'byTime']) expect(await page.getByRole('img', { name }).count()).toBe(1);
    expect(await page.getByRole('group', { name: 'range' }).ariaSnapshot()).toMatchInlineSnapshot(`
      "- group "range":
        - text: range
        - radio "7 days" [checked]
        - text: 7 days
        - radio "30 days"
        - text: 30 days
        - radio "90 days"
        - text: 90 days"
    `);
    expect(await page.getByRole('button').allTextContents()).toEqual(['exportCsv', 'exportJson', 'erase']);
  });

  it.each([
    ['byDay', '[day]', ['[Nov 21] 10 11% – 12% 12 23 ms', '[Nov 20] 40 35% 80% 25% 300 45 ms', ...quiet(19, 18, 17, 16, 15)]],
    ['byLanguage', '[language]', ['[TypeScript] 40 35% 80% 25% 300 45 ms', '[Python] 10 11% – 12% 12 23 ms']],
    ['byModel', '[model]', ['[tiny, CPU] 50 31% 80% 24% 312 45 ms']],
  ])('has the figures %s in a table', async (name, first, rows) => {
    const page = await opened();
    expect(await rowsOf(page.getByRole('table', { name }))).toEqual([`${first} ${COLUMNS}`, ...rows]);
  });

  it('has the bars of the times in a table, including empty ones', async () => {
    const page = await opened();
    const [head, ...rows] = await rowsOf(page.getByRole('table', { name: 'byTime' }));
    expect(head).toBe('[time] [suggestions]');
    expect(rows).toHaveLength(19);
    expect([rows[0], rows[1], rows.at(-1)]).toEqual(['[2.8 ms to 4 ms] 1', '[4 ms to 5.7 ms] 0', '[1.4 sec to 2 sec] 1']);
    expect(rows.filter((row) => !row.endsWith(' 0'))).toEqual([
      '[2.8 ms to 4 ms] 1',
      '[16 ms to 23 ms] 1',
      '[23 ms to 32 ms] 1',
      '[32 ms to 45 ms] 2',
      '[45 ms to 64 ms] 2',
      '[64 ms to 91 ms] 1',
      '[256 ms to 362 ms] 1',
      '[1.4 sec to 2 sec] 1',
    ]);
  });
});

/** The days of November without suggestions. */
function quiet(...days: readonly number[]): string[] {
  return days.map((day) => `[Nov ${day}] 0 – – – 0 –`);
}
