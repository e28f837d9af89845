import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll } from './editor.ts';
import { paddock } from './paddock.ts';
import { closePages, untilPageSays } from './pages.ts';
import { isWatched, strike } from './say.ts';
import { until } from './until.ts';

describe('the context window', () => {
  before(async () => {
    await (await paddock()).ready();
  });
  afterEach(closePages);
  after(closeAll);

  it('is measured with the code of the workspace, by keyboard alone, and applied to chats', async () => {
    if (!isWatched) return;
    const api = await paddock();
    await vscode.commands.executeCommand('paddock.context.measure');
    await until('code to measure with', async () => (api.contextMeasurement().longestText ?? 0) > 0, 60_000);
    await untilPageSays('context-empty', /There is code for windows up to/, /Nothing has been measured|Recommended window/);
    const [window] = api.contextMeasurement().windows;
    assert.equal(window, 128);
    // The second field is the number of stretches. Enter starts the measurement.
    await strike({ press: 'Tab' }, { press: 'Tab' }, { press: 'ControlOrMeta+a' }, { type: '4' }, { press: 'Enter' });
    await until('the measurement', () => api.contextMeasurement().measurement?.isComplete === true, 80_000);
    const [curve] = api.contextMeasurement().measurement?.curves ?? [];
    assert.ok(curve && curve.points.length > 3 && curve.stretches > 1);
    assert.ok(curve.points.every(({ loss }) => loss > 0 && loss < 15));
    assert.ok(curve.recommendation && (curve.recommendation.ms ?? 0) > 0 && (curve.recommendation.bytes ?? 0) > 0);
    // Whoever waits for it, however short it is, has the keyboard on the recommendation in the end.
    await untilPageSays('context-measured', /Measured .*up to .* tokens\./, /Use in Chat/);
    await until(
      'the recommendation to have the keyboard',
      async () => (await strike()).focused?.startsWith('Use in Chat') ?? false,
    );
    await strike({ press: 'Enter' });
    const { window: recommended } = curve.recommendation;
    await until('chats to have it', () => api.chatWindow()?.window === recommended);
    await until("VS Code's own chat to have it", async () => {
      const [known] = await vscode.lm.selectChatModels({ vendor: 'paddock' });
      return known !== undefined && known.maxInputTokens < recommended;
    });
  });

  it('shows the last measurement at once', async () => {
    if (!isWatched) return;
    await vscode.commands.executeCommand('paddock.context.measure');
    await untilPageSays('context-again', /Measured .*up to .* tokens\./, /Loss by context/);
  });
});
