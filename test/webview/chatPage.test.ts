import { describe, expect, it } from 'vitest';
import type { WindowControls } from '../../webview/protocol/chatWindow.ts';
import { fill } from '../../webview/shared/fill.ts';
import { chatPanelForEach } from './chatPanel.ts';
import {
  answer,
  emptyView,
  fullView,
  leftOutView,
  longCodeView,
  noModelView,
  problemView,
  question,
  streamingView,
  talkView,
} from './chatScenes.ts';
import { chatTexts } from './chatTexts.ts';

const scenes = { emptyView, fullView, leftOutView, longCodeView, noModelView, problemView, streamingView, talkView };

describe('the chat panel', () => {
  const panel = chatPanelForEach();

  it('asks for its view, and begins with examples', async () => {
    const page = await panel.open(emptyView);
    expect(await panel.opened.posted()).toEqual([{ kind: 'ready' }]);
    await panel.button(chatTexts.example2).click();
    expect(await panel.field().inputValue()).toBe(chatTexts.example2);
    await page.keyboard.press('Enter');
    await panel.button(chatTexts.example1).click();
    await page.keyboard.press('Enter');
    expect(await panel.sent()).toEqual([
      { kind: 'send', text: chatTexts.example2 },
      { kind: 'send', text: '/explain' },
    ]);
    expect(await panel.field().inputValue()).toBe('');
  });

  it('shows the window in numbers, and leads to what was left out', async () => {
    const page = await panel.open(fullView);
    expect(await page.getByRole('table', { name: chatTexts.gauge }).locator('tbody tr').allTextContents()).toEqual([
      'System42',
      'Pinned instruction160',
      'Earlier messages5,105',
      'Attachments1,400',
      'This message310',
      'Reserved for the answer1,024',
      'Free151',
    ]);
    expect(await page.locator('.bar .of-history').getAttribute('title')).toBe('Earlier messages: 5,105 tokens (62%, 122 MiB)');
    await page.getByRole('button', { name: fullView.gauge?.leftOut[0]?.text ?? '' }).click();
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('message-q0');
    expect(await page.locator('#message-q0').textContent()).toContain(chatTexts.leftOut);
  });

  it('reserves the place of the gauge while tokens are not counted yet, and has none without a model', async () => {
    const page = await panel.open({ ...emptyView, gauge: null });
    const gauge = page.getByRole('region', { name: chatTexts.gauge });
    expect(await gauge.textContent()).toBe('… of 4,096 tokens… of cache');
    const before = await gauge.boundingBox();
    await panel.opened.send(emptyView);
    expect(await gauge.textContent()).toMatch(/^554 of 4,096 tokens/);
    expect(await gauge.boundingBox()).toEqual(before);
    await panel.opened.send({ ...emptyView, gauge: null, controls: null });
    expect(await gauge.count()).toBe(0);
  });

  it('leads to everything that was left out', async () => {
    const page = await panel.open(leftOutView);
    const show = (place: number) => page.getByRole('button', { name: leftOutView.gauge?.leftOut[place]?.text ?? '' }).click();
    await panel.field().fill('/doc ');
    const focused = () => page.evaluate('document.activeElement.id');
    await show(0);
    await expect.poll(focused).toBe('message-q0');
    expect(await page.locator('#message-q0').textContent()).toContain(fill(chatTexts.cut, '1,200'));
    const summary = page.getByText('They spoke of angles.');
    expect(await summary.isVisible()).toBe(false);
    await show(1);
    await expect.poll(focused).toBe('message-a0');
    expect(await summary.isVisible()).toBe(true);
    await show(2);
    await expect.poll(focused).toBe('examples');
    expect(await page.locator('#examples li').allTextContents()).toEqual([
      'byCustomer (src/orders/byCustomer.ts:12)118 tokens',
      `totals (src/orders/totals.ts:3)94 tokens${chatTexts.noRoom}`,
    ]);
  });

  it('is red beyond what the scaling supports, and says so', async () => {
    const page = await panel.open(fullView);
    expect(await page.locator('.bar .beyond').count()).toBe(0);
    const { gauge } = fullView;
    await panel.opened.send({ ...fullView, gauge: gauge && { ...gauge, supported: 4_096 } });
    const said = 'Positions beyond 4,096 tokens are more than the scaling supports';
    expect(await page.locator('.bar .beyond').getAttribute('title')).toBe(said);
    expect(await page.locator('.gauge .error').textContent()).toBe(said);
    const [bar, red] = await Promise.all(['.bar', '.bar .beyond'].map((part) => page.locator(part).boundingBox()));
    expect((red?.width ?? 0) / (bar?.width ?? 1)).toBeCloseTo(0.5, 1);
  });

  it('accepts supported numbers only', async () => {
    const before = { ...fullView.controls, window: 1_000, largestWindow: 3_000, slides: true, scaling: 'yarn' } as WindowControls;
    const page = await panel.open({ ...fullView, controls: before });
    await page.locator('summary', { hasText: chatTexts.gauge }).press('Enter');
    const bounds = `[...document.querySelectorAll('.controls input[type=number], .controls input[type=range]')]
      .filter((each) => each.offsetParent).map(({ type, min, max }) => [type, min, max].join(' '))`;
    expect(await page.evaluate(bounds)).toEqual([
      'range 128 3072',
      'number 128 3000',
      'number 1 32',
      'number 16 500',
      'number 0 250',
    ]);
    await page.getByRole('slider', { name: chatTexts.window }).press('End');
    await page.getByRole('spinbutton', { name: chatTexts.reserve }).fill('999');
    await page.keyboard.press('Enter');
    expect(await panel.sent()).toEqual([
      { kind: 'controls', controls: { window: 3_000 } },
      { kind: 'controls', controls: { reserve: 500 } },
    ]);
  });

  it('controls the window', async () => {
    const page = await panel.open(fullView);
    await page.locator('summary', { hasText: chatTexts.gauge }).press('Enter');
    await page.getByRole('spinbutton', { name: chatTexts.window }).fill('99999');
    await page.getByRole('spinbutton', { name: chatTexts.window }).press('Enter');
    await page.getByRole('combobox', { name: chatTexts.scaling }).selectOption('base');
    await page.getByRole('combobox', { name: chatTexts.overflow }).selectOption('middle');
    await page.getByRole('checkbox', { name: chatTexts.slides }).check();
    expect(await page.getByRole('spinbutton', { name: chatTexts.sinks }).count()).toBe(0);
    await panel.button(chatTexts.measure).press('Enter');
    await panel.button(chatTexts.resetForModel).press('Enter');
    expect(await panel.sent()).toEqual([
      { kind: 'controls', controls: { window: 32_768 } },
      { kind: 'controls', controls: { scaling: 'base', scalingValue: 500_000 } },
      { kind: 'controls', controls: { overflow: 'middle' } },
      { kind: 'controls', controls: { slides: true } },
      { kind: 'measure' },
      { kind: 'resetControls' },
    ]);
  });

  it('says why a model has no scaling and no sliding window', async () => {
    const { controls } = fullView;
    if (!controls) throw new Error('This scene has controls.');
    const page = await panel.open({ ...fullView, controls: { ...controls, canScale: false, canSlide: false } });
    await page.locator('summary', { hasText: chatTexts.gauge }).press('Enter');
    for (const why of [chatTexts.scalingFixed, chatTexts.slidesNot]) expect(await page.getByText(why).isVisible()).toBe(true);
    expect(await page.getByRole('combobox', { name: chatTexts.scaling }).count()).toBe(0);
    expect(await page.getByRole('checkbox', { name: chatTexts.slides }).count()).toBe(0);
  });

  it('has a field for the number of tokens that a sliding window keeps', async () => {
    const { controls: before } = fullView;
    if (!before) throw new Error('This scene has controls.');
    const controls = { ...before, slides: true };
    const page = await panel.open({ ...fullView, controls });
    await page.locator('summary', { hasText: chatTexts.gauge }).press('Enter');
    await page.getByRole('spinbutton', { name: chatTexts.sinks }).fill('16');
    await page.getByRole('spinbutton', { name: chatTexts.sinks }).press('Enter');
    expect(await panel.sent()).toEqual([{ kind: 'controls', controls: { sinks: 16 } }]);
  });

  it('pins an instruction', async () => {
    const page = await panel.open(emptyView);
    await page.locator('summary', { hasText: chatTexts.pin }).press('Enter');
    await page.getByRole('textbox', { name: chatTexts.pin }).fill('Be short.');
    await page.getByRole('textbox', { name: chatTexts.pin }).blur();
    await page.getByRole('radio', { name: chatTexts.pinFirst }).check();
    expect(await panel.sent()).toEqual([
      { kind: 'pin', pinned: { text: 'Be short.' } },
      { kind: 'pin', pinned: { mode: 'first' } },
    ]);
  });

  it('searches, renames, exports, deletes and opens conversations', async () => {
    const page = await panel.open(talkView);
    await panel.button(chatTexts.conversations).press('Enter');
    expect(await panel.focused()).toBe(chatTexts.search);
    await page.keyboard.type('ab');
    await panel.button('Rename Group a list by a key, and count').press('Enter');
    await page.keyboard.type('Groups');
    await page.keyboard.press('Enter');
    await panel.button('Export Group a list by a key, and count').press('Enter');
    await panel.button('Delete Group a list by a key, and count').press('Enter');
    expect(await page.getByRole('alertdialog').getAttribute('aria-label')).toBe(
      'Delete “Group a list by a key, and count” for good?',
    );
    await page.keyboard.press('Enter');
    expect((await panel.sent()).map(({ kind }) => kind)).toEqual(['search', 'search', 'rename', 'export']);
    await panel.button('Delete Group a list by a key, and count').press('Enter');
    await panel.button(chatTexts.deleteYes).press('Enter');
    await page.getByRole('button', { name: /^Warum/ }).press('Enter');
    expect(await panel.sent()).toEqual([
      { kind: 'delete', id: 'c2' },
      { kind: 'open', id: 'c3' },
    ]);
    expect(await panel.focused()).toBe(chatTexts.conversations);
  });

  it('says why there can be no answer, and what to do', async () => {
    const page = await panel.open(noModelView);
    expect(await page.getByText(noModelView.model.sentence).isVisible()).toBe(true);
    expect(await panel.button(chatTexts.loadModel).count()).toBe(0);
    await panel.button(chatTexts.openModel).click();
    expect(await panel.sent()).toEqual([{ kind: 'openModel' }]);
  });

  it('loads an unloaded model again', async () => {
    const model = { name: 'Foal', sentence: 'Foal is unloaded.', canAnswer: false, isUnloaded: true };
    await panel.open({ ...noModelView, model });
    await panel.button(chatTexts.loadModel).click();
    expect(await panel.sent()).toEqual([{ kind: 'loadModel' }]);
  });

  it.each(Object.keys(scenes) as (keyof typeof scenes)[])('fits into 200 pixels: %s', async (scene) => {
    const page = await panel.open(scenes[scene], 200);
    for (const summary of await page.locator('summary').all()) await summary.press('Enter');
    await panel.frames();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(200);
    const wide = `[...document.querySelectorAll('main *')]
      .filter((each) => !each.closest('.unseen, pre, .scroller, .bar, .label, h1') && each.getBoundingClientRect().right > 201)
      .map(({ tagName, className }) => tagName + ' ' + className)`;
    expect(await page.evaluate(wide)).toEqual([]);
  });

  it('reads the same to a screen reader', async () => {
    const page = await panel.open({ ...talkView, messages: [question('q', 'Why?'), answer('a', 'So:\n\n```ts\nlet a;\n```')] });
    expect(await page.locator('main').ariaSnapshot()).toMatchInlineSnapshot(`
      "- main:
        - heading "Group a list by a key" [level=1]
        - button "Conversations"
        - button "Shade What the Model Was Unsure Of"
        - button "New Conversation"
        - list "Conversation":
          - listitem:
            - article "You":
              - paragraph: Why?
              - button "Copy"
              - button "Keep in the Window"
              - button "Edit"
          - listitem:
            - article "Paddock":
              - paragraph: "So:"
              - 'figure "Code: ts"':
                - text: ts
                - button "Copy"
                - button "Insert at Cursor"
                - button "Apply as a Diff"
                - button "New File"
                - code: let a;
              - button "Copy"
              - button "Answer Again"
        - region "Context window":
          - paragraph: 1,570 of 4,096 tokens 12 MiB of cache
          - table "Context window":
            - caption: Context window
            - rowgroup:
              - row "Part Tokens":
                - columnheader "Part"
                - columnheader "Tokens"
            - rowgroup:
              - row "System 42":
                - rowheader "System"
                - cell "42"
              - row "Earlier messages 612":
                - rowheader "Earlier messages"
                - cell "612"
              - row "Attachments 380":
                - rowheader "Attachments"
                - cell "380"
              - row "This message 24":
                - rowheader "This message"
                - cell "24"
              - row "Reserved for the answer 512":
                - rowheader "Reserved for the answer"
                - cell "512"
              - row "Free 2,526":
                - rowheader "Free"
                - cell "2,526"
        - group: Context window
        - group: Pinned instruction
        - textbox "Message":
          - /placeholder: Ask, / for commands, @ to attach
        - button "Attach"
        - button "Paddock XS"
        - button "Send" [disabled]
        - status"
    `);
  });
});
