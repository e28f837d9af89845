import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { paddock } from './paddock.ts';
import { closePages, untilPageSays } from './pages.ts';
import { isWatched, strike } from './say.ts';
import { until } from './until.ts';

/** Fields of the page of measurements before the button of the test, where nothing has been measured yet. */
const FIELDS_BEFORE = 15;

describe('the test of retention', () => {
  before(async () => {
    await (await paddock()).ready();
  });
  after(closePages);

  it('is begun and stopped with keys, and leaves what there was', async () => {
    if (!isWatched) return;
    const api = await paddock();
    await vscode.commands.executeCommand('paddock.context.measure');
    await until('code to measure with', async () => (api.contextMeasurement().longestText ?? 0) > 0, 60_000);
    await untilPageSays('retention-before', /Instruction kept/, /Test Retention/);
    assert.equal(api.contextMeasurement().measurement, null);
    await strike(...Array.from({ length: FIELDS_BEFORE + 1 }, () => ({ press: 'Tab' })), { press: 'Enter' });
    await until('answers', () => (api.contextMeasurement().retention?.turns.length ?? 0) > 3, 60_000);
    // The button that stops it is the one before.
    await strike({ press: 'Shift+Tab' }, { press: 'Enter' });
    await until('the end', () => api.contextMeasurement().progress === null, 30_000);
    const { retention } = api.contextMeasurement();
    assert.ok(retention && !retention.isComplete && retention.turns.length > 3);
    assert.deepEqual(
      retention.turns.map(({ turn }) => turn),
      retention.turns.map((_, i) => i + 1),
    );
    await untilPageSays('retention-in-part', /in a window of [\d,]+ tokens, in part/, /Said once/);
  });
});
