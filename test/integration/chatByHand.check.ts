import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Frame, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { screenshots } from '../support/paths.ts';
import { writeScriptedModel } from '../support/scriptedModel.ts';
import { until } from '../support/until.ts';
import { processesOf } from '../vscode/processes.ts';
import { openChat, panelSaying } from './chatPanel.ts';
import { type OwnWindow, openWindow } from './ownWindow.ts';
import { PATIENCE, untilReady } from './palette.ts';
import { keep, look } from './sight.ts';

/** What every answer says again and again, until it is stopped. */
const herds = Array.from({ length: 30 }, (_, herd) => Array.from({ length: 50 }, (_, i) => `pony ${50 * herd + i},`).join(' '));

/** VS Code here has neither language models nor a chat of its own: the panel needs neither. */
describe('the chat panel, with mouse and keyboard, in an editor without a chat of its own', () => {
  let model = '';
  let own: OwnWindow | undefined;
  let page: Page;
  let panel: Frame;

  beforeAll(async () => {
    model = await mkdtemp(path.join(tmpdir(), 'paddock-scripted-'));
    await writeScriptedModel(model, [...herds, ''].join('\n\n'), undefined, true);
    own = await openWindow({ settings: { 'paddock.completion.model': model }, hasOwnChat: false });
    ({ page } = own);
    panel = await openChat(page);
  }, 400_000);
  /** Holds the engine still in the middle of an answer, so that there is time to look, or lets it go on. */
  const engine = async (signal: 'SIGSTOP' | 'SIGCONT') => {
    const [found] = await processesOf(path.join((own as OwnWindow).folder, 'extension/dist/engine.mjs'));
    if (!found) throw new Error('The engine is not running.');
    process.kill(found.pid, signal);
  };
  /** Holds the engine when the last answer has come to this pony. @returns the answer */
  const heldAt = async (pony: string) => {
    await untilSaid(panel, pony);
    await engine('SIGSTOP');
    return untilSaid(panel, pony);
  };
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await keep(page, screenshots, 'chat-by-hand-failed');
  });
  afterAll(async () => {
    await own?.close();
    await rm(model, { recursive: true, force: true });
  });

  it('uses the window as it is set, from the next message on, without loading the model again', {
    timeout: 400_000,
  }, async () => {
    const opened = await timesOpened(own as OwnWindow, model);
    await panel.locator('summary', { hasText: 'Context window' }).click();
    await enter(page, panel.getByRole('spinbutton', { name: 'Window' }), 256);
    await panelSaying(page, /\d of 256 tokens/);
    await enter(page, panel.getByRole('spinbutton', { name: 'Reserved for the answer' }), 64);
    await panelSaying(page, /Reserved for the answer\s+64\n/);
    await ask(page, panel, 'How many tokens?');
    await panelSaying(page, /It ended after 64 tokens, as many as are reserved for the answer\./);

    await panel.getByRole('checkbox', { name: 'Slide over long answers' }).click();
    await enter(page, panel.getByRole('spinbutton', { name: 'First tokens that stay' }), 8);
    await ask(page, panel, 'How many ponies?');
    await heldAt('pony 250,'); // some 300 tokens
    await page.keyboard.press('Escape');
    await engine('SIGCONT');
    await panelSaying(page, /left out with their answers, for want of room: 2 of 2\./);
    await choose(page, panel, 'When a conversation is too long', 'Cut off');
    await panelSaying(page, /Characters cut off the beginning: \d/);
    await keep(page, screenshots, 'chat-by-hand-window');
    expect([opened, await timesOpened(own as OwnWindow, model)]).toEqual([1, 1]);
  });

  it('stops by a click and by Escape; what had arrived stays, and the next message can be written at once', {
    timeout: 400_000,
  }, async () => {
    await ask(page, panel, 'Which?');
    const clicked = await heldAt('pony 20,');
    await keep(page, screenshots, 'chat-by-hand-streaming');
    await panel.getByRole('button', { name: 'Stop', exact: true }).click();
    await engine('SIGCONT');
    await untilStopped(panel, clicked);
    await panel.locator('textarea[aria-label=Message]:focus').waitFor();
    await page.keyboard.type('And which?');
    await page.keyboard.press('Enter');
    await panel.locator('article[aria-label=You]', { hasText: 'And which?' }).waitFor();
    const escaped = await heldAt('pony 20,');
    await page.keyboard.press('Escape');
    await engine('SIGCONT');
    await untilStopped(panel, escaped);
    await keep(page, screenshots, 'chat-by-hand-stopped');
  });

  it('after a reload in the middle of an answer, has what was there, how the window is used, and an answer again', {
    timeout: 400_000,
  }, async () => {
    await ask(page, panel, 'What now?');
    const before = await heldAt('pony 30,');
    expect(await panel.getByRole('button', { name: 'Stop', exact: true }).isVisible()).toBe(true);
    await engine('SIGCONT');
    await page.reload();
    await untilReady(page);
    panel = await openChat(page);
    await panel.locator('article[aria-label=You]', { hasText: 'What now?' }).waitFor();
    await untilStopped(panel, before);
    await keep(page, screenshots, 'chat-by-hand-reloaded');

    await panel.locator('summary', { hasText: 'Context window' }).click();
    const values = panel.locator('.controls input:visible:not([type=range]), .controls select:visible');
    expect(await values.evaluateAll(VALUES)).toEqual(['256', 'own', 'left', '64', 'true', '8']);

    await lastAnswer(panel).getByRole('button', { name: 'Answer Again' }).click();
    await panel.getByText('2/2', { exact: true }).waitFor();
    const again = await heldAt('pony 40,');
    await panel.getByRole('button', { name: 'Stop', exact: true }).click();
    await engine('SIGCONT');
    await untilStopped(panel, again);
  });

  it('scales positions by a factor that reaches the window, and forgets all that on a click', { timeout: 400_000 }, async () => {
    await enter(page, panel.getByRole('spinbutton', { name: 'Window' }), 8192);
    await panelSaying(page, /Positions beyond 4,096 tokens are more than the scaling supports/);
    await choose(page, panel, 'Scaling of positions', 'Linear');
    const factor = panel.getByRole('spinbutton', { name: 'Factor' });
    expect(await factor.inputValue()).toBe('2');
    await until('the factor to reach', async () => !(await look(page)).pages.join('\n').includes('Positions beyond'));
    await enter(page, factor, 1.5);
    await panelSaying(page, /Positions beyond 6,144 tokens/);
    await keep(page, screenshots, 'chat-by-hand-scaled');
    await panel.getByRole('button', { name: 'Reset for This Model' }).click();
    await panelSaying(page, /\d of 4,096 tokens/);
    const values = panel.locator('.controls input:visible:not([type=range]), .controls select:visible');
    expect(await values.evaluateAll(VALUES)).toEqual(['4096', 'own', 'oldest', '512', 'false']);
  });

  it('attaches the file of an editor tab that is dragged onto it with Shift held', { timeout: 400_000 }, async () => {
    await page.keyboard.press('ControlOrMeta+P');
    await page.keyboard.type('orders.ts');
    await until('the file', async () => (await look(page)).list[0]?.startsWith('orders.ts') ?? false, PATIENCE);
    await page.keyboard.press('Enter');
    await page.locator('.tab', { hasText: 'orders.ts' }).hover();
    await page.mouse.down();
    await page.keyboard.down('Shift');
    const { x, y, width, height } = (await panel.locator('main').boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    let moves = 0;
    // VS Code lets a page have what is dragged once it has seen the key held, which takes it a move or two.
    await until('the panel to see the file', async () => {
      await page.mouse.move(x + width / 2 + (moves++ % 2), y + height / 2, { steps: 10 });
      return panel.locator('main.dragging').isVisible();
    });
    await keep(page, screenshots, 'chat-by-hand-dragging');
    await page.mouse.up();
    await page.keyboard.up('Shift');
    await panelSaying(page, /^src\/orders\.ts\s+\d+ tokens/m);
    await keep(page, screenshots, 'chat-by-hand-dropped');
  });
});

/** What is entered in elements of a form. */
const VALUES = (elements: readonly Element[]) =>
  elements.map((each) => {
    const { type, value, checked } = each as HTMLInputElement;
    return type === 'checkbox' ? String(checked) : value;
  });

/** Replaces a number by mouse and keyboard; again if VS Code moved the focus meanwhile. */
async function enter(page: Page, field: Locator, value: number): Promise<void> {
  const typed = async () => {
    await field.click();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type(String(value));
    return (await field.inputValue()) === String(value);
  };
  await until(`${value} to be typed`, typed);
  await page.keyboard.press('Enter');
}

/** Chooses from a list by its label and the first letters of an entry. */
async function choose(page: Page, panel: Frame, label: string, letters: string): Promise<void> {
  await panel.getByText(label, { exact: true }).click();
  await page.keyboard.type(letters);
}

async function ask(page: Page, panel: Frame, question: string): Promise<void> {
  await panel.locator('textarea[aria-label=Message]').click();
  await page.keyboard.type(question);
  await page.keyboard.press('Enter');
  await panel.locator('article[aria-label=You]', { hasText: question }).waitFor();
}

function lastAnswer(panel: Frame): Locator {
  return panel.locator('article[aria-label=Paddock]').last();
}

/** The ponies of the last answer, once it has come to this one. */
async function untilSaid(panel: Frame, pony: string): Promise<string> {
  let said = '';
  const hasCome = async () => {
    said = (await lastAnswer(panel).locator('.markdown p').allTextContents()).join(' ');
    return said.includes(pony);
  };
  await until(`the answer to come to ${pony}`, hasCome, PATIENCE);
  return said;
}

/** Waits until the last answer is marked as stopped: it is what was there before, gone on with as the model would. */
async function untilStopped(panel: Frame, before: string): Promise<void> {
  await lastAnswer(panel).getByText('Stopped before its end.', { exact: true }).waitFor();
  const said = await untilSaid(panel, before);
  expect(said.startsWith(before)).toBe(true);
  const all = Array<string>(Math.ceil(said.length / herds.join().length)).fill(herds.join(' '));
  expect(all.join(' ').startsWith(said)).toBe(true);
}

/** How often the model was loaded, as the log has it. */
async function timesOpened({ folder }: OwnWindow, model: string): Promise<number> {
  const files = await readdir(folder, { recursive: true });
  const logs = files.filter((file) => path.basename(file) === 'Paddock.log');
  const texts = await Promise.all(logs.map((file) => readFile(path.join(folder, file), 'utf8')));
  return texts.join('').split(`Opened ${path.basename(model)} `).length - 1;
}
