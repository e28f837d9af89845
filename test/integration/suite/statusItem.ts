import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, openText, predictable, typeUntilSuggested } from './editor.ts';
import { ghostIn, glance, tab, write, writeUntilSuggested } from './keyboard.ts';
import { paddock, reach, setting } from './paddock.ts';
import { untilTooltipSays } from './pages.ts';
import { isWatched, strike } from './say.ts';
import { until } from './until.ts';

describe('the status item', () => {
  before(async () => {
    await (await paddock()).ready();
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    await closeAll();
    await setting('paddock.inlineCompletion.languages', undefined);
  });

  it('shows the model, its device, and the cost of the last suggestion', async () => {
    const api = await paddock();
    await openText(`// ${Date.now()}, for which nothing is known yet.\n${predictable}`);
    const { stats } = await typeUntilSuggested();
    assert.ok(stats);
    await reach('ready'); // after what is computed ahead, too
    await until('the memory', () => api.workspaceMemory().state === 'ready');
    await untilTooltipSays(
      'status-tooltip',
      /^Ready,\swith\s.+\.$/m, // appended as text, with non-breaking spaces
      /^Model: \w+, .+ parameters$/m,
      /^Runs on \w+, threads: \d+; opened in [\d.,]+ s$/m,
      new RegExp(`^Last (suggestion|one that was computed): ${stats.generatedTokens} tokens? in \\d+ ms$`, 'm'),
      new RegExp(
        `^${stats.promptTokens.toLocaleString('en')} tokens of code read, \\d+% of that known from the request before$`,
        'm',
      ),
      /^first token after \d+ ms/m,
    );
  });

  it('opens a menu when clicked, from which a language is turned off and on by keyboard', async () => {
    if (!isWatched) return;
    const api = await paddock();
    const editor = await openText(predictable);
    const offered = await choose('Turn Off for TypeScript');
    for (const label of ['Turn Inline Completion Off', 'Snooze Suggestions…', 'Why No Suggestion?', 'Open Model…', 'Show Log'])
      assert.ok(
        offered.some((line) => line.startsWith(label)),
        `${label} in ${offered}`,
      );
    await write(' ');
    await until('the reason', () => api.silences()[0]?.silence === 'language-disabled');
    assert.equal(ghostIn(await glance()), '');
    await choose('Turn On for TypeScript');
    const report = await writeUntilSuggested('a / b;\n');
    assert.equal(await tab(editor, report), report.text);
  });
});

/**
 * Clicks on the status item and chooses an entry of its menu by keyboard.
 * @returns all entries
 */
async function choose(label: string): Promise<readonly string[]> {
  await strike({ click: '.statusbar-item[id*="paddock"]' });
  let list: readonly string[] = [];
  await until('the menu', async () => {
    list = (await glance()).list ?? [];
    return list.some((line) => line.startsWith(label));
  });
  await strike({ type: label });
  await until('the entry alone', async () => (await glance()).list?.length === 1);
  await strike({ press: 'Enter' });
  await until('the menu to close', async () => (await glance()).list?.length === 0);
  return list;
}
