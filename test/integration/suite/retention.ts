import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { paddock } from './paddock.ts';
import { closePages, untilPageSays } from './pages.ts';
import { isWatched, strike } from './say.ts';
import { until } from './until.ts';

describe('the test of retention', () => {
  before(async () => {
    await (await paddock()).ready();
  });
  after(closePages);

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
