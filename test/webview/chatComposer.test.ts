import { describe, expect, it } from 'vitest';
import { chatPanelForEach } from './chatPanel.ts';
import { emptyView, fullView, problemView, streamingView, talkView } from './chatScenes.ts';
import { chatTexts } from './chatTexts.ts';

describe('the field of the chat panel', () => {
  const panel = chatPanelForEach();

  it('is used by keyboard', async () => {
    const page = await panel.open(talkView);
    expect(await panel.focused()).toBe(chatTexts.message);
    await page.keyboard.type('one');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('two');
    expect(await panel.field().inputValue()).toBe('one\ntwo');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    expect(await panel.sent()).toEqual([{ kind: 'send', text: 'one\ntwo' }]);
  });

  it('sends the text as it is written, so that its number of tokens can be shown', async () => {
    const page = await panel.open(talkView);
    await page.keyboard.type('a question');
    await expect.poll(() => panel.opened.posted()).toContainEqual({ kind: 'draft', text: 'a question' });
  });

  it('keeps text and cursor when a view arrives', async () => {
    const page = await panel.open(talkView);
    await page.keyboard.type('abc');
    await page.keyboard.press('ArrowLeft');
    await panel.opened.send({ ...talkView, gauge: null });
    await page.keyboard.type('x');
    expect(await panel.field().inputValue()).toBe('abxc');
  });

  it('can stop an answer, and sends nothing more while one is written', async () => {
    const page = await panel.open(streamingView);
    await page.keyboard.type('next');
    await page.keyboard.press('Enter');
    expect(await panel.sent()).toEqual([]);
    await page.keyboard.press('Escape');
    await panel.button(chatTexts.stop).click();
    expect(await panel.sent()).toEqual([{ kind: 'stop' }, { kind: 'stop' }]);
    expect(await panel.focused()).toBe(chatTexts.message);
    expect(await panel.field().inputValue()).toBe('next');
  });

  it('shows the whole name of the model, in a narrow side bar on several lines', async () => {
    const name = 'a model whose name is rather long';
    const page = await panel.open({ ...talkView, model: { ...talkView.model, name } });
    const seen = () =>
      page.getByRole('button', { name }).evaluate((button) => ({
        isWhole: button.scrollWidth <= button.clientWidth && button.scrollHeight <= button.clientHeight,
        height: button.clientHeight,
      }));
    await page.setViewportSize({ width: 500, height: 700 });
    const onOneLine = await seen();
    await page.setViewportSize({ width: 200, height: 700 });
    const onSeveral = await seen();
    expect([onOneLine.isWhole, onSeveral.isWhole]).toEqual([true, true]);
    expect(onSeveral.height).toBeGreaterThan(onOneLine.height);
  });

  it('does not send a message that does not fit', async () => {
    const page = await panel.open(problemView);
    await page.keyboard.type('long');
    await page.keyboard.press('Enter');
    expect(await panel.sent()).toEqual([]);
    expect(await page.getByRole('alert').textContent()).toBe(problemView.gauge?.problem);
  });

  it('completes commands and attachments', async () => {
    const page = await panel.open(emptyView);
    await page.keyboard.type('/');
    expect(await page.locator('.offers').getByRole('option').count()).toBe(6);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await panel.field().inputValue()).toBe('/fix ');
    await page.keyboard.type('this @se');
    await page.keyboard.press('Tab');
    expect(await panel.field().inputValue()).toBe('/fix this ');
    await panel.button(chatTexts.attach).click();
    await page.getByRole('option', { name: chatTexts.attachProblems }).click();
    await page.keyboard.type('@');
    await page.keyboard.press('Escape');
    expect(await page.locator('.offers').getByRole('option').count()).toBe(0);
    expect(await panel.sent()).toEqual([
      { kind: 'attach', what: 'selection' },
      { kind: 'attach', what: 'problems' },
    ]);
  });

  it('lists names and their descriptions in two columns', async () => {
    const page = await panel.open(emptyView);
    for (const sign of ['/', '@']) {
      await panel.field().fill(sign);
      const places = await page
        .locator('.offers .note')
        .evaluateAll((notes) => notes.map((note) => note.getBoundingClientRect().x));
      expect(places.length).toBeGreaterThan(4);
      expect(new Set(places).size).toBe(1);
    }
  });

  it('sends a whole command at once', async () => {
    const page = await panel.open(emptyView);
    await page.keyboard.type('/clear');
    await page.keyboard.press('Enter');
    expect(await panel.sent()).toEqual([{ kind: 'send', text: '/clear' }]);
  });

  it('shows attachments with their number of tokens, and removes them', async () => {
    const page = await panel.open(fullView);
    const chips = page.locator('.composer .chips li');
    expect(await chips.allTextContents()).toEqual(['webview/chat/message/messages.tsx1,400 tokens', 'selection of orders.ts…']);
    await chips.first().getByRole('button', { name: 'webview/chat/message/messages.tsx', exact: true }).press('Enter');
    await chips.first().getByRole('button', { name: 'Remove webview/chat/message/messages.tsx' }).click();
    expect(await panel.sent()).toEqual([
      { kind: 'showAttachment', id: 'x1' },
      { kind: 'detach', id: 'x1' },
    ]);
  });

  it('sends attachments without text, and announces the result', async () => {
    const attachments = [{ id: 'x', label: 'x.ts', tokens: 9 }];
    const page = await panel.open(talkView);
    expect(await panel.button(chatTexts.send).isDisabled()).toBe(true);
    await panel.opened.send({ ...talkView, attachments });
    expect(await panel.field().getAttribute('placeholder')).toBe(chatTexts.placeholderAttached);
    await page.keyboard.press('Enter');
    expect(await panel.sent()).toEqual([{ kind: 'send', text: '' }]);
  });

  it('attaches dropped files instead of opening them', async () => {
    const page = await panel.open(talkView);
    const prevented = await page.evaluate(`(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.setData('text/uri-list', '# files\\r\\nfile:///a.ts\\r\\nfile:///b.ts');
      return ['dragover', 'drop'].map((kind) => !document.body.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer })));
    })()`);
    expect(prevented).toEqual([true, true]);
    expect(await panel.sent()).toEqual([{ kind: 'drop', uris: ['file:///a.ts', 'file:///b.ts'] }]);
  });

  it('attaches any number of files, and sends the drop even if an item has no address', async () => {
    const page = await panel.open(talkView);
    await page.evaluate(`(() => {
      for (const list of [Array.from({ length: 60 }, (_, i) => 'file:///' + i).join('\\n'), '# nothing']) {
        const dataTransfer = new DataTransfer();
        dataTransfer.setData('text/uri-list', list);
        document.body.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer }));
      }
    })()`);
    expect((await panel.sent()).map((intent) => intent.kind === 'drop' && intent.uris.length)).toEqual([60, 0]);
  });

  it('leaves dragged text to the fields', async () => {
    const page = await panel.open(talkView);
    const prevented = await page.evaluate(`(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.setData('text/plain', 'some text');
      return ['dragover', 'drop'].map((kind) => !document.body.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer })));
    })()`);
    expect(prevented).toEqual([false, false]);
    expect(await panel.sent()).toEqual([]);
  });

  it('attaches all files dragged from the explorer, although the standard list contains only the first', async () => {
    const page = await panel.open(talkView);
    await page.evaluate(`(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.setData('text/uri-list', 'file:///a.ts');
      dataTransfer.setData('application/vnd.code.uri-list', 'file:///a.ts\\r\\nfile:///b.ts\\r\\nfile:///c.ts');
      document.body.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer }));
    })()`);
    expect(await panel.sent()).toEqual([{ kind: 'drop', uris: ['file:///a.ts', 'file:///b.ts', 'file:///c.ts'] }]);
  });
});
