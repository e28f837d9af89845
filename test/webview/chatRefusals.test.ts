import { describe, expect, it } from 'vitest';
import type { ChatView } from '../../webview/protocol/chat.ts';
import type { ShownRefusals } from '../../webview/protocol/chatRefusals.ts';
import { chatPanelForEach } from './chatPanel.ts';
import { answer, question, refusalsView, talkView } from './chatScenes.ts';
import { chatTexts } from './chatTexts.ts';

const off: ShownRefusals = {
  threshold: null,
  level: 'none',
  custom: '',
  canDial: true,
  prompts: { brief: 'Answer in few words.', cautious: 'Answer with care.' },
};
const viewWith = (refusals: Partial<ShownRefusals>): ChatView => ({ ...talkView, refusals: { ...off, ...refusals } });

describe('the chat panel, with refusals', () => {
  const panel = chatPanelForEach();
  const slider = () => panel.opened.page.getByRole('slider', { name: chatTexts.dial });
  const threshold = () => panel.opened.page.getByRole('spinbutton', { name: chatTexts.dialThreshold });
  const openRefusals = async () => {
    await panel.opened.page.locator('summary', { hasText: chatTexts.refusals }).focus();
    await panel.opened.page.keyboard.press('Enter');
  };

  it('begins with no dial: the model decides by itself until one is wanted', async () => {
    await panel.open(viewWith({}));
    await openRefusals();
    expect(await slider().count()).toBe(0);
    await panel.opened.page.getByRole('checkbox', { name: chatTexts.dialUse }).check();
    expect(await panel.sent()).toEqual([{ kind: 'refusals', settings: { threshold: 0.5, level: 'none', custom: '' } }]);
  });

  it('is turned with keys, and says where it stands in words', async () => {
    const page = await panel.open(viewWith({ threshold: 0.5 }));
    await openRefusals();
    expect(await slider().getAttribute('aria-valuetext')).toBe('Balanced: it refuses where a refusal is more than 50% probable');
    await slider().focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('End');
    expect(await slider().getAttribute('aria-valuetext')).toBe(
      'Refuses nothing: it refuses where a refusal is more than 100% probable',
    );
    const settings = { level: 'none', custom: '' };
    expect(await panel.sent()).toEqual([
      { kind: 'refusals', settings: { threshold: 0.525, ...settings } },
      { kind: 'refusals', settings: { threshold: 1, ...settings } },
    ]);
  });

  it('takes a number as well, within its bounds, and none for what is no number', async () => {
    const page = await panel.open(viewWith({ threshold: 0.5 }));
    await openRefusals();
    for (const typed of ['0.12345', '7', '']) {
      await threshold().fill(typed);
      await page.keyboard.press('Tab');
    }
    expect((await panel.sent()).map((intent) => intent.kind === 'refusals' && intent.settings.threshold)).toEqual([0.1235, 1]);
    expect(await threshold().inputValue()).toBe('0.5');
  });

  it('says why a model has no dial, and tells it something first all the same', async () => {
    const page = await panel.open(viewWith({ canDial: false }));
    await openRefusals();
    expect(await page.getByText(chatTexts.dialNone).isVisible()).toBe(true);
    expect(await page.getByRole('checkbox', { name: chatTexts.dialUse }).count()).toBe(0);
    for (const text of Object.values(off.prompts)) expect(await page.getByText(text).isVisible()).toBe(true);
    await page.getByRole('radio', { name: chatTexts.promptCautious }).check();
    expect(await panel.sent()).toEqual([{ kind: 'refusals', settings: { threshold: null, level: 'cautious', custom: '' } }]);
  });

  it('takes the person’s own words', async () => {
    const page = await panel.open(viewWith({ level: 'custom' }));
    await openRefusals();
    await page.getByRole('textbox', { name: chatTexts.promptText }).fill('Be kind.');
    await page.keyboard.press('Tab');
    expect(await panel.sent()).toEqual([
      { kind: 'refusals', settings: { threshold: null, level: 'custom', custom: 'Be kind.' } },
    ]);
  });

  it('is reset with one click, which keeps what was written', async () => {
    await panel.open(viewWith({ threshold: 0.1, level: 'custom', custom: 'Be kind.' }));
    await openRefusals();
    await panel.button(chatTexts.dialReset).click();
    expect(await panel.sent()).toEqual([{ kind: 'refusals', settings: { threshold: null, level: 'none', custom: 'Be kind.' } }]);
  });

  it('shows how an answer was decided, and asks for one anyway where it was refused', async () => {
    const page = await panel.open(refusalsView);
    expect(await page.locator('.below .note').first().textContent()).toMatch(/ · a refusal 31\.4% probable, refused above 20%$/);
    expect(await panel.button(chatTexts.answerAnyway).count()).toBe(1);
    await panel.button(chatTexts.answerAnyway).click();
    expect(await panel.sent()).toEqual([{ kind: 'answerAnyway', message: 'a1' }]);
    await panel.opened.send({ ...refusalsView, busy: true });
    expect(await panel.button(chatTexts.answerAnyway).isDisabled()).toBe(true);
  });

  it('leaves whoever asked for an answer anyway at that answer', async () => {
    const page = await panel.open(refusalsView);
    await panel.button(chatTexts.answerAnyway).focus();
    await page.keyboard.press('Enter');
    const version = { index: 1, count: 2 };
    const messages = [question('q1', 'How do I kill a zombie?'), answer('a1b', '', { state: 'streaming', version })];
    await panel.opened.send({ ...refusalsView, messages, busy: true });
    expect(await page.evaluate('document.activeElement.id')).toBe('message-a1b');
  });

  it('offers where the dial would have to stand, until it is told', async () => {
    const page = await panel.open(refusalsView);
    expect(await page.getByText('With the dial at 41.3%, this would not have been refused.').isVisible()).toBe(true);
    await panel.button(chatTexts.dialMove).focus();
    await page.keyboard.press('Enter');
    expect(await panel.focused()).toBe(chatTexts.paddock);
    await panel.button(chatTexts.dialLeave).click();
    expect(await panel.sent()).toEqual([
      { kind: 'moveDial', message: 'a2', move: true },
      { kind: 'moveDial', message: 'a2', move: false },
    ]);
    const messages = refusalsView.messages.map((message) => ({
      ...message,
      decision: message.decision && { ...message.decision, offer: null },
    }));
    await panel.opened.send({ ...refusalsView, messages });
    expect(await panel.button(chatTexts.dialMove).count()).toBe(0);
  });
});
