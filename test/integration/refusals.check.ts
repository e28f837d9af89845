import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Frame, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { writeDirections } from '../../engine/storage/directions.ts';
import { DirectionStore } from '../../extension/chat/dial/directionStore.ts';
import { root, screenshots } from '../support/paths.ts';
import { until } from '../support/until.ts';
import { openChat } from './chatPanel.ts';
import { type OwnWindow, openWindow } from './ownWindow.ts';
import { PATIENCE, untilReady } from './palette.ts';
import { keep } from './sight.ts';

/** Labels of controls. */
const DIAL = 'Set How Readily the Model Refuses';
const THRESHOLD = 'Threshold, from 0 to 1';
const PROMPT = 'The text that conversations begin with';
const OWN = 'Set Each Lever by Itself';

/** The panel needs a moment to send what was set, and VS Code to store it. */
const SETTLED_MS = 2_000;

let own: OwnWindow | undefined;
let folder = '';
let page: Page;
/** A model that is not the default one, and decides without a token. */
let other = '';

beforeAll(async () => {
  own = await openWindow();
  ({ folder, page } = own);
  other = path.join(folder, 'other');
  await writeUndecided(other);
  await storeDirections(other, ['calm', 'quiet']);
}, 300_000);
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await keep(page, screenshots, 'refusals-reload-failed');
});
afterAll(async () => {
  await own?.close();
});

it('what is set about refusals stands after its window is reloaded, for each model by itself, and is reset with one click', {
  timeout: 900_000,
}, async () => {
  let panel = await levers();
  await showing(panel, { [DIAL]: false, promptLevel: 'Nothing', [OWN]: false, leverBest: '1' });
  const untouched = await shown(panel);
  await panel.getByLabel(DIAL).check();
  await write(panel.getByLabel(THRESHOLD), '0.3');
  await panel.getByLabel('In my own words').check();
  await write(panel.getByRole('textbox', { name: PROMPT }), 'Be kind.');
  await panel.locator('#leverBest').selectOption('2');
  const dialled = { [DIAL]: true, [THRESHOLD]: '0.3', promptLevel: 'In my own words', [PROMPT]: 'Be kind.', leverBest: '2' };
  panel = await reloadedAs(panel, dialled);

  await panel.getByLabel(OWN).check();
  await write(panel.locator('#ownThreshold'), '0.25');
  const ofDefault = await settled(panel, { [OWN]: true, ownThreshold: '0.25', leverBest: '2', [PROMPT]: 'Be kind.' });

  panel = await opened(other, '#direction');
  await showing(panel, { [DIAL]: false, promptLevel: 'Nothing', [OWN]: false, leverBest: '1' });
  await panel.getByLabel(OWN).check();
  await panel.locator('#direction').selectOption('quiet');
  await panel.locator('#ownMode').selectOption('project');
  await write(panel.locator('#ownCoefficient'), '-1.5');
  await write(panel.locator('#ownBias'), '2');
  await panel.locator('#leverBest').selectOption('4');
  const byLever = { direction: 'quiet', ownMode: 'It is taken out', ownCoefficient: '-1.5', ownBias: '2', leverBest: '4' };
  panel = await reloadedAs(panel, byLever);
  const ofOther = await shown(panel);

  panel = await opened('', '#ownThreshold');
  await showsOnly(panel, ofDefault);
  await panel.locator('.controls:has(.levers) vscode-button', { hasText: 'Reset for This Model' }).click();
  panel = await reloadedAs(panel, { [DIAL]: false, promptLevel: 'Nothing', [OWN]: false, leverBest: '1' });
  await showsOnly(panel, untouched);
  panel = await opened(other, '#direction');
  await showsOnly(panel, ofOther);
  await keep(page, screenshots, 'refusals-reloaded');
});

/** The panel with its section of refusals, and the levers in it, unfolded. */
async function levers(there = '.levers'): Promise<Frame> {
  await openChat(page);
  let panel: Frame | undefined;
  const isThere = async () => {
    for (const frame of page.frames()) {
      const found = frame.locator(`body[data-shown] .controls:has(.levers) ${there}`);
      if ((await found.count().catch(() => 0)) > 0) panel = frame;
    }
    return panel !== undefined;
  };
  await until(`a panel with ${there}`, isThere, PATIENCE);
  const frame = panel as Frame;
  await frame.evaluate(`for (const each of document.querySelectorAll('details:has(.levers), .levers')) each.open = true;`);
  return frame;
}

/** What all controls of the section show, by the names of their texts or elements. */
function shown(panel: Frame): Promise<Readonly<Record<string, string | boolean>>> {
  return panel.evaluate<Record<string, string | boolean>>(`(() => {
    const all = [...document.querySelectorAll('.controls:has(.levers) :is(input, select, textarea)')];
    const label = (each) => each.getAttribute('aria-label') ?? each.labels[0].textContent;
    return Object.fromEntries(all.flatMap((each) => {
      if (each.type === 'radio') return each.checked ? [[each.name, label(each)]] : [];
      if (each.type === 'checkbox') return [[label(each), each.checked]];
      return [[each.type === 'range' ? 'slider' : each.id || label(each), each.selectedOptions?.[0].text ?? each.value]];
    }));
  })()`);
}

async function write(field: Locator, text: string): Promise<void> {
  await field.fill(text);
  await field.press('Tab');
}

/** Checks that controls come to show this: directions and heads of a model are read after it is open. */
async function showing(panel: Frame, what: Readonly<Record<string, string | boolean>>): Promise<void> {
  await expect.poll(() => shown(panel), { timeout: 30_000 }).toMatchObject(what);
}

/** Checks that all controls come to show this. */
async function showsOnly(panel: Frame, what: Readonly<Record<string, string | boolean>>): Promise<void> {
  await expect.poll(() => shown(panel), { timeout: 30_000 }).toEqual(what);
}

/** What all controls show, once they show this and it had time to be stored. */
async function settled(panel: Frame, what: Readonly<Record<string, string | boolean>>) {
  await showing(panel, what);
  await page.waitForTimeout(SETTLED_MS);
  return shown(panel);
}

/** Reloads the window once the panel shows this, and checks that it shows the very same afterwards. */
async function reloadedAs(panel: Frame, what: Readonly<Record<string, string | boolean>>): Promise<Frame> {
  const before = await settled(panel, what);
  await page.reload();
  await untilReady(page);
  const after = await levers();
  await showsOnly(after, before);
  return after;
}

/** Opens a model. @param there what the panel has for it and not for the model before */
async function opened(model: string, there: string): Promise<Frame> {
  const settings = path.join(folder, 'workspace/.vscode/settings.json');
  await mkdir(path.dirname(settings), { recursive: true });
  await writeFile(settings, JSON.stringify({ 'paddock.completion.model': model }));
  return levers(there);
}

/** The default model without its deciding tokens: its refusals begin with words, and can be steered. */
async function writeUndecided(to: string): Promise<void> {
  await cp(path.join(root, 'models/default'), to, { recursive: true });
  for (const name of ['tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json']) {
    const text = await readFile(path.join(to, name), 'utf8');
    await writeFile(path.join(to, name), text.replaceAll('<|refuse|>', '<|unused|>'));
  }
}

/** Stores arbitrary directions for a model, as if they had been imported. */
async function storeDirections(model: string, names: readonly string[]): Promise<void> {
  const { hidden_size: hiddenSize } = JSON.parse(await readFile(path.join(model, 'config.json'), 'utf8'));
  const storage = path.join(folder, 'server/data/User/globalStorage/paddock.paddock');
  const store = new DirectionStore(path.join(storage, 'directions'), () => undefined);
  for (const [i, name] of names.entries()) {
    const direction = Float32Array.from({ length: hiddenSize }, (_, place) => (place === i ? 1 : 0));
    await writeDirections(await store.placeFor(model, name), { hiddenSize, directions: new Map([[1, direction]]), name });
  }
}
