import { describe, expect, it } from 'vitest';
import { chatPanelForEach } from './chatPanel.ts';
import { fullView, talkView } from './chatScenes.ts';
import { chatTexts } from './chatTexts.ts';

describe('the chat panel, with pins', () => {
  const panel = chatPanelForEach();
  const chips = () => panel.opened.page.getByRole('list', { name: chatTexts.pinned });
  const openPin = async () => {
    const summary = panel.opened.page.locator('summary', { hasText: chatTexts.pin });
    await summary.focus();
    await panel.opened.page.keyboard.press('Enter');
  };

  it('lists what is pinned, and nothing if nothing is sent', async () => {
    await panel.open(fullView);
    expect(await chips().ariaSnapshot()).toMatchInlineSnapshot(`
      "- list "Pinned":
        - listitem "Answer as to a colleague who has never seen this project.":
          - text: Answer as to a colleague who has never seen this project.
          - button "Unpin Answer as to a colleague who has never seen this project."
        - listitem "TypeScript only":
          - text: TypeScript only
          - button "Unpin TypeScript only"
        - listitem "At most 5 lines":
          - text: At most 5 lines
          - button "Unpin At most 5 lines"
        - listitem "Why could this fail?":
          - text: Why could this fail?
          - button "Unpin Why could this fail?""
    `);
    await panel.open({ ...talkView, pinned: { text: 'Be brief.', mode: 'off', constraints: ['chinese'] } });
    expect(await chips().count()).toBe(0);
  });

  it('says what the instruction costs, and when, once it is counted', async () => {
    const pinned = { text: 'Be brief.', mode: 'every', constraints: [] } as const;
    const page = await panel.open({ ...talkView, pinned });
    expect(await chips().getAttribute('aria-describedby')).toBe(null);
    const { gauge, attachments } = talkView;
    await panel.opened.send({ kind: 'gauge', gauge, attachments, pinCost: 12 });
    const cost = page.getByText('About 12 tokens with every message', { exact: true });
    expect(await cost.isVisible()).toBe(true);
    expect(await chips().getAttribute('aria-describedby')).toBe(await cost.getAttribute('id'));
    await panel.opened.send({ ...talkView, pinned: { ...pinned, mode: 'first' }, pinCost: 1 });
    expect(await page.getByText('About 1 token with the first message', { exact: true }).isVisible()).toBe(true);
    await panel.opened.send({ ...talkView, pinned: { ...pinned, mode: 'off' } });
    expect(await page.getByText(/^About \d/).count()).toBe(0);
  });

  it('unpins by keyboard only what the chip shows', async () => {
    const page = await panel.open(fullView);
    const { text } = fullView.pinned;
    for (const name of [text, chatTexts.pinTypescript, 'Why could this fail?']) {
      await panel.button(chatTexts.unpin.replace('{0}', name)).focus();
      await page.keyboard.press('Enter');
    }
    expect(await panel.sent()).toEqual([
      { kind: 'pin', pinned: { text: '' } },
      { kind: 'pin', pinned: { constraints: { typescript: false } } },
      { kind: 'pinTurn', message: 'q3', pinned: false },
    ]);
  });

  it('leads to the test of retention', async () => {
    await panel.open(fullView);
    await openPin();
    await panel.button(chatTexts.pinTest).press('Enter');
    expect(await panel.sent()).toEqual([{ kind: 'measure' }]);
  });

  it('moves the focus to the next chip, and after the last to the field', async () => {
    const page = await panel.open({ ...talkView, pinned: { text: '', mode: 'every', constraints: ['chinese', 'fiveLines'] } });
    await panel.button(chatTexts.unpin.replace('{0}', chatTexts.pinChinese)).focus();
    await page.keyboard.press('Enter');
    await panel.opened.send({ ...talkView, pinned: { text: '', mode: 'every', constraints: ['fiveLines'] } });
    expect(await panel.focused()).toBe(chatTexts.unpin.replace('{0}', chatTexts.pinFiveLines));
    await page.keyboard.press('Enter');
    await panel.opened.send({ ...talkView, pinned: { text: '', mode: 'every', constraints: [] } });
    expect(await panel.focused()).toBe(chatTexts.message);
  });

  it('pins by keyboard, and sends only what was changed, so that no change that is not shown yet is lost', async () => {
    const page = await panel.open(talkView);
    await openPin();
    await panel.button(chatTexts.pinNoComments).focus();
    await page.keyboard.press('Space');
    expect(await panel.sent()).toEqual([{ kind: 'pin', pinned: { constraints: { noComments: true } } }]);
    const pinned = { text: '', mode: 'first', constraints: ['noComments'] } as const;
    await panel.opened.send({ ...talkView, pinned });
    expect(await panel.button(chatTexts.pinNoComments).getAttribute('aria-pressed')).toBe('true');
    await panel.button(chatTexts.pinFiveLines).click();
    await page.getByRole('radio', { name: chatTexts.pinEvery }).check();
    await page.getByRole('textbox', { name: chatTexts.pin }).fill('Be brief.');
    await page.keyboard.press('Tab');
    expect(await panel.sent()).toEqual([
      { kind: 'pin', pinned: { constraints: { fiveLines: true } } },
      { kind: 'pin', pinned: { mode: 'every' } },
      { kind: 'pin', pinned: { text: 'Be brief.' } },
    ]);
  });

  it('keeps a question in the window', async () => {
    const page = await panel.open(talkView);
    await panel.button(chatTexts.pinTurn).focus();
    await page.keyboard.press('Enter');
    expect(await panel.sent()).toEqual([{ kind: 'pinTurn', message: 'q1', pinned: true }]);
  });

  it('says whether an answer follows it', async () => {
    const page = await panel.open(fullView);
    const checks = page.getByRole('list', { name: chatTexts.pinConstraints }).first();
    expect(await checks.ariaSnapshot()).toMatchInlineSnapshot(`
      "- list "Checked in every answer":
        - 'listitem "Kept: TypeScript only"'
        - 'listitem "Not kept: At most 5 lines"'"
    `);
  });
});
