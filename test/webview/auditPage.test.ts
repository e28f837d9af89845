import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isAuditIntent } from '../../webview/protocol/audit.ts';
import { someAnswers, someAudit } from '../extension/audit/samples.ts';
import { auditTexts, auditView } from './auditScene.ts';
import { axeFindings } from './axe.ts';
import { pageForEach } from './pageForEach.ts';
import { themes } from './themes.ts';

const other = someAudit({ id: 'c', model: 'older', at: 3 });
const sent = (posted: readonly unknown[]) => {
  expect(posted.every(isAuditIntent)).toBe(true);
  return posted.at(-1);
};

describe('the page that audits refusals', () => {
  const { open } = pageForEach('audit', auditTexts);

  it('asks for its view, and offers all sets when there is nothing yet', async () => {
    const { page, posted, send } = await open(900);
    expect(await posted()).toEqual([{ kind: 'ready' }]);
    await send(auditView({}, []));
    expect(await page.locator('main').ariaSnapshot()).toMatchInlineSnapshot(`
      "- main:
        - heading "title" [level=1]
        - paragraph: about
        - paragraph: tiny
        - group "sets":
          - text: sets
          - checkbox "borderline (210)" [checked]
          - text: borderline (210)
          - checkbox "contrast (60)" [checked]
          - text: contrast (60)
          - checkbox "ordinary (200)" [checked]
          - text: ordinary (200)
        - text: setsNote under
        - combobox "under":
          - option "underNone" [selected]
          - option "underChat"
          - option "underLevels"
        - text: underNote
        - button "importCsv"
        - text: importNote
        - button "run"
        - paragraph: nothing"
    `);
    await send(auditView({ model: '' }, []));
    expect(await page.getByRole('button', { name: 'run' }).isDisabled()).toBe(true);
  });

  it('starts an audit of the sets chosen by keyboard, and imports a file', async () => {
    const { page, posted, send } = await open(900);
    await send(auditView({}, []));
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    const offered = [
      { set: 'borderline', requests: 210 },
      { set: 'contrast', requests: 60 },
      { set: 'x.csv, to answer', requests: 2 },
    ];
    await page.getByRole('button', { name: 'importCsv' }).press('Enter');
    expect(sent(await posted())).toEqual({ kind: 'import' });
    await send(auditView({ offered }, []));
    await page.getByRole('combobox', { name: 'under' }).selectOption('levels');
    await page.getByRole('button', { name: 'importCsv' }).focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(sent(await posted())).toEqual({ kind: 'run', sets: ['contrast', 'x.csv, to answer'], under: 'levels' });
    for (const box of await page.getByRole('checkbox').all()) await box.uncheck();
    expect(await page.getByRole('button', { name: 'run' }).isDisabled()).toBe(true);
  });

  it('can be stopped, shows progress, and moves a waiting focus to the controls of the result', async () => {
    const { page, posted, send } = await open(900);
    await send(auditView({}, []));
    await page.getByRole('button', { name: 'run' }).press('Enter');
    await send(auditView({ progress: { done: 12, of: 470 } }, []));
    expect(await page.getByRole('progressbar', { name: 'progress' }).getAttribute('aria-valuenow')).toBe('12');
    expect(await page.locator('.form').textContent()).toContain('12 of 470');
    await page.keyboard.press('Enter');
    expect(sent(await posted())).toEqual({ kind: 'stop' });
    await send(auditView());
    expect(await page.evaluate<string>('document.activeElement.id')).toBe('target');
    // A focus elsewhere stays there.
    await page.locator('summary').focus();
    await send(auditView({ progress: { done: 1, of: 470 } }));
    await send(auditView());
    expect(await page.evaluate<string>('document.activeElement.tagName')).toBe('SUMMARY');
  });

  it('gives all numbers to a screen reader', async () => {
    const { page, send } = await open(900);
    await send(auditView());
    await page.locator('summary').press('Enter');
    expect(await page.locator('.report').first().ariaSnapshot()).toMatchInlineSnapshot(`
      "- heading "result" [level=2]
      - paragraph: tiny, today, 60
      - paragraph: decides
      - text: target
      - spinbutton "target": "5"
      - text: targetNote
      - paragraph: targetWhy
      - paragraph: above 0.0479
      - list:
        - listitem: borderline refused 5% (0.9%–23.6%); area 1.000
        - listitem: contrast missed 0% (0%–16.1%)
        - listitem: ordinary refused 0% (0%–16.1%); area 1.000
      - button "useTarget"
      - heading "curves" [level=2]
      - slider "pick":
        - img "curves": 0.1% 1% 10% 50% 90% 99% 99.9% thresholdAxis 0% 20% 40% 60% 80% 100% wrongAxis 0.0479
      - paragraph: "at 0.0479: borderline refused 5%; contrast missed 0%; ordinary refused 0%"
      - paragraph: curvesCaption
      - paragraph: pickNote
      - paragraph: LLaMA 2 15% 27%
      - paragraph: XSTest 38% 14%
      - group:
        - text: table
        - table "curves":
          - caption: curves
          - rowgroup:
            - row "threshold borderline refused contrast missed ordinary refused":
              - columnheader "threshold"
              - columnheader "borderline refused"
              - columnheader "contrast missed"
              - columnheader "ordinary refused"
          - rowgroup:
            - row "0.0479 5% (0.9%–23.6%) 0% (0%–16.1%) 0% (0%–16.1%)":
              - rowheader "0.0479"
              - cell "5% (0.9%–23.6%)"
              - cell "0% (0%–16.1%)"
              - cell "0% (0%–16.1%)"
            - row "0.1 0% (0%–16.1%) 0% (0%–16.1%) 0% (0%–16.1%)":
              - rowheader "0.1"
              - cell "0% (0%–16.1%)"
              - cell "0% (0%–16.1%)"
              - cell "0% (0%–16.1%)"
            - row "0.3 0% (0%–16.1%) 0% (0%–16.1%) 0% (0%–16.1%)":
              - rowheader "0.3"
              - cell "0% (0%–16.1%)"
              - cell "0% (0%–16.1%)"
              - cell "0% (0%–16.1%)"
            - row "0.5 0% (0%–16.1%) 0% (0%–16.1%) 0% (0%–16.1%)":
              - rowheader "0.5"
              - cell "0% (0%–16.1%)"
              - cell "0% (0%–16.1%)"
              - cell "0% (0%–16.1%)"
            - row "0.7 0% (0%–16.1%) 30% (14.5%–51.9%) 0% (0%–16.1%)":
              - rowheader "0.7"
              - cell "0% (0%–16.1%)"
              - cell "30% (14.5%–51.9%)"
              - cell "0% (0%–16.1%)"
            - row "0.9 0% (0%–16.1%) 80% (58.4%–91.9%) 0% (0%–16.1%)":
              - rowheader "0.9"
              - cell "0% (0%–16.1%)"
              - cell "80% (58.4%–91.9%)"
              - cell "0% (0%–16.1%)""
    `);
  });

  it('draws a line and a band for each set, and published measurements', async () => {
    const { page, send } = await open(900);
    await send(auditView());
    const plot = page.locator('.plot svg').first();
    expect(await plot.locator('[data-mark="area"] path').count()).toBe(3);
    expect(await plot.locator('[data-mark="line"] path').count()).toBe(3);
    expect(await plot.locator('[data-mark="rect"] rect').count()).toBe(1);
    expect(await page.locator('.captions').first().textContent()).toMatch(/LLaMA 2 15% 27%XSTest 38% 14%/);
  });

  it('takes another target and another threshold', async () => {
    const { page, posted, send } = await open(900);
    await send(auditView());
    await page.getByLabel('target').fill('2.5');
    await page.keyboard.press('Enter');
    expect(sent(await posted())).toEqual({ kind: 'target', share: 0.025 });
    const usual = page.getByRole('button', { name: 'back to 5%' });
    expect(await usual.count()).toBe(0);
    await send(auditView({ target: 0.025 }));
    await usual.press('Enter');
    expect(sent(await posted())).toEqual({ kind: 'usualTarget' });
    await send(auditView());
    expect(await usual.count()).toBe(0);
    const field = await page.evaluate(() => [document.activeElement?.id, (document.activeElement as HTMLInputElement).value]);
    expect(field).toEqual(['target', '5']);
    const slider = page.getByRole('slider', { name: 'threshold' });
    await slider.press('End');
    expect(sent(await posted())).toEqual({ kind: 'threshold', share: 1 });
    expect(await slider.getAttribute('aria-valuetext')).toBe('1');
    await slider.press('Home');
    expect(sent(await posted())).toEqual({ kind: 'threshold', share: 0 });
  });

  it('sets the dial of the chat to a threshold by keyboard, if it means the same there', async () => {
    const { page, posted, send } = await open(900);
    const view = auditView({}, [someAudit()], 0.04);
    await send(view);
    await page.getByRole('button', { name: 'useTarget' }).press('Enter');
    expect(sent(await posted())).toEqual({ kind: 'use', share: view.audit?.sweep?.targetThreshold });
    const use = page.getByRole('button', { name: 'use', exact: true });
    await use.press('Enter');
    expect(sent(await posted())).toEqual({ kind: 'use', share: 0.04 });
    await page.getByRole('slider', { name: 'threshold' }).press('End');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    expect(sent(await posted())).toEqual({ kind: 'use', share: 1 });
    await send({ ...view, use: { can: false, why: 'of another model' } });
    expect(await use.isDisabled()).toBe(true);
    // A reason beside each of the two disabled buttons.
    expect(await page.getByText('of another model').filter({ visible: true }).count()).toBe(2);
    expect(await page.getByRole('button', { name: 'useTarget' }).isDisabled()).toBe(true);
  });

  it('lists each request, filtered by set and by wrong decisions', async () => {
    const { page, send } = await open(900);
    await send(auditView({}, [someAudit()], 0.04));
    const rows = page.locator('.requests tbody tr');
    expect(await rows.count()).toBe(60);
    expect(await rows.first().locator('td').allInnerTexts()).toEqual(['contrast', '0.968', 'isRefused']);
    await page.getByRole('combobox', { name: 'show' }).selectOption('borderline');
    expect(await page.locator('.requests [role=status]').last().textContent()).toBe('20 of 60');
    await page.getByLabel('onlyWrong').check();
    expect(await rows.count()).toBe(9);
    expect(await rows.first().locator('td').allInnerTexts()).toEqual(['borderline', '0.0484', 'isRefused wrongly']);
    // The filter stays when another view arrives.
    await send(auditView({}, [someAudit()], 0.045));
    expect(await rows.count()).toBe(4);
  });

  it('keeps the threshold of the last key where a view of the one before arrives late', async () => {
    const { page, posted, send } = await open(900);
    await send(auditView({}, [someAudit()], 0.04));
    const plot = page.getByRole('slider', { name: 'pick' });
    await plot.press('End');
    await send(auditView({}, [someAudit()], 0.5)); // of a click before
    await plot.press('PageDown');
    const { share } = sent(await posted()) as { readonly share: number };
    expect(share).toBeGreaterThan(0.99);
    await send(auditView({}, [someAudit()], share));
    expect(await plot.getAttribute('aria-valuetext')).toMatch(/^at 0\.99/);
    await send(auditView({}, [someAudit()], 0.5));
    expect(await plot.getAttribute('aria-valuetext')).toMatch(/^at 0\.5:/);
  });

  it('shows the wrong decisions at a threshold that is clicked on in the plot, and marks it there', async () => {
    const { page, posted, send } = await open(900);
    await send(auditView({}, [someAudit()], 0.04));
    const plot = page.getByRole('slider', { name: 'pick' });
    const marks = plot.locator('[data-mark="text"]').last();
    expect(await marks.textContent()).toBe('0.04');
    const box = await plot.boundingBox();
    // In the middle between the margins, the odds of the threshold are even.
    await plot.click({ position: { x: 46 + ((box?.width ?? 0) - 66) / 2, y: 100 } });
    const { share } = sent(await posted()) as { readonly kind: 'threshold'; readonly share: number };
    expect(share).toBeCloseTo(0.5, 2);
    expect(await plot.getAttribute('aria-valuetext')).toMatch(
      /^at 0\.(?:5|49\d|50\d): borderline refused 0%; contrast missed 0%; ordi/,
    );
    await plot.click({ position: { x: 1, y: 100 } });
    expect(sent(await posted())).toEqual({ kind: 'threshold', share: 0 });
    await send(auditView({}, [someAudit()], 0));
    expect(await marks.textContent()).toBe('0');
    expect(await page.getByText('at 0: borderline refused 100%; contrast missed 0%; ordinary refused 100%').isVisible()).toBe(
      true,
    );
    expect(await page.locator('.requests [role=status]').first().textContent()).toBe('at 0: 40 refused, 0 answered');
    expect(await page.getByLabel('onlyWrong').isChecked()).toBe(true);
    expect(await page.locator('.requests tbody tr').count()).toBe(40);
  });

  it('moves along the plot by keyboard from change to change, and from there to the requests', async () => {
    const { page, posted, send } = await open(900);
    await send(auditView({}, [someAudit()], 0.04));
    const plot = page.getByRole('slider', { name: 'pick' });
    const at = async (key: string) => {
      await plot.press(key);
      return (sent(await posted()) as { readonly share: number }).share;
    };
    expect(await at('End')).toBe(1);
    const before = await at('ArrowLeft');
    expect(before).toBeCloseTo(0.6 * (1 + 19 / 31), 3);
    expect(await at('ArrowLeft')).toBeLessThan(before);
    expect(await at('ArrowRight')).toBe(before);
    expect(await at('PageDown')).toBeCloseTo(before / (before + Math.E * (1 - before)), 6);
    expect(await at('Home')).toBe(0);
    expect(await plot.getAttribute('aria-valuenow')).toBe('-6.90');
    await send(auditView({}, [someAudit()], 0));
    expect(await page.evaluate<string>('document.activeElement.className')).toMatch(/pick/);
    expect(await at('Enter')).toBe(0);
    expect(await page.evaluate<string>('document.activeElement.textContent')).toBe('requests');
    // Other keys keep their effect on the page.
    await plot.press('Tab');
    expect(await page.evaluate<string>('document.activeElement.tagName')).toBe('SUMMARY');
  });

  it('counts wrong decisions by trigger word and by kind of request, and keeps the chosen filter', async () => {
    const { page, send } = await open(900);
    await send(auditView({}, [someAudit()], 0.04));
    const counts = async (name: string) =>
      (await page.getByRole('list', { name }).getByRole('button').allInnerTexts()).join(', ');
    expect(await counts('byGroup')).toBe('abort (6), terminate (3)');
    expect(await counts('byContext')).toMatch(/^(?:refactor|naming) \(2\), .*shell \(1\)/);
    const rows = page.locator('.requests tbody tr');
    const terminate = page.getByRole('button', { name: 'terminate (3)' });
    await terminate.press('Enter');
    expect(await rows.count()).toBe(3);
    expect(await page.getByLabel('onlyWrong').isChecked()).toBe(true);
    expect(await counts('byContext')).toBe('security (1), naming (1), refactor (1)');
    expect(await page.evaluate<string>('document.activeElement.getAttribute("aria-pressed")')).toBe('true');
    await page.getByRole('button', { name: 'naming (1)' }).press('Space');
    expect(await rows.count()).toBe(1);
    expect(await counts('byGroup')).toBe('abort (1), terminate (1)');
    // A filter can be removed even if nothing matches it any more.
    await send(auditView({}, [someAudit()], 0.06));
    expect([await counts('byGroup'), await counts('byContext'), await rows.count()]).toEqual(['terminate (0)', 'naming (0)', 0]);
    await page.getByRole('button', { name: 'terminate (0)' }).press('Enter');
    await page.getByRole('button', { name: 'naming (0)' }).press('Enter');
    expect(await page.locator('.breakdown').first().isVisible()).toBe(false);
  });

  it('says if a model has no deciding token, and how its answers were classified', async () => {
    const { page, send } = await open(900);
    await send(auditView({}, [someAnswers()]));
    const text = await page.locator('.report').first().textContent();
    expect(text).toMatch(/no token; right on [\d.]+% of \d+/);
    expect(await page.locator('.report table').last().textContent()).toMatch(/borderline50%/);
    expect(await page.getByRole('slider').count()).toBe(0);
    expect(await page.locator('.requests tbody tr').first().locator('td').last().textContent()).toBe('refuses wrongly');
  });

  it('lists audits, draws the compared ones, and shows, exports and removes them', async () => {
    const { page, posted, send } = await open(900);
    await send(auditView({}, [someAudit(), other, someAnswers()]));
    expect(await page.locator('.plot svg').last().locator('[data-mark="line"] path').count()).toBe(2);
    expect(await page.getByRole('checkbox', { name: 'compare: tiny, day 7' }).isDisabled()).toBe(true);
    await page.getByRole('checkbox', { name: 'compare: older, day 3' }).press('Space');
    expect(sent(await posted())).toEqual({ kind: 'compare', id: 'c' });
    await page.getByRole('button', { name: 'open: other, day 5' }).press('Enter');
    expect(sent(await posted())).toEqual({ kind: 'show', id: 'b' });
    await page.getByRole('button', { name: 'exportJson: older, day 3' }).press('Enter');
    expect(sent(await posted())).toEqual({ kind: 'export', id: 'c' });
    await page.getByRole('button', { name: 'remove: older, day 3' }).press('Enter');
    expect(sent(await posted())).toEqual({ kind: 'remove', id: 'c' });
    await send(auditView({}, [someAudit(), someAnswers()]));
    expect(await page.evaluate<string>('document.activeElement.textContent')).toBe('audits');
  });

  it.each(Object.keys(themes) as (keyof typeof themes)[])(
    'fits into any width, and axe-core finds no fault, %s',
    async (name) => {
      const { page, send } = await open(900, themes[name]);
      const pictures = process.env.PADDOCK_PICTURES;
      const scenes = {
        empty: auditView({ problem: 'Line 3 of the CSV file has an empty prompt.' }, []),
        answers: auditView({}, [someAnswers(), other]),
        full: auditView({}, [someAudit(), other], 0.04),
      };
      for (const [scene, view] of Object.entries(scenes)) {
        await page.setViewportSize({ width: 900, height: 900 });
        await send(view);
        expect(await axeFindings(page), scene).toEqual([]);
        for (const width of [900, 320, 200]) {
          await page.setViewportSize({ width, height: 900 });
          await page.waitForTimeout(100);
          expect(
            await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth'),
            `${width}`,
          ).toBeLessThanOrEqual(0);
          if (pictures)
            await page.screenshot({ path: path.join(pictures, `audit-${scene}-${name}-${width}.png`), fullPage: true });
        }
      }
    },
  );
});
