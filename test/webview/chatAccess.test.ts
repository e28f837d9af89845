import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  emptyView,
  examplesView,
  fullView,
  noModelView,
  problemView,
  refusalsView,
  shadedView,
  streamingView,
  unknownView,
} from './chatScenes.ts';
import { chatTexts } from './chatTexts.ts';
import { pageForEach } from './pageForEach.ts';
import { themes } from './themes.ts';

const scenes = {
  emptyView,
  examplesView,
  fullView,
  noModelView,
  problemView,
  refusalsView,
  shadedView,
  streamingView,
  unknownView,
};

/** What axe-core finds wrong: the rule, and where. Its rules are those of WCAG 2.2 A and AA, and good practice. */
const audit = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + ' ' + target + ': ' + failureSummary)))`;

describe('the chat panel, audited by axe-core', () => {
  const { open } = pageForEach('chat', chatTexts);
  let axe: string;

  beforeAll(async () => {
    axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  });

  it.each(Object.keys(themes) as (keyof typeof themes)[])('finds nothing in %s', async (theme) => {
    const { page, send } = await open(400, themes[theme]);
    await page.evaluate(axe);
    const found: string[] = [];
    const look = async (name: string) => {
      for (const each of await page.evaluate<string[]>(audit)) found.push(`${name}: ${each}`);
    };
    for (const [name, view] of Object.entries(scenes)) {
      await send(view);
      await page.evaluate(`for (const each of document.querySelectorAll('details')) each.open = true;`);
      await look(name);
    }
    await page.locator('.unknown').last().hover();
    await look('a name explained');
    await page.getByRole('button', { name: chatTexts.conversations, exact: true }).click();
    await look('history');
    expect(found).toEqual([]);
  });
});
