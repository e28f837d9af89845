import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isPreferencesIntent, isPreferencesTexts, isPreferencesView } from '../../webview/protocol/preferences.ts';
import { axeFindings } from './axe.ts';
import { pageForEach } from './pageForEach.ts';
import { emptyPreferences, fullPreferences, preferencesTexts } from './preferencesScene.ts';
import { themes } from './themes.ts';

describe('the page of preferences', () => {
  const { open } = pageForEach('preferences', preferencesTexts);

  it('accepts its messages, and drops any other', () => {
    expect(isPreferencesTexts(preferencesTexts)).toBe(true);
    expect([emptyPreferences, fullPreferences].every(isPreferencesView)).toBe(true);
    expect(isPreferencesView({ ...fullPreferences, unsafeBelow: Number.NaN })).toBe(false);
    expect(isPreferencesIntent({ kind: 'activate', version: -1 })).toBe(false);
    expect(isPreferencesIntent({ kind: 'activate', version: 1 })).toBe(true);
  });

  it('asks for its view, and says what to do before anything is judged', async () => {
    const { page, posted, send } = await open(900);
    expect(await posted()).toEqual([{ kind: 'ready' }]);
    await send(emptyPreferences);
    expect(await page.locator('main').ariaSnapshot()).toMatchInlineSnapshot(`
      "- main:
        - heading "title" [level=1]
        - paragraph: about
        - paragraph: tiny
        - heading "judgements" [level=2]
        - paragraph: none
        - paragraph: judgementsNote
        - heading "meter" [level=2]
        - paragraph: at most 4. There are 0 comparisons of 50.
        - heading "accuracyHelpful" [level=3]
        - table "accuracyHelpful":
          - caption: accuracyHelpful
          - rowgroup:
            - row "grade own cases paper":
              - columnheader "grade"
              - columnheader "own"
              - columnheader "cases"
              - columnheader "paper"
          - rowgroup:
            - row "significantly – 0 80.4%":
              - rowheader "significantly"
              - cell "–"
              - cell "0"
              - cell "80.4%"
            - row "better – 0 67.3%":
              - rowheader "better"
              - cell "–"
              - cell "0"
              - cell "67.3%"
            - row "slightly – 0 60.4%":
              - rowheader "slightly"
              - cell "–"
              - cell "0"
              - cell "60.4%"
            - row "negligibly – 0 55%":
              - rowheader "negligibly"
              - cell "–"
              - cell "0"
              - cell "55%"
            - row "all – 0 63%":
              - rowheader "all"
              - cell "–"
              - cell "0"
              - cell "63%"
        - heading "accuracySafe" [level=3]
        - table "accuracySafe":
          - caption: accuracySafe
          - rowgroup:
            - row "grade own cases paper":
              - columnheader "grade"
              - columnheader "own"
              - columnheader "cases"
              - columnheader "paper"
          - rowgroup:
            - row "significantly – 0 94.3%":
              - rowheader "significantly"
              - cell "–"
              - cell "0"
              - cell "94.3%"
            - row "better – 0 76.3%":
              - rowheader "better"
              - cell "–"
              - cell "0"
              - cell "76.3%"
            - row "slightly – 0 65.7%":
              - rowheader "slightly"
              - cell "–"
              - cell "0"
              - cell "65.7%"
            - row "negligibly – 0 55.3%":
              - rowheader "negligibly"
              - cell "–"
              - cell "0"
              - cell "55.3%"
            - row "all – 0 64.5%":
              - rowheader "all"
              - cell "–"
              - cell "0"
              - cell "64.5%"
        - paragraph: accuracySource
        - paragraph: length –
        - paragraph: refused 0 of 0
        - paragraph: meterNote
        - heading "heads" [level=2]
        - list:
          - listitem:
            - heading "shipped (active)" [level=3]
        - button "retrain"
        - paragraph: headsNote
        - heading "answers" [level=2]
        - paragraph: noAnswers
        - heading "keep" [level=2]
        - button "exportJson"
        - button "importJson"
        - button "erase"
        - button "reset"
        - paragraph: keepNote
        - status"
    `);
    await send({ ...emptyPreferences, model: '', meter: null, counts: [] });
    expect(await page.locator('main').ariaSnapshot()).toMatchInlineSnapshot(`
      "- main:
        - heading "title" [level=1]
        - paragraph: about
        - paragraph: noModel
        - status"
    `);
  });

  it('gives all numbers to a screen reader, those of the plot in a table', async () => {
    const { page, send } = await open(900);
    await send(fullPreferences);
    const rowsOf = async (name: string) => {
      const rows = await page.getByRole('table', { name }).getByRole('row').allInnerTexts();
      return rows.map((row) => row.split(/\s*\t\s*/).join(' | '));
    };
    expect(await rowsOf('accuracyHelpful')).toEqual([
      'grade | own | cases | paper',
      'significantly | 81% (76%–86%) | 310 | 80.4%',
      'better | 70% (65%–75%) | 310 | 67.3%',
      'slightly | 58% (53%–63%) | 310 | 60.4%',
      'negligibly | 50% (45%–55%) | 310 | 55%',
      'all | 66% (63%–69%) | 1,400 | 63%',
    ]);
    expect(await rowsOf('accuracySafe')).toEqual([
      'grade | own | cases | paper',
      'significantly | 90% (85%–95%) | 10 | 94.3%',
      'better | 80% (75%–85%) | 10 | 76.3%',
      'slightly | 70% (65%–75%) | 10 | 65.7%',
      'negligibly | 60% (55%–65%) | 10 | 55.3%',
      'all | 75% (60%–86%) | 40 | 64.5%',
    ]);
    expect(await page.locator('.meter').textContent()).toMatch(/^at most 16\..*length -0\.31refused 2 of 20$/);
    expect(await page.getByRole('img', { name: 'answers' }).locator('[data-mark="dot"] path').count()).toBe(40);
    await page.locator('summary').press('Enter');
    const told = page.getByRole('table', { name: 'answers' }).locator('tbody tr').first().locator('th, td');
    expect(await told.allInnerTexts()).toEqual([
      'Answer 0, which begins like this',
      'today',
      '0.00',
      '1.00',
      '0.00',
      'safeUnhelpful',
    ]);
  });

  it('learns, returns to an earlier version, and keeps the focus or moves it to the heading', async () => {
    const { page, posted, send } = await open(900);
    await send(fullPreferences);
    await page.getByRole('button', { name: 'retrain' }).press('Enter');
    await page.getByRole('button', { name: 'activate version 1, yesterday' }).press('Enter');
    expect((await posted()).slice(1)).toEqual([{ kind: 'retrain' }, { kind: 'activate', version: 1 }]);
    const versions = fullPreferences.versions.map((each) => ({ ...each, isActive: each.version === 1 }));
    await send({ ...fullPreferences, versions });
    expect(await page.evaluate<string>('document.activeElement.textContent')).toBe('heads');
    expect(await page.locator('.versions .active').textContent()).toContain('version 1, yesterday (active)');
  });

  it('exports, imports, erases and returns to the shipped heads', async () => {
    const { page, posted, send } = await open(900);
    await send({ ...fullPreferences, problem: 'That is no file of judgements.' });
    expect(await page.getByRole('alert').textContent()).toBe('That is no file of judgements.');
    for (const name of ['exportJson', 'importJson', 'erase', 'reset']) await page.getByRole('button', { name }).press('Enter');
    const sent = (await posted()).slice(1);
    expect(sent).toEqual([{ kind: 'export' }, { kind: 'import' }, { kind: 'erase' }, { kind: 'reset' }]);
    expect(sent.every(isPreferencesIntent)).toBe(true);
  });

  it.each(Object.keys(themes) as (keyof typeof themes)[])(
    'fits into any width, and axe-core finds no fault, %s',
    async (name) => {
      const { page, send } = await open(900, themes[name]);
      const pictures = process.env.PADDOCK_PICTURES;
      for (const [scene, view] of Object.entries({ empty: emptyPreferences, full: fullPreferences })) {
        await page.setViewportSize({ width: 900, height: 900 });
        await send(view);
        await page.evaluate(`for (const each of document.querySelectorAll('details')) each.open = true;`);
        expect(await axeFindings(page), scene).toEqual([]);
        for (const width of [900, 320, 200]) {
          await page.setViewportSize({ width, height: 900 });
          await page.waitForTimeout(100);
          const beyond = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
          expect(beyond, `${scene} at ${width}`).toBeLessThanOrEqual(0);
          if (pictures)
            await page.screenshot({ path: path.join(pictures, `preferences-${scene}-${name}-${width}.png`), fullPage: true });
        }
      }
    },
  );
});
