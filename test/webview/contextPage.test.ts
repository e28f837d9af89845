import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { shownMeasurement } from '../../extension/contextMeasurement/contextView.ts';
import { CONTEXT_TEXT_KEYS, type ContextView, isContextIntent, MEASURED_SCALINGS } from '../../webview/protocol/context.ts';
import { someMeasurement } from '../extension/contextMeasurement/samples.ts';
import { axeFindings } from './axe.ts';
import { pageForEach } from './pageForEach.ts';
import { themes } from './themes.ts';

/** Each text is its own key, so that tests can see which text is where. */
const texts = {
  ...Object.fromEntries(CONTEXT_TEXT_KEYS.map((key) => [key, key])),
  ...{ showComplete: 'complete of {0}', showStopped: 'stopped of {0}' },
  ...{ enough: '{0} tokens, {1} of {2}', cost: '{0}, {1}', longest: 'up to {0} of {1}', measured: '{0} to {1}' },
};

function view(change: Partial<ContextView> = {}): ContextView {
  return {
    kind: 'view',
    model: 'tiny',
    trained: 512,
    largest: 16_384,
    longestText: 2_048,
    scalings: [...MEASURED_SCALINGS],
    files: 12,
    onlyOpen: false,
    windows: [128, 256, 512, 1_024, 2_048],
    choice: { window: 1_024, texts: 8, scalings: [{ scaling: 'ntk', value: 4 }] },
    threshold: 0.05,
    progress: null,
    problem: '',
    measurement: shownMeasurement(someMeasurement(), 0.05, 'today'),
    retention: null,
    others: { measurement: null, retention: null },
    ...change,
  };
}

describe('the page that measures the context window', () => {
  const { open } = pageForEach('context', texts);

  it('asks for its view, and offers to measure when there is nothing yet', async () => {
    const { page, posted, send } = await open(900);
    expect(await posted()).toEqual([{ kind: 'ready' }]);
    await send(view({ measurement: null }));
    expect(await page.locator('main').ariaSnapshot()).toMatchInlineSnapshot(`
      "- main:
        - heading "title" [level=1]
        - paragraph: about
        - paragraph: model
        - paragraph: files up to 2,048 of 16,384
        - text: window
        - combobox "window":
          - option "128"
          - option "256"
          - option "512"
          - option "1,024" [selected]
          - option "2,048"
        - text: windowNote texts
        - spinbutton "texts": "8"
        - text: textsNote
        - group "scalings":
          - text: scalings
          - checkbox "own"
          - text: own
          - checkbox "none"
          - text: none
          - checkbox "linear"
          - text: linear
          - 'spinbutton "linear: factor"': "2"
          - checkbox "byBase"
          - text: byBase
          - 'spinbutton "byBase: base"': "500000"
          - checkbox "ntk" [checked]
          - text: ntk
          - 'spinbutton "ntk: factor"': "4"
          - checkbox "yarn"
          - text: yarn
          - 'spinbutton "yarn: factor"': "2"
          - checkbox "dynamic"
          - text: dynamic
          - 'spinbutton "dynamic: factor"': "2"
        - button "measure"
        - paragraph: nothing
        - heading "retention" [level=2]
        - paragraph: retentionAbout
        - button "testRetention""
    `);
  });

  it('starts a measurement with settings chosen by keyboard', async () => {
    const { page, posted, send } = await open(900);
    await send(view());
    await page.getByLabel('window').selectOption('512');
    await page.getByRole('spinbutton', { name: 'yarn: factor' }).fill('8');
    await page.getByRole('button', { name: 'measure' }).press('Enter');
    const sent = (await posted()).slice(1);
    expect(sent.every(isContextIntent)).toBe(true);
    expect(sent).toEqual([
      {
        kind: 'measure',
        choice: {
          window: 512,
          texts: 8,
          scalings: [
            { scaling: 'ntk', value: 4 },
            { scaling: 'yarn', value: 8 },
          ],
        },
      },
    ]);
  });

  it('offers no scaling for a model without one, and says why', async () => {
    const { page, send, posted } = await open(900);
    await send(view({ scalings: ['own'], choice: { window: 128, texts: 2, scalings: [{ scaling: 'ntk', value: 4 }] } }));
    expect(await page.getByRole('group', { name: 'scalings' }).ariaSnapshot()).toBe(
      '- group "scalings":\n  - text: scalings\n  - checkbox "own"\n  - text: own\n  - paragraph: scalingFixed',
    );
    await page.getByRole('button', { name: 'measure' }).press('Enter');
    expect((await posted()).at(-1)).toMatchObject({ kind: 'measure', choice: { scalings: [{ scaling: 'own' }] } });
  });

  it('can be stopped while it measures, and shows how far it is', async () => {
    const { page, posted, send } = await open(900);
    await send(view());
    await page.getByRole('spinbutton', { name: 'texts' }).press('Enter');
    expect((await posted()).at(-1)).toMatchObject({ kind: 'measure' });
    await send(view({ progress: 0.25 }));
    expect(await page.getByRole('progressbar', { name: 'progress' }).getAttribute('aria-valuenow')).toBe('25');
    expect(await page.getByLabel('window').isDisabled()).toBe(true);
    await page.keyboard.press('Enter');
    expect((await posted()).at(-1)).toEqual({ kind: 'stop' });
    await send(view({ measurement: shownMeasurement(someMeasurement({ isComplete: false }), 0.05, 'today') }));
    await page.keyboard.press('Enter');
    expect((await posted()).at(-1)).toMatchObject({ kind: 'measure' });
  });

  it('moves a waiting focus to the first window that can be chosen, and no other focus', async () => {
    const { page, posted, send } = await open(900);
    const focused = () => page.evaluate<string>('document.activeElement.getAttribute("aria-label") ?? document.activeElement.id');
    await send(view());
    await page.getByRole('button', { name: 'measure' }).press('Enter');
    await send(view({ progress: 0.5, measurement: shownMeasurement(someMeasurement({ isComplete: false }), 0.05, 'today') }));
    await send(view());
    expect(await focused()).toBe('use: own');
    // Another threshold draws the buttons again.
    await send(view({ threshold: 0.01, measurement: shownMeasurement(someMeasurement(), 0.01, 'today') }));
    await page.keyboard.press('Enter');
    expect((await posted()).at(-1)).toMatchObject({ kind: 'use', scaling: { scaling: 'own' } });
    await page.getByLabel('threshold').focus();
    await send(view({ progress: 0.5 }));
    await send(view());
    expect(await focused()).toBe('threshold');
  });

  it('gives all numbers to a screen reader', async () => {
    const { page, send } = await open(900);
    await send(view());
    const report = page.locator('.report').first();
    for (const summary of await report.locator('summary').all()) await summary.press('Enter');
    expect(await report.ariaSnapshot()).toMatchInlineSnapshot(`
      "- heading "recommendation" [level=2]
      - paragraph: today to 1,024
      - text: threshold
      - spinbutton "threshold": "0.05"
      - text: thresholdNote
      - list:
        - listitem:
          - paragraph:
            - strong: "own:"
            - text: 256 tokens, 0.045 of 0.05 128 ms, 3 MiB
          - 'button "use: own"': use
        - listitem:
          - paragraph:
            - strong: "ntk 2:"
            - text: 512 tokens, 0.041 of 0.05 256 ms, 6 MiB
          - 'button "use: ntk 2"': use
      - heading "loss" [level=2]
      - img "loss": 16 32 64 128 256 512 1,024 contextAxis 1.40 1.60 1.80 2.00 2.20 lossAxis
      - paragraph: lossCaption
      - paragraph: lawNote. referencesNote
      - group:
        - text: table
        - table "loss":
          - caption: loss
          - rowgroup:
            - row "context own ntk 2":
              - columnheader "context"
              - columnheader "own"
              - columnheader "ntk 2"
          - rowgroup:
            - row "9 2.013 2.195":
              - rowheader "9"
              - cell "2.013"
              - cell "2.195"
            - row "13 1.883 2.057":
              - rowheader "13"
              - cell "1.883"
              - cell "2.057"
            - row "19 1.759 1.924":
              - rowheader "19"
              - cell "1.759"
              - cell "1.924"
            - row "27 1.675 1.832":
              - rowheader "27"
              - cell "1.675"
              - cell "1.832"
            - row "38 1.594 1.743":
              - rowheader "38"
              - cell "1.594"
              - cell "1.743"
            - row "54 1.537 1.677":
              - rowheader "54"
              - cell "1.537"
              - cell "1.677"
            - row "77 1.476 1.608":
              - rowheader "77"
              - cell "1.476"
              - cell "1.608"
            - row "109 1.438 1.562":
              - rowheader "109"
              - cell "1.438"
              - cell "1.562"
            - row "154 1.394 1.511":
              - rowheader "154"
              - cell "1.394"
              - cell "1.511"
            - row "218 1.369 1.479":
              - rowheader "218"
              - cell "1.369"
              - cell "1.479"
            - row "309 1.336 1.44":
              - rowheader "309"
              - cell "1.336"
              - cell "1.44"
            - row "437 1.321 1.419":
              - rowheader "437"
              - cell "1.321"
              - cell "1.419"
            - row "618 1.295 1.388":
              - rowheader "618"
              - cell "1.295"
              - cell "1.388"
            - row "874 1.286 1.374":
              - rowheader "874"
              - cell "1.286"
              - cell "1.374"
      - button "exportSvg loss": exportSvg
      - 'table "law: lawNote"':
        - caption: "law: lawNote"
        - rowgroup:
          - row "law stretches α β γ":
            - columnheader "law"
            - columnheader "stretches"
            - columnheader "α"
            - columnheader "β"
            - columnheader "γ"
        - rowgroup:
          - row "own 3 5.98 (5.93–6.04) 0.50 (0.50–0.50) 1.20 (1.20–1.20)":
            - rowheader "own"
            - cell "3"
            - cell "5.98 (5.93–6.04)"
            - cell "0.50 (0.50–0.50)"
            - cell "1.20 (1.20–1.20)"
          - row "ntk 2 3 7.97 (7.91–8.05) 0.45 (0.45–0.45) 1.25 (1.25–1.25)":
            - rowheader "ntk 2"
            - cell "3"
            - cell "7.97 (7.91–8.05)"
            - cell "0.45 (0.45–0.45)"
            - cell "1.25 (1.25–1.25)"
      - heading "retrieval" [level=2]
      - img "retrieval": 256 512 1,024 lengthAxis 0% 20% 40% 60% 80% 100% scoreAxis
      - paragraph: retrievalCaption
      - group:
        - text: table
        - table "retrieval":
          - caption: retrieval
          - rowgroup:
            - row "length own ntk 2":
              - columnheader "length"
              - columnheader "own"
              - columnheader "ntk 2"
          - rowgroup:
            - row "256 80% 75%":
              - rowheader "256"
              - cell "80%"
              - cell "75%"
            - row "512 60% 70%":
              - rowheader "512"
              - cell "60%"
              - cell "70%"
            - row "1,024 30% 50%":
              - rowheader "1,024"
              - cell "30%"
              - cell "50%"
            - row "notThere 10% –":
              - rowheader "notThere"
              - cell "10%"
              - cell "–"
      - button "exportSvg retrieval": exportSvg
      - button "exportCsv""
    `);
  });

  it('draws each scaling, its law and the published ones', async () => {
    const { page, send } = await open(900);
    await send(view());
    const [loss, retrieval] = await page.locator('.plot svg').all();
    expect(await loss?.locator('[data-mark="line"] path').count()).toBe(6);
    expect(await loss?.locator('[data-mark="dot"] path, [data-mark="dot"] circle').count()).toBe(28);
    expect(await loss?.locator('[data-mark="area"] path').count()).toBe(2);
    for (const band of (await loss?.locator('[data-mark="area"] path').all()) ?? []) {
      expect((await band.boundingBox())?.height).toBeGreaterThan(5);
    }
    expect(await retrieval?.locator('[data-mark="line"] path').count()).toBe(2);
  });

  it('leads by keyboard from figures of a stopped run to the complete ones, and back', async () => {
    const { page, send, posted } = await open(900);
    const shown = (isComplete: boolean) => shownMeasurement(someMeasurement({ isComplete }), 0.05, 'today');
    await send(view());
    expect(await page.getByRole('button', { name: / of / }).count()).toBe(0);
    await send(view({ measurement: shown(false), others: { measurement: 'yesterday', retention: null } }));
    await page.getByRole('button', { name: 'complete of yesterday' }).focus();
    await page.keyboard.press('Enter');
    const intent = (await posted()).at(-1);
    expect(intent).toEqual({ kind: 'other', of: 'measurement' });
    expect([intent, { ...Object(intent), of: 'law' }].map(isContextIntent)).toEqual([true, false]);
    await send(view({ measurement: shown(true), others: { measurement: 'today', retention: null } }));
    expect(await page.locator('vscode-button:focus').textContent()).toBe('stopped of today');
    expect(await axeFindings(page)).toEqual([]);
  });

  it('takes a threshold, and applies a window to chats', async () => {
    const { page, posted, send } = await open(900);
    await send(view());
    await page.getByLabel('threshold', { exact: true }).fill('0.2');
    await page.keyboard.press('Enter');
    expect((await posted()).at(-1)).toEqual({ kind: 'threshold', threshold: 0.2 });
    await page.getByRole('button', { name: 'use: ntk 2' }).click();
    expect((await posted()).at(-1)).toMatchObject({ kind: 'use', scaling: { scaling: 'ntk', value: 2 } });
  });

  it('leaves no empty row if there are no other figures to go to', async () => {
    const { page, send } = await open(900);
    const gap = async () => {
      const above = await page.getByText('today to 1,024').boundingBox();
      const below = await page.locator('.field', { has: page.getByLabel('threshold', { exact: true }) }).boundingBox();
      return (below?.y ?? 0) - (above?.y ?? 0) - (above?.height ?? 0);
    };
    await send(view());
    expect(await gap()).toBeLessThan(16);
    await send(view({ others: { measurement: 'yesterday', retention: null } }));
    expect(await gap()).toBeGreaterThan(30);
  });

  it('saves a plot that other programs can show', async () => {
    const { page, posted, send } = await open(900, themes.dark);
    await send(view());
    await page.getByRole('button', { name: 'exportSvg loss' }).click();
    const saved = (await posted()).at(-1);
    if (!isContextIntent(saved) || saved.kind !== 'svg') throw new Error('No picture was sent.');
    expect(saved.svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(saved.svg).not.toMatch(/var\(|color\(|rgba\(/);
    expect(saved.svg).toMatch(/stroke-opacity="0\.6"/);
    expect(saved.svg).toMatch(/stroke="rgb\(/);
    expect(saved.svg).toMatch(/fill-opacity="0\.18"/);
    await page.getByRole('button', { name: 'exportCsv' }).click();
    expect((await posted()).at(-1)).toEqual({ kind: 'csv' });
  });

  it.each(Object.keys(themes) as (keyof typeof themes)[])(
    'fits into any width, and axe-core finds no fault, %s',
    async (name) => {
      const { page, send } = await open(900, themes[name]);
      await send(view());
      for (const summary of await page.locator('summary').all()) await summary.press('Enter');
      expect(await axeFindings(page)).toEqual([]);
      const pictures = process.env.PADDOCK_PICTURES;
      for (const width of [900, 320, 200]) {
        await page.setViewportSize({ width, height: 900 });
        await page.waitForTimeout(100);
        expect(await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
        if (pictures) await page.screenshot({ path: path.join(pictures, `context-${name}-${width}.png`), fullPage: true });
      }
    },
  );
});
