import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { lastConversation, newConversation } from './conversations.ts';
import { closeAll, openText } from './editor.ts';
import { paddock } from './paddock.ts';
import { untilPageSays } from './pages.ts';
import { isWatched, strike } from './say.ts';
import { until } from './until.ts';

/** Similar to a function of the sample's `orders.ts`, and not yet documented. */
const code = `export function linesOf(orders: Order[], customer: string): OrderLine[] {
  return orders.filter((order) => order.customer === customer).flatMap((order) => order.lines);
}`;
/** Must never be shown, although nothing is more similar. */
const documented = (secret: string) =>
  `/** Returns the lines of one customer, unlike others. */\n${code}\nexport const key = '${secret}';\n`;

describe('examples in the chat', () => {
  const root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  const hidden = path.join(root, 'src', 'keys.ts');

  before(async () => {
    await writeFile(hidden, documented(`ghp_${'a1B2'.repeat(10)}`).replace('linesOf', 'linesOfAll'));
    await (await paddock()).ready();
  });
  after(async () => {
    await rm(hidden);
    await closeAll();
  });

  it('are turned on in the panel, shown with their number of tokens, and sent with the command', async () => {
    if (!isWatched) return;
    const editor = await openText(code);
    editor.selection = new vscode.Selection(0, 0, 2, 1);
    await newConversation('chat-examples-new');
    await strike({ type: '/doc ' });
    await untilPageSays('chat-examples-none', /From your workspace/);
    await strike({ press: 'Shift+Tab' }, { press: 'ArrowUp' }, { press: 'ArrowUp' });
    await untilPageSays('chat-examples', /ordersOf \(src\/orders\.ts:\d+\)/, /\d+ tokens/);
    await strike({ press: 'Tab' }, { press: 'Enter' });
    await until('the answer', async () => /^(?:done|stopped)$/.test((await paddock()).chat().at(-1)?.state ?? ''), 60_000);
    const [question] = (await lastConversation()).messages;
    assert.equal(question?.text, '/doc');
    const labels = question?.examples?.map(({ label }) => label) ?? [];
    assert.equal(labels.length, 2);
    assert.match(labels[0] ?? '', /^ordersOf \(src\/orders\.ts:\d+\)$/);
    assert.match(question?.examples?.[0]?.answer ?? '', /\/\*\* Returns the orders of one customer\. \*\//);
    assert.ok(
      labels.every((label) => !label.includes('keys.ts')),
      labels.join(),
    );
    await untilPageSays('chat-examples-given', /Examples given: ordersOf/);
  });
});
