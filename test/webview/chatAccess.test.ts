import { describe, expect, it } from 'vitest';
import { axeFindings } from './axe.ts';
import {
  emptyView,
  examplesView,
  fullView,
  leftOutView,
  leversView,
  noModelView,
  problemView,
  refusalsView,
  shadedView,
  streamingView,
  unknownView,
} from './chatScenes.ts';
import { chatTexts } from './chatTexts.ts';
import { pageForEach } from './pageForEach.ts';
import { candidatesView } from './preferenceScenes.ts';
import { themes } from './themes.ts';

const scenes = {
  candidatesView,
  emptyView,
  examplesView,
  fullView,
  leftOutView,
  leversView,
  noModelView,
  problemView,
  refusalsView,
  shadedView,
  streamingView,
  unknownView,
};

describe('the chat panel, audited by axe-core', () => {
  const { open } = pageForEach('chat', chatTexts);

  it.each(Object.keys(themes) as (keyof typeof themes)[])('has no fault in %s', async (theme) => {
    const { page, send } = await open(400, themes[theme]);
    const found: string[] = [];
    const look = async (name: string) => {
      for (const each of await axeFindings(page)) found.push(`${name}: ${each}`);
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
