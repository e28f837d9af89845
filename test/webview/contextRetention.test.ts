import { describe, expect, it } from 'vitest';
import {
  CONTEXT_TEXT_KEYS,
  type ContextView,
  isContextIntent,
  isContextView,
  type ShownRetention,
} from '../../webview/protocol/context.ts';
import { pageForEach } from './pageForEach.ts';
import { themes } from './themes.ts';

const texts = {
  ...Object.fromEntries(CONTEXT_TEXT_KEYS.map((key) => [key, key])),
  ofAnswers: '{0} of {1}',
  showComplete: 'complete of {0}',
  retentionTested: '{0} in {1}',
  retentionScaling: 'by {0}',
  retentionRules: 'rules {0}',
};

const retention: ShownRetention = {
  when: 'today',
  window: 4_096,
  scaling: { scaling: 'yarn', value: 2 },
  rules: ['No comments', 'At most 5 lines'],
  hasText: true,
  isComplete: true,
  turns: Array.from({ length: 20 }, (_, i) => {
    const said = i === 4 ? null : Math.max(0, 1 - i / 6);
    return { turn: i + 1, said, pinned: i === 9 ? 0.75 : 1, answers: { said: said === null ? 0 : 4, pinned: 4 } };
  }),
};

const view = (change: Partial<ContextView>): ContextView => ({
  ...{ kind: 'view', model: 'tiny', trained: 512, largest: 16_384, longestText: 2_048, files: 12, onlyOpen: false },
  scalings: ['own'],
  ...{ windows: [128], choice: { window: 128, texts: 8, scalings: [] }, threshold: 0.05, progress: null, problem: '' },
  ...{ measurement: null, retention: null, others: { measurement: null, retention: null } },
  ...change,
});

describe('the test of retention', () => {
  const { open } = pageForEach('context', texts);

  it('is started by keyboard, if a model is open and nothing else is measured', async () => {
    const { page, send, posted } = await open(900);
    await send(view({}));
    const button = page.getByRole('button', { name: 'testRetention' });
    await button.focus();
    await page.keyboard.press('Enter');
    const intents = await posted();
    expect(intents.at(-1)).toEqual({ kind: 'retention' });
    expect(intents.every(isContextIntent)).toBe(true);
    expect(await page.getByRole('img').count()).toBe(0);
    await send(view({ progress: 0.5 }));
    await page.keyboard.press('Enter');
    expect(await button.getAttribute('aria-disabled')).toBe('true');
    expect((await posted()).length).toBe(2);
    expect(await button.evaluate((element) => element.matches(':focus'))).toBe(true);
    await send(view({ model: '' }));
    expect(await button.isVisible()).toBe(false);
  });

  it('is drawn, and given in a table with the number of answers that count', async () => {
    expect(isContextView(view({ retention }))).toBe(true);
    for (const width of [900, 300]) {
      const { page, send } = await open(width, themes.dark);
      await send(view({ retention }));
      const plot = page.getByRole('img', { name: 'retention', exact: true });
      await plot.waitFor();
      const said = 'today in 4,096 by yarn 2 rules No comments, At most 5 lines retentionText';
      expect(await page.getByText(said, { exact: true }).isVisible()).toBe(true);
      expect(await plot.locator('circle, path[transform]').count()).toBeGreaterThan(30);
      const details = page.locator('details', { has: page.getByRole('table', { name: 'retention', includeHidden: true }) });
      await details.locator('summary').click();
      const rows = await details.locator('tr').allTextContents();
      expect(rows.length).toBe(21);
      expect(rows.slice(0, 2)).toEqual(['turnsaidOncepinned', '1100% of 4100% of 4']);
      expect(rows[5]).toBe('5–100% of 4');
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    }
  });

  it('leads from a stopped run to the last complete one', async () => {
    const { page, send, posted } = await open(300);
    const stopped = { ...retention, isComplete: false };
    await send(view({ retention: stopped, others: { measurement: null, retention: 'yesterday' } }));
    await page.getByRole('button', { name: 'complete of yesterday' }).click();
    expect((await posted()).at(-1)).toEqual({ kind: 'other', of: 'retention' });
    await send(view({ retention }));
    expect(await page.getByRole('button', { name: /yesterday/ }).count()).toBe(0);
  });

  it('saves its picture', async () => {
    const { page, send, posted } = await open(900);
    await send(view({ retention }));
    await page.getByRole('img', { name: 'retention', exact: true }).waitFor();
    await page.getByRole('button', { name: 'exportSvg retention' }).click();
    const saved = (await posted()).at(-1);
    expect(isContextIntent(saved)).toBe(true);
    expect(saved).toMatchObject({ kind: 'svg', name: 'retention' });
  });
});
