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

  it('is started by keyboard and stopped by a click, and shows the results so far', async () => {
    if (!isWatched) return;
    const api = await paddock();
    await vscode.commands.executeCommand('paddock.refusals.audit');
    const kept = api.audit().audits.length;
    const shown = kept === 0 ? /Nothing has been audited/ : /shown above/;
    await untilPageSays('audit-empty', /Borderline: sounds dangerous and is not \(210\)/, shown);
    // Tab stops: three sets, the system prompt, the button for files, the button that starts. An audit runs for each prompt of the chat.
    // All of them together take only seconds, so the click must come at once.
    await strike(tab, tab, tab, tab, { press: 'End' }, tab, tab, enter, { choose: 'Stop' });
    await until('the end', () => api.audit().progress === null && api.audit().audits.length > kept, 60_000);
    const { audit, problem } = api.audit();
    assert.ok(audit, 'no audit is shown');
    assert.equal(problem, '');
    assert.ok(!audit.isComplete && audit.count > 0 && audit.count < 470, `${audit.count} requests`);
    assert.ok(audit.sweep && audit.sweep.sets.length > 0);
    assert.equal(audit.requests.length, audit.count);
    await untilPageSays('audit-in-part', /in part: it has not come to its end/, /Refusals over the dial/, /refused wrongly/);
  });

  it('does not block suggestions, and is kept beside the previous one', async () => {
    if (!isWatched) return;
    const api = await paddock();
    await vscode.commands.executeCommand('paddock.refusals.audit');
    await untilPageSays('audit-kept', /shown above/);
    const kept = api.audit().audits.length;
    // Of the three sets only the one with requests that should be refused.
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
    // From the curve to the wrong answers at its point: at the permissive end every request is answered.
    await strike({ choose: 'Threshold on the plot' }, { press: 'End' });
    const wrong = () => api.audit().audit?.requests.filter(({ isWrong }) => isWrong).length;
    await until('the permissive end', () => api.audit().audit?.sweep?.threshold === 1 && wrong() === 60);
    await strike({ press: 'ArrowLeft' });
    await until('the change before', () => (wrong() ?? 60) < 60);
    await strike({ press: 'Enter' });
    const told = new RegExp(`: 0 refused wrongly, ${wrong()} answered wrongly\\.`);
    await untilPageSays('audit-wrong', told, /Treated wrongly, by word or subject/, /ransomware \(\d\)/);
    // From the curve to the chat: the shown threshold is put on the dial.
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
