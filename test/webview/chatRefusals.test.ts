import { describe, expect, it } from 'vitest';
import type { ChatView } from '../../webview/protocol/chat.ts';
import { BY_ITSELF, type ShownDecision, type ShownRefusals } from '../../webview/protocol/chatRefusals.ts';
import { chatPanelForEach } from './chatPanel.ts';
import { answer, question, refusalsView, talkView, untuned } from './chatScenes.ts';
import { chatTexts } from './chatTexts.ts';
import { best } from './preferenceScenes.ts';

const viewWith = (refusals: Partial<ShownRefusals>): ChatView => ({ ...talkView, refusals: { ...untuned, ...refusals } });

/** What a reset sets: the person's own words are kept. */
const { custom: _, ...untouched } = BY_ITSELF;

const directions = [
  { path: '/a.gguf', name: 'a' },
  { path: '/b.gguf', name: 'b' },
];

describe('the chat panel, with refusals', () => {
  const panel = chatPanelForEach();
  const slider = () => panel.opened.page.getByRole('slider', { name: chatTexts.dial });
  const threshold = () => panel.opened.page.getByRole('spinbutton', { name: chatTexts.dialThreshold });
  const openRefusals = async () => {
    await panel.opened.page.locator('summary', { hasText: chatTexts.refusals }).focus();
    await panel.opened.page.keyboard.press('Enter');
  };
  const openLevers = async () => {
    await panel.opened.page.locator('summary', { hasText: chatTexts.levers }).focus();
    await panel.opened.page.keyboard.press('Enter');
  };

  it('starts without a dial: the model decides by itself until one is set', async () => {
    await panel.open(viewWith({}));
    await openRefusals();
    expect(await slider().count()).toBe(0);
    await panel.opened.page.getByRole('checkbox', { name: chatTexts.dialUse }).check();
    expect(await panel.sent()).toEqual([{ kind: 'refusals', settings: { threshold: 0.5 } }]);
  });

  it('is moved by keyboard, and gives its position in words', async () => {
    const page = await panel.open(viewWith({ threshold: 0.5 }));
    await openRefusals();
    expect(await slider().getAttribute('aria-valuetext')).toBe('Balanced: it refuses where a refusal is more than 50% probable');
    await slider().focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('End');
    expect(await slider().getAttribute('aria-valuetext')).toBe(
      'Refuses nothing: it refuses where a refusal is more than 100% probable',
    );
    expect(await panel.sent()).toEqual([
      { kind: 'refusals', settings: { threshold: 0.525 } },
      { kind: 'refusals', settings: { threshold: 1 } },
    ]);
  });

  it('names its places side by side, with room between them', async () => {
    const page = await panel.open(viewWith({ threshold: 0.5 }));
    await page.setViewportSize({ width: 280, height: 800 });
    await openRefusals();
    const places = await page.locator('.dialEnds > *').evaluateAll((names) =>
      names.map((name) => {
        const { left, right, top } = name.getBoundingClientRect();
        return { left, right, top };
      }),
    );
    expect(places.length).toBe(3);
    for (const [i, place] of places.slice(1).entries()) {
      expect(place.top).toBe(places[i]?.top);
      expect(place.left - (places[i]?.right ?? 0)).toBeGreaterThan(5);
    }
  });

  it('also takes a number, kept within its bounds, and ignores other text', async () => {
    const page = await panel.open(viewWith({ threshold: 0.5 }));
    await openRefusals();
    for (const typed of ['0.12345', '7', '']) {
      await threshold().fill(typed);
      await page.keyboard.press('Tab');
    }
    expect((await panel.sent()).map((intent) => intent.kind === 'refusals' && intent.settings.threshold)).toEqual([0.1235, 1]);
    expect(await threshold().inputValue()).toBe('0.5');
  });

  it('says of a threshold beyond the slider’s strict end that ordinary requests are refused there, too', async () => {
    const page = await panel.open(viewWith({ threshold: 0.2227 }));
    await openRefusals();
    const said = page.getByText(chatTexts.dialBeyond);
    expect(await said.count()).toBe(0);
    expect(await threshold().getAttribute('aria-describedby')).toBeNull();
    await panel.opened.send(viewWith({ threshold: 0.22 }));
    await said.waitFor();
    expect(await threshold().getAttribute('aria-describedby')).toBe('dialBeyond');
    await panel.opened.send(viewWith({ own: { threshold: 0.1, mode: 'add', coefficient: 0, bias: 0 } }));
    await openLevers();
    expect(await page.locator('.levers').getByText(chatTexts.dialBeyond).isVisible()).toBe(true);
    const driven = { lever: 'opening', bias: 6 } as const;
    await panel.opened.send(viewWith({ threshold: 0.01, driven }));
    await page.waitForFunction(() => document.querySelector('[type=range]') !== null);
    expect(await said.count()).toBe(0);
  });

  it('says why a model has no dial, and still offers a system prompt', async () => {
    const levers = [
      { lever: 'token', state: 'noTokens' },
      { lever: 'direction', state: 'ownGraph' },
      { lever: 'opening', state: 'noOpenings' },
    ] as const;
    const page = await panel.open(viewWith({ driven: null, levers }));
    await openRefusals();
    expect(await page.getByText(chatTexts.dialNone).isVisible()).toBe(true);
    await openLevers();
    for (const why of [chatTexts.noTokens, chatTexts.ownGraph, chatTexts.noOpenings]) {
      expect(await page.getByText(why).isVisible()).toBe(true);
    }
    expect(await page.getByRole('checkbox', { name: chatTexts.ownUse }).isDisabled()).toBe(true);
    expect(await panel.button(chatTexts.directionFind).count()).toBe(0);
    expect(await page.getByRole('checkbox', { name: chatTexts.dialUse }).count()).toBe(0);
    for (const text of Object.values(untuned.prompts)) expect(await page.getByText(text).isVisible()).toBe(true);
    await page.getByRole('radio', { name: chatTexts.promptCautious }).check();
    expect(await panel.sent()).toEqual([{ kind: 'refusals', settings: { level: 'cautious' } }]);
  });

  it('lists the best of several answers among the levers, with its number, its limit, and the same reset', async () => {
    const page = await panel.open({ ...viewWith({}), best });
    await openRefusals();
    await openLevers();
    const lever = page.locator('.levers li', { hasText: chatTexts.leverBestNote });
    expect(await lever.getByText('(4 answers are drawn)').isVisible()).toBe(true);
    expect(await lever.getByText(best.reason).isVisible()).toBe(true);
    const count = lever.getByRole('combobox', { name: chatTexts.bestCount });
    expect(await count.locator('option').allTextContents()).toEqual(['1', '2', '4']);
    await count.selectOption('2');
    await panel.button(chatTexts.resetForModel).click();
    expect(await panel.sent()).toEqual([
      { kind: 'best', count: 2 },
      { kind: 'refusals', settings: untouched },
      { kind: 'best', count: 1 },
    ]);
    await panel.opened.send({ ...viewWith({}), best: { ...best, count: 1 } });
    expect(await lever.getByText(`(${chatTexts.leverReady})`).isVisible()).toBe(true);
    await panel.opened.send({ ...viewWith({}), best: null });
    expect(await lever.getByText(chatTexts.noHeads).isVisible()).toBe(true);
    expect(await count.count()).toBe(0);
  });

  it('takes a system prompt of the user', async () => {
    const page = await panel.open(viewWith({ level: 'custom' }));
    await openRefusals();
    await page.getByRole('textbox', { name: chatTexts.promptText }).fill('Be kind.');
    await page.keyboard.press('Tab');
    expect(await panel.sent()).toEqual([{ kind: 'refusals', settings: { custom: 'Be kind.' } }]);
  });

  it('is reset with one click, which keeps the written prompt', async () => {
    await panel.open(viewWith({ threshold: 0.1, level: 'custom', custom: 'Be kind.' }));
    await openRefusals();
    await panel.button(chatTexts.resetForModel).click();
    expect(await panel.sent()).toEqual([{ kind: 'refusals', settings: untouched }]);
  });

  it('names the lever that the dial drives, and its value', async () => {
    const driven = { lever: 'direction', coefficient: -0.25 } as const;
    const page = await panel.open(viewWith({ threshold: 0.8808, driven }));
    await openRefusals();
    expect(await page.getByText(`It drives ${chatTexts.leverDirection}.`).isVisible()).toBe(true);
    expect(await slider().getAttribute('aria-valuetext')).toBe('Rather permissive: 25% of the direction is subtracted');
    const bias = { lever: 'opening', bias: -2.04 } as const;
    await panel.opened.send(viewWith({ threshold: 0.8808, driven: bias }));
    expect(await slider().getAttribute('aria-valuetext')).toBe(
      'Rather permissive: a bias of -2 nats on the words that refusals begin with',
    );
    // While dragging only the name of the lever is shown; its value follows on release.
    await slider().evaluate((input: HTMLInputElement) => {
      input.value = '-3';
      input.dispatchEvent(new Event('input'));
    });
    await page.waitForFunction(() => document.querySelector('[type=range][aria-valuetext="Strict"]') !== null);
  });

  it('lets each lever be set by keyboard, starting from the dial', async () => {
    const levers = [
      { lever: 'token', state: 'noTokens' },
      { lever: 'direction', state: 'ready' },
      { lever: 'opening', state: 'ready' },
    ] as const;
    const driven = { lever: 'direction', coefficient: 0.5 } as const;
    const shown = { threshold: 0.018, levers, directions, direction: '/a.gguf', driven };
    const page = await panel.open(viewWith(shown));
    await openRefusals();
    await openLevers();
    await page.getByRole('checkbox', { name: chatTexts.ownUse }).focus();
    await page.keyboard.press('Space');
    const own = { threshold: null, mode: 'add', coefficient: 0.5, bias: 0 } as const;
    await panel.opened.send(viewWith({ ...shown, own }));
    expect(await slider().count()).toBe(0);
    expect(await page.getByRole('checkbox', { name: chatTexts.dialUse }).isDisabled()).toBe(true);
    for (const [label, typed] of [
      [chatTexts.ownCoefficient, '-1.5'],
      [chatTexts.ownBias, '99'],
    ] as const) {
      await page.getByLabel(label, { exact: true }).click();
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.type(typed);
      await page.keyboard.press('Enter');
    }
    await page.getByRole('combobox', { name: chatTexts.ownMode }).selectOption('project');
    await page.getByRole('combobox', { name: chatTexts.direction, exact: true }).selectOption('/b.gguf');
    for (const act of [
      chatTexts.directionExport,
      chatTexts.directionRename,
      chatTexts.directionRemove,
      chatTexts.directionFind,
      chatTexts.directionImport,
    ]) {
      await panel.button(act).click();
    }
    expect(await panel.sent()).toEqual([
      { kind: 'refusals', settings: { own } },
      { kind: 'refusals', settings: { own: { coefficient: -1.5 } } },
      { kind: 'refusals', settings: { own: { bias: 32 } } },
      { kind: 'refusals', settings: { own: { mode: 'project' } } },
      { kind: 'refusals', settings: { direction: '/b.gguf' } },
      { kind: 'direction', act: 'export', path: '/a.gguf' },
      { kind: 'direction', act: 'rename', path: '/a.gguf' },
      { kind: 'direction', act: 'remove', path: '/a.gguf' },
      { kind: 'direction', act: 'find', path: '' },
      { kind: 'direction', act: 'import', path: '' },
    ]);
    await panel.button(chatTexts.resetForModel).click();
    expect((await panel.sent()).at(-1)).toEqual({ kind: 'refusals', settings: untouched });
  });

  it('resets each lever with one click, and keeps the focus there', async () => {
    const levers = [
      { lever: 'token', state: 'ready' },
      { lever: 'direction', state: 'ready' },
      { lever: 'opening', state: 'ready' },
    ] as const;
    const own = { threshold: 0.3, mode: 'project', coefficient: -2, bias: 4 } as const;
    const shown = { levers, directions, direction: '/b.gguf', own };
    const page = await panel.open(viewWith(shown));
    await openRefusals();
    await openLevers();
    const reset = (label: string) => panel.button(`${chatTexts.leverReset}: ${label}`);
    for (const [label, left] of [
      [chatTexts.ownThreshold, { own: { threshold: null } }],
      [chatTexts.ownMode, { own: { mode: 'add' } }],
      [chatTexts.ownCoefficient, { own: { coefficient: 0 } }],
      [chatTexts.ownBias, { own: { bias: 0 } }],
      [chatTexts.direction, { direction: '' }],
    ] as const) {
      await reset(label).click();
      expect((await panel.sent()).at(-1)).toEqual({ kind: 'refusals', settings: left });
      expect(await page.evaluate('document.activeElement.id')).toMatch(/^(own|direction)/);
    }
    await panel.opened.send(
      viewWith({ ...shown, direction: '/a.gguf', own: { threshold: null, mode: 'add', coefficient: 0, bias: 0 } }),
    );
    expect(await page.locator('.levers vscode-button', { hasText: chatTexts.leverReset }).count()).toBe(0);
  });

  it('offers the user’s target as a place of the dial, and the audit that finds it', async () => {
    const target = { share: 0.05, threshold: 0.613211234 };
    const page = await panel.open(viewWith({ target }));
    await openRefusals();
    const button = panel.button('Set to 61.3%: at Most 5% False Refusals');
    await button.focus();
    await page.keyboard.press('Enter');
    await panel.button(chatTexts.dialAudit).click();
    expect(await panel.sent()).toEqual([
      { kind: 'refusals', settings: { threshold: 0.613211234, own: null } },
      { kind: 'audit' },
    ]);
    await panel.opened.send(viewWith({ target, threshold: target.threshold }));
    expect(await button.isDisabled()).toBe(true);
    expect(await threshold().inputValue()).toBe('0.61321');
  });

  it('shows what an audit found refused at the position of the dial, or offers an audit', async () => {
    const refused = [
      { set: 'borderline', share: 0.071 },
      { set: 'contrast', share: 0.917 },
      { set: 'ordinary', share: 0.02 },
      { set: 'mine.csv', share: 0.5 },
    ];
    const page = await panel.open(viewWith({ threshold: 0.5, refused }));
    await openRefusals();
    const said = page.getByText(/^With the dial here/);
    expect(await said.textContent()).toBe(
      'With the dial here, the last audit found refused: 7% of harmless requests that sound dangerous, 92% of requests that should be refused, 2% of ordinary requests, and 50% of “mine.csv”.',
    );
    // While dragging there are no figures yet.
    await slider().evaluate((input: HTMLInputElement) => {
      input.value = '-3';
      input.dispatchEvent(new Event('input'));
    });
    await said.waitFor({ state: 'hidden' });
    await panel.opened.send(viewWith({ threshold: 0.5 }));
    await slider().evaluate((input: HTMLInputElement) => {
      input.value = '0';
      input.dispatchEvent(new Event('input'));
    });
    await page.getByText(chatTexts.refusedUnknown).waitFor();
  });

  it('shows how an answer was decided, and asks for one anyway after a refusal', async () => {
    const page = await panel.open(refusalsView);
    expect(await page.locator('.below .note').first().textContent()).toMatch(/ · a refusal 31\.4% probable, refused above 20%$/);
    expect(await panel.button(chatTexts.answerAnyway).count()).toBe(1);
    await panel.button(chatTexts.answerAnyway).click();
    expect(await panel.sent()).toEqual([{ kind: 'answerAnyway', message: 'a1' }]);
    await panel.opened.send({ ...refusalsView, busy: true });
    expect(await panel.button(chatTexts.answerAnyway).isDisabled()).toBe(true);
  });

  it('does not mention a decision that is unremarkable', async () => {
    const [asked, given] = refusalsView.messages.slice(2);
    if (!asked || !given?.decision) throw new Error('The scene has no decision.');
    const withDecision = (isTold: boolean) => ({
      ...refusalsView,
      messages: [asked, { ...given, decision: { ...given.decision, probability: 0.0069, isTold } as ShownDecision }],
    });
    const page = await panel.open(withDecision(false));
    expect(await page.locator('.below .note').textContent()).toBe('214 tokens · 38 tokens/s · first after 312 ms · CPU');
    await panel.opened.send(withDecision(true));
    expect(await page.locator('.below .note').textContent()).toContain('a refusal 0.69% probable');
  });

  it('keeps the focus at an answer that was requested anyway', async () => {
    const page = await panel.open(refusalsView);
    await panel.button(chatTexts.answerAnyway).focus();
    await page.keyboard.press('Enter');
    const version = { index: 1, count: 2 };
    const messages = [question('q1', 'How do I kill a zombie?'), answer('a1b', '', { state: 'streaming', version })];
    await panel.opened.send({ ...refusalsView, messages, busy: true });
    expect(await page.evaluate('document.activeElement.id')).toBe('message-a1b');
  });

  it('offers the dial position that would allow the answer, until it is applied or declined', async () => {
    const page = await panel.open(refusalsView);
    expect(await page.getByText(/^With the dial at 41\.3%, this would not have been refused\./).isVisible()).toBe(true);
    await panel.button(chatTexts.dialMove).focus();
    await page.keyboard.press('Enter');
    expect(await panel.focused()).toBe(chatTexts.paddock);
    await page.locator('#message-a2').getByRole('button', { name: 'Set to 61.3%: at Most 5% False Refusals' }).click();
    await panel.button(chatTexts.dialLeave).click();
    expect(await panel.sent()).toEqual([
      { kind: 'moveDial', message: 'a2', move: 'there' },
      { kind: 'moveDial', message: 'a2', move: 'target' },
      { kind: 'moveDial', message: 'a2', move: 'leave' },
    ]);
    const messages = refusalsView.messages.map((message) => ({
      ...message,
      decision: message.decision && { ...message.decision, offer: null },
    }));
    await panel.opened.send({ ...refusalsView, messages });
    expect(await panel.button(chatTexts.dialMove).count()).toBe(0);
  });
});
