import * as vscode from 'vscode';
import type { JudgementKind } from '../../../webview/protocol/preferences.ts';
import { newConversation, untilFieldFocused } from './conversations.ts';
import { accept, closeAll, openText, pause, predictable, type, typeUntilSuggested } from './editor.ts';
import { paddock, setting } from './paddock.ts';
import { closePages, untilPageSays } from './pages.ts';
import { isWatched, strike } from './say.ts';
import { until } from './until.ts';

describe('judging answers', function () {
  this.timeout(180_000); // several answers are generated
  before(async () => {
    await (await paddock()).ready();
  });
  // A test that is tried again finds the stored data of the first attempt.
  beforeEach(async () => {
    if (!isWatched) return;
    await vscode.commands.executeCommand('paddock.preferences.show');
    await strike({ choose: 'Back to the Heads as Shipped' });
    await untilPageSays('preferences-before', /one answer is drawn/);
    await closePages();
  });
  after(async () => {
    await closePages();
    await closeAll();
  });

  it('generates candidates, records judgements of them, learns, and goes back to the shipped heads', async () => {
    if (!isWatched) return;
    const api = await paddock();
    await newConversation('chat-judging-new', /Best of 1/);
    // After the heading come the radio buttons, of which 1 is chosen.
    await strike({ choose: 'Best of 1' }, { press: 'Tab' }, { press: 'ArrowDown' });
    await untilPageSays('chat-best-of', /Best of 2/, /0\.19 nats/, /More than 4 can be drawn once there are 50 comparisons/);
    await strike({ choose: 'Best of 2' });
    await vscode.commands.executeCommand('paddock.chat.open');
    await untilFieldFocused();
    // Nothing that was learned, so that no two answers are the same: those would be one.
    await strike({ type: 'Tell me a long story about a horse and a fence.' }, { press: 'Enter' });
    await until('the answer', () => /^(?:done|stopped)$/.test(api.chat().at(-1)?.state ?? ''), 120_000);
    await untilPageSays('chat-candidates', /2 candidates\./, /Combined:\s+[01]\.\d\d/, /Compare Two Versions/);

    const before = [await count('thumb'), await count('ranking'), await count('comparison')] as const;
    await strike({ choose: 'Good Answer' });
    await until('a thumb', async () => (await count('thumb')) > before[0]);
    await strike({ choose: 'Move Down: Candidate 1 of 2' });
    await until('a ranking', async () => (await count('ranking')) > before[1]);
    await strike({ choose: 'Compare Two Versions' }, { choose: 'Version 1 is slightly better' });
    await strike({ choose: 'Keep This Judgement' });
    await until('a comparison', async () => (await count('comparison')) > before[2]);
    await untilPageSays('chat-judged', /They are in your order/, /Kept\./);

    await vscode.commands.executeCommand('paddock.preferences.show');
    await untilPageSays('preferences', /Over-optimisation meter/, /As shipped \(in use\)/, /Recent answers/);
    await strike({ choose: 'Learn Now' });
    await untilPageSays('preferences-learnt', /The (?:new )?heads (?:stay|are|before)/);
    // VS Code suppresses the question whether to erase during tests.
    await strike({ choose: 'Back to the Heads as Shipped' });
    await untilPageSays('preferences-reset', /As shipped \(in use\)/, /one answer is drawn/);
  });
});

describe('what becomes of inline suggestions', () => {
  before(async () => {
    await (await paddock()).ready();
    await until('the preferences', async () => (await paddock()).preferences().counts.length > 0);
  });
  afterEach(async () => {
    await setting('paddock.statistics.enabled', undefined);
    await closePages();
    await closeAll();
  });

  it('counts as a judgement at once, whether taken or not, also while statistics are off', async () => {
    await setting('paddock.statistics.enabled', false);
    const before = await count('suggestion');
    const editor = await openText(predictable);
    await typeUntilSuggested();
    await accept(editor);
    await until('the acceptance', async () => (await count('suggestion')) > before);
    await openText(predictable);
    await typeUntilSuggested();
    await pause(1_000); // long enough to be read
    const shown = await count('suggestion');
    await type('@');
    await until('the rejection', async () => (await count('suggestion')) > shown);
    await vscode.commands.executeCommand('paddock.preferences.show');
    await untilPageSays('preferences-suggestions', /^Inline suggestions taken or not\t[1-9]/m);
    // What was on the screen when the page came before it counts, too.
    const noted = await count('suggestion');
    await untilPageSays('preferences-suggestions', new RegExp(`^Inline suggestions taken or not\\t${noted}$`, 'm'));
  });
});

async function count(kind: JudgementKind): Promise<number> {
  const { counts } = (await paddock()).preferences();
  return counts.find((each) => each.kind === kind)?.count ?? 0;
}
