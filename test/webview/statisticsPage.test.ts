import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { Tally } from '../../extension/statistics/counts.ts';
import { statisticsView } from '../../extension/statistics/statisticsView.ts';
import { axeFindings } from './axe.ts';
import { pageForEach } from './pageForEach.ts';
import { day, someCells, statisticsTexts, view } from './statisticsScene.ts';
import { themes } from './themes.ts';

/** By how many pixels the page is wider than its window. */
const overflow = (page: Page) => page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');

describe('the page of statistics', () => {
  const { open } = pageForEach('statistics', statisticsTexts);

  it('asks for its view, and says that there are no statistics yet', async () => {
    const { page, posted, send } = await open(900);
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

  it('draws a bar for each outcome of each day, and for each bucket of time', async () => {
    const { page, send } = await open(900);
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

  it('can be used by keyboard alone', async () => {
    const { page, posted, send } = await open(900);
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

  it('keeps the focus and open sections when its numbers change', async () => {
    const { page, send } = await open(900);
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

  it('says if counting is off, and leads to the setting', async () => {
    const { page, posted, send } = await open(900);
    await send({ ...view(), enabled: false });
    await page.getByRole('button', { name: 'openSetting' }).click();
    expect(await posted()).toContainEqual({ kind: 'settings' });
    await send(view());
    expect(await page.locator('.notice').isVisible()).toBe(false);
  });

  it('says if the range is empty', async () => {
    const { page, send } = await open(900);
    await send(
      statisticsView({
        cells: someCells(),
        range: 7,
        today: new Date(2026, 11, 24),
        enabled: true,
        since: 'then',
        languageName: String,
      }),
    );
    expect(await page.locator('.empty').textContent()).toBe('noneInRange');
    expect(await page.locator('.report').isVisible()).toBe(false);
    expect(await page.getByRole('radio').count()).toBe(3);
  });

  it.each([300, 420, 900, 1600])('fits into %d pixels', async (width) => {
    const { page, send } = await open(width);
    await send(view(90));
    for (const summary of await page.locator('summary').all()) await summary.click();
    expect(await overflow(page)).toBe(0);
    await page.setViewportSize({ width: 300, height: 900 });
    await page.waitForFunction('document.querySelector(".plot svg").clientWidth <= 300');
    expect(await overflow(page)).toBe(0);
    const labels = page.locator('.plot').first().locator('[data-mark="x-axis tick label"] text');
    const boxes = await Promise.all((await labels.all()).map((label) => label.boundingBox()));
    expect(boxes.length).toBeGreaterThan(1);
    for (const [i, box] of boxes.entries()) {
      const next = boxes[i + 1];
      if (box && next) expect(box.x + box.width).toBeLessThan(next.x);
    }
  });

  it.each(Object.keys(themes) as (keyof typeof themes)[])('has no fault by axe-core, %s', async (name) => {
    const { page, send } = await open(900, themes[name]);
    await send(view());
    for (const summary of await page.locator('summary').all()) await summary.press('Enter');
    expect(await axeFindings(page)).toEqual([]);
  });

  it('drops messages that it does not understand', async () => {
    const { page, send } = await open(900);
    await send(view());
    const before = await page.locator('main').textContent();
    for (const message of [null, 'view', {}, { ...view(), range: 8 }, { ...view(), days: [{ name: 'x' }] }]) await send(message);
    expect(await page.locator('main').textContent()).toBe(before);
  });

  it('runs no script but its own and reaches nothing', async () => {
    const { page, send, complaints } = await open(900);
    await send(view());
    const ways = [
      `document.body.insertAdjacentHTML('beforeend', '<img src="https://example.com/x.png" onerror="globalThis.ran = true">')`,
      `document.body.append(Object.assign(document.createElement('script'), { textContent: 'globalThis.ran = true' }))`,
    ];
    for (const way of ways) await expect(page.evaluate(way)).rejects.toThrow(/requires 'Trusted(HTML|Script)'/);
    await page.evaluate(`
      const script = document.createElement('script');
      script.append('globalThis.ran = true');
      const picture = new Image();
      try { picture.setAttribute('onerror', 'globalThis.ran = true'); } catch {}
      picture.src = 'https://example.com/x.png';
      document.body.append(script, picture);
    `);
    const reached = await page.evaluate(`fetch(location.href).then(() => true, () => false)`);
    expect(reached).toBe(false);
    expect(await page.evaluate('globalThis.ran === undefined')).toBe(true);
    const said = complaints.splice(0).join('\n');
    for (const blocked of [
      'Element insertAdjacentHTML',
      'HTMLScriptElement text',
      'img-src https://example.com/x.png',
      'connect-src',
    ]) {
      expect(said).toContain(blocked);
    }
  });
});
