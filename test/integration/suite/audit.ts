import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, openText, predictable, typeUntilSuggested } from './editor.ts';
import { paddock } from './paddock.ts';
import { closePages, untilPageSays } from './pages.ts';
import { isWatched, strike } from './say.ts';
import { until } from './until.ts';

const [tab, space, enter] = [{ press: 'Tab' }, { press: 'Space' }, { press: 'Enter' }];

describe('an audit of refusals', () => {
  before(async () => {
    await (await paddock()).ready();
  });
  afterEach(async () => {
    await closePages();
    await closeAll();
  });

  it('is begun and stopped with keys, and says something of every set then', async () => {
    if (!isWatched) return;
    const api = await paddock();
    await vscode.commands.executeCommand('paddock.refusals.audit');
    const kept = api.audit().audits.length;
    const shown = kept === 0 ? /Nothing has been audited/ : /shown above/;
    await untilPageSays('audit-empty', /Borderline: sounds dangerous and is not \(210\)/, shown);
    // Three sets, what the model is told, the button of files, the one that begins; in its place comes the one that stops.
    await strike(tab, tab, tab, tab, tab, tab, enter);
    await until('some requests', () => (api.audit().progress?.done ?? 0) >= 24, 60_000);
    assert.equal(api.audit().progress?.of, 470);
    await strike(enter);
    await until('the end', () => api.audit().progress === null);
    const { audit, audits, problem } = api.audit();
    assert.ok(audit && !audit.isComplete && audit.count >= 24 && audit.count < 470);
    assert.deepEqual(audit.sweep?.sets.map(({ set }) => set).toSorted(), ['borderline', 'contrast', 'ordinary']);
    assert.equal(audit.requests.length, audit.count);
    assert.deepEqual([audits.length, problem], [kept + 1, '']);
    await untilPageSays('audit-in-part', /in part: it has not come to its end/, /Refusals over the dial/, /refused wrongly/);
  });

  it('lets suggestions come while it goes on, and is kept beside the one before', async () => {
    if (!isWatched) return;
    const api = await paddock();
    await vscode.commands.executeCommand('paddock.refusals.audit');
    await untilPageSays('audit-kept', /shown above/);
    const kept = api.audit().audits.length;
    // Of the three sets only that which should be refused.
    await strike(tab, space, tab, tab, space, tab, tab, tab, enter);
    await until('a request', () => (api.audit().progress?.done ?? 0) > 0, 60_000);
    await openText(predictable);
    await typeUntilSuggested();
    await until('the end', () => api.audit().progress === null, 80_000);
    const { audit, audits } = api.audit();
    assert.ok(audit?.isComplete && audit.count === 60);
    assert.ok(audit.requests.every(({ probability }) => probability !== null && probability >= 0 && probability <= 1));
    assert.equal(audits.length, kept + 1);
    await vscode.commands.executeCommand('paddock.refusals.audit');
    await untilPageSays('audit-compared', /60 requests\./, /Compare/);
    // From the curve to the chat: the threshold that is shown is put on the dial.
    await strike({ choose: 'Use This Threshold in the Chat' });
    await until('the dial', () => api.refusals()?.threshold === api.audit().audit?.sweep?.threshold);
    await untilPageSays('audit-used', /Use This Threshold in the Chat/);
    await vscode.commands.executeCommand('paddock.chat.new');
    await strike({ choose: 'Refusals' });
    await untilPageSays('audit-on-the-dial', /It drives the token by which the model decides/);
    await strike({ choose: 'Reset for This Model' });
    await until('the reset', () => api.refusals()?.threshold === null);
  });
});
