import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll } from './editor.ts';
import { paddock } from './paddock.ts';
import { closePages, untilPageSays } from './pages.ts';
import { isWatched, strike } from './say.ts';
import { until } from './until.ts';

describe('the test of retention', () => {
  before(async () => {
    await (await paddock()).ready();
  });
  after(async () => {
    await closePages();
    await closeAll();
  });

  it('is started and stopped by clicks, and keeps the results so far', async () => {
    if (!isWatched) return;
    const api = await paddock();
    await vscode.commands.executeCommand('paddock.context.measure');
    await until('code to measure with', async () => (api.contextMeasurement().longestText ?? 0) > 0, 60_000);
    await untilPageSays('retention-before', /Instruction kept/, /Test Retention/);
    await strike({ choose: 'Test Retention' });
    await until(
      'answers',
      () => {
        const { progress, retention } = api.contextMeasurement();
        return progress !== null && (retention?.turns.length ?? 0) > 0;
      },
      60_000,
    );
    // The page's own bar shows how far it is; a notification does while the page is out of sight.
    await vscode.commands.executeCommand('notifications.showList');
    const isTold = async () => (await strike()).notifications?.join('\n').includes('Testing retention with') ?? false;
    assert.equal(await isTold(), false);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument());
    await until('the notification', isTold);
    await vscode.commands.executeCommand('paddock.context.measure');
    await until('no notification', async () => !(await isTold()));
    await vscode.commands.executeCommand('notifications.hideList');
    await strike({ choose: 'Stop' });
    await until('the end', () => api.contextMeasurement().progress === null, 30_000);
    const { retention } = api.contextMeasurement();
    assert.ok(retention && !retention.isComplete && retention.turns.length > 0);
    assert.deepEqual(
      retention.turns.map(({ turn }) => turn),
      retention.turns.map((_, i) => i + 1),
    );
    await untilPageSays('retention-in-part', /in a window of [\d,]+ tokens, in part/, /Said once/);
  });
});
