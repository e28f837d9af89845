import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FEATURES } from '../../engine/index.ts';
import { readDirections, writeDirections } from '../../engine/storage/directions.ts';
import { root, screenshots } from '../support/paths.ts';
import { until } from '../support/until.ts';
import { mustFinish } from '../vscode/processes.ts';
import { type OwnWindow, openWindow } from './ownWindow.ts';
import { PATIENCE, runCommand } from './palette.ts';
import { keep, look } from './sight.ts';

/** Arbitrary judgements. */
const thumb = (id: string) => {
  return { kind: 'thumb', id, at: 1, version: 0, head: 'helpful', isUp: true, features: FEATURES.map(() => 0) };
};

/** VS Code suppresses dialogs while it runs the suite; here it shows them. */
describe('dialogs, answered by keyboard', () => {
  let folder = '';
  let own: OwnWindow | undefined;
  let page: Page;

  beforeAll(async () => {
    await mustFinish('npm', ['run', 'build'], { cwd: root });
    own = await openWindow();
    ({ folder, page } = own);
  }, 400_000);
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await keep(page, screenshots, `dialogs-failed-${task.name.split(' ')[2]}`);
  });
  afterAll(async () => {
    await own?.close();
  });

  it('imports judgements from a file, exports them to another, and erases them after a confirmation', {
    timeout: 400_000,
  }, async () => {
    const from = path.join(folder, 'from.json');
    const judgements = [thumb('a'), thumb('b'), thumb('c')];
    await writeFile(from, JSON.stringify({ features: FEATURES, judgements }));
    await runCommand(page, 'Preferences');
    await pressOnPage(page, 'Import JSON…');
    await answerWithPath(page, from);
    await untilPageSays(page, /Judgements imported: 3/);

    const to = path.join(folder, 'to.json');
    await pressOnPage(page, 'Export as JSON…');
    await answerWithPath(page, to);
    await until('the file', async () => (await readdir(folder)).includes('to.json'));
    await until('all of it', async () => (await readFile(to, 'utf8')).endsWith('}\n'));
    expect(JSON.parse(await readFile(to, 'utf8'))).toMatchObject({ features: FEATURES, judgements });

    await pressOnPage(page, 'Erase Judgements…');
    await answerQuestion(page, 'Erase all judgements about this model', 'Escape');
    await pressOnPage(page, 'Import JSON…');
    await leaveDialog(page);
    await untilPageSays(page, /Thumbs\s+3/);
    await pressOnPage(page, 'Erase Judgements…');
    await keep(page, screenshots, 'dialogs-erase');
    await answerQuestion(page, 'Erase all judgements about this model', 'Enter');
    await untilPageSays(page, /The judgements are erased\./);
    await keep(page, screenshots, 'dialogs-erased');
  });

  it('exports a measurement as CSV and SVG, nothing where the dialog is left, and says where it cannot be written', {
    timeout: 400_000,
  }, async () => {
    await runCommand(page, 'Measure Context');
    await untilPageSays(page, /There is code for windows up to/);
    await enterOnPage(page, '#count', '4');
    await untilPageSays(page, /Measured .*up to .* tokens\./);

    const csv = path.join(folder, 'curves.csv');
    await pressOnPage(page, 'Export as CSV…');
    await leaveDialog(page);
    await pressOnPage(page, 'Export as CSV…');
    await answerWithPath(page, csv);
    await until('the figures', async () => (await readdir(folder)).includes('curves.csv'));
    await until('all of them', async () => (await readFile(csv, 'utf8')).endsWith('\r\n'));
    const lines = (await readFile(csv, 'utf8')).trimEnd().split('\r\n');
    expect(lines[0]).toBe('kind,scaling,context,value,low,high,count');
    expect(lines.filter((line) => line.startsWith('loss,own,')).length).toBeGreaterThan(3);

    const svg = path.join(folder, 'curves.svg');
    await pressOnPage(page, 'Export as SVG… Loss by context');
    await answerWithPath(page, svg);
    await until('the picture', async () => (await readdir(folder)).includes('curves.svg'));
    await until('all of it', async () => (await readFile(svg, 'utf8')).endsWith('</svg>'));
    const elements = await page.evaluate(
      (text) => new DOMParser().parseFromString(text, 'image/svg+xml').querySelectorAll('svg > *, parsererror').length,
      await readFile(svg, 'utf8'),
    );
    expect(elements).toBeGreaterThan(3);
    expect(await readdir(path.join(folder, 'workspace'))).not.toContain('paddock-context.csv');

    // Nobody may create files there, not even an administrator.
    await pressOnPage(page, 'Export as CSV…');
    await answerWithPath(page, '/sys/curves.csv');
    await untilTold(page, /The measurement could not be saved: .*/);
  });

  it('imports a refusal direction from a file, exports it to another, and removes it after a confirmation', {
    timeout: 400_000,
  }, async () => {
    const { hidden_size: hiddenSize } = JSON.parse(await readFile(path.join(root, 'models/default/config.json'), 'utf8'));
    const direction = Float32Array.from({ length: hiddenSize }, (_, i) => i);
    const other = path.join(folder, 'other.gguf');
    await writeDirections(other, { hiddenSize: 3, directions: new Map([[1, Float32Array.of(1, 0, 0)]]) });
    await runCommand(page, 'Import Refusal Direction');
    await answerWithPath(page, other);
    await untilTold(page, /other\.gguf is of a model with 3 numbers in each/);

    const from = path.join(folder, 'calm.gguf');
    await writeDirections(from, { hiddenSize, directions: new Map([[1, direction]]), name: 'calm' });
    await runCommand(page, 'Import Refusal Direction');
    await answerWithPath(page, from);
    await untilTold(page, /The direction "calm" is imported, for the dial of the chat\./);
    await runCommand(page, 'Rename Refusal Direction');
    await untilListSays(page, /^calm$/);
    await page.keyboard.press('Enter');
    const name = page.locator('.quick-input-widget:visible .quick-input-box input');
    await until('the name', async () => (await name.inputValue()) === 'calm');
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('quiet');
    await page.keyboard.press('Enter');
    await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });

    const to = path.join(folder, 'out.gguf');
    await runCommand(page, 'Export Refusal Direction');
    await untilListSays(page, /^quiet$/);
    await page.keyboard.press('Enter');
    await answerWithPath(page, to);
    await until('the file', async () => (await readdir(folder)).includes('out.gguf'));
    const written = await readDirections(to);
    expect([written.name, ...written.directions]).toEqual(['quiet', [1, direction]]);

    for (const key of ['Escape', 'Enter'] as const) {
      await runCommand(page, 'Remove Refusal Direction');
      await untilListSays(page, /^quiet$/);
      await page.keyboard.press('Enter');
      await answerQuestion(page, 'Remove the direction quiet?', key);
    }
    await runCommand(page, 'Remove Refusal Direction');
    await untilTold(page, /No direction is stored for the open model/);

    await runCommand(page, 'Find Refusal Direction');
    await untilTold(page, /The direction is stored as "Found \d.*", for the dial of the chat\./);
    await keep(page, screenshots, 'dialogs-found');
  });
});

/** Presses a button of the page in the editor by keyboard, as soon as it is there. */
async function pressOnPage(page: Page, name: string): Promise<void> {
  const press = async () => {
    for (const frame of page.frames()) {
      const found = frame.locator('body[data-shown]').getByRole('button', { name, exact: true });
      if ((await found.count().catch(() => 0)) === 0) continue;
      await found.press('Enter');
      return true;
    }
    return false;
  };
  await until(`the button ${name}`, press, PATIENCE);
}

/** Enters a value into a field of the page in the editor, and confirms it. */
async function enterOnPage(page: Page, field: string, value: string): Promise<void> {
  const enter = async () => {
    for (const frame of page.frames()) {
      const found = frame.locator('body[data-shown]').locator(field);
      if ((await found.count().catch(() => 0)) === 0) continue;
      await found.fill(value);
      await found.press('Enter');
      return true;
    }
    return false;
  };
  await until(`the field ${field}`, enter, PATIENCE);
}

/** Enters a path into the file dialog, in place of the one that is there, and confirms it. */
async function answerWithPath(page: Page, file: string): Promise<void> {
  const input = page.locator('.quick-input-widget:visible .quick-input-box input');
  await until('the dialog of files', async () => (await input.count()) > 0 && (await input.inputValue()).startsWith('/'));
  // Until it has read the first folder, the dialog overwrites what is typed with that folder.
  const written = async () => {
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.insertText(file);
    await page.waitForTimeout(500);
    return (await input.inputValue()) === file;
  };
  await until('the path', written);
  await page.keyboard.press('Enter');
  await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
}

async function leaveDialog(page: Page): Promise<void> {
  await page.locator('.quick-input-widget:visible').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
}

/** Presses a key in the dialog that asks this question. */
async function answerQuestion(page: Page, question: string, key: 'Enter' | 'Escape'): Promise<void> {
  const dialog = page.locator('.monaco-dialog-box', { hasText: question });
  await dialog.waitFor();
  await dialog.locator(':focus').waitFor();
  await page.keyboard.press(key);
  await dialog.waitFor({ state: 'detached' });
}

async function untilPageSays(page: Page, text: RegExp): Promise<void> {
  await until(`the page to say ${text}`, async () => text.test((await look(page)).pages.join('\n')), PATIENCE);
}

async function untilListSays(page: Page, line: RegExp): Promise<void> {
  await until(`the list to say ${line}`, async () => (await look(page)).list.some((each) => line.test(each)));
}

/** Messages do not pop up under the server's test driver, so this reads the notification centre. */
async function untilTold(page: Page, text: RegExp): Promise<void> {
  const told = async () => {
    if (!(await page.locator('.notifications-center.visible').isVisible()))
      await page.locator('[id="status.notifications"]').click();
    return text.test((await look(page)).notifications.join('\n'));
  };
  await until(`to be told ${text}`, told, PATIENCE);
}
