import { describe, expect, it } from 'vitest';
import { chatPanelForEach } from './chatPanel.ts';
import { chatTexts } from './chatTexts.ts';
import { candidatesView, drawingView, drawn, thumbView } from './preferenceScenes.ts';

const [first, second] = candidatesView.messages;

/** The view after another order or answer was chosen. */
const shown = (change: Partial<typeof drawn>, id = 'a2') => {
  if (!first || !second) throw new Error('The scene has no answer.');
  const index = drawn.versions.findIndex((version) => version.id === id);
  const text = drawn.versions[index]?.text ?? '';
  return {
    ...candidatesView,
    messages: [first, { ...second, id, text, version: { index, count: 3 }, judging: { ...drawn, ...change } }],
  };
};

describe('candidates of an answer', () => {
  const panel = chatPanelForEach();
  const cards = () => panel.opened.page.getByRole('region', { name: '3 candidates.' });
  const order = async () => (await cards().locator('.preview').allInnerTexts()).map((text) => text.split('\n')[0]);

  it('are cards with the scores of each, the best first, the shown one pressed', async () => {
    await panel.open(candidatesView);
    expect(await cards().ariaSnapshot()).toMatchInlineSnapshot(`
      "- region "3 candidates.":
        - paragraph: 3 candidates. What most of them say is first (maj1@k, Wang et al. 2022, arXiv 2203.11171), then the best by the combined score. Your own order (drag, buttons, or Alt and an arrow key) counts as a judgement of every pair (Ouyang et al. 2022, arXiv 2203.02155).
        - paragraph: "2 of 3 agree on: 4"
        - list:
          - listitem:
            - 'button "Candidate 1 of 3. 4 Combined: 0.82 Helpful: 0.82 Safe: 0.97" [pressed]'
            - 'button "Move Up: Candidate 1 of 3" [disabled]'
            - 'button "Move Down: Candidate 1 of 3"'
          - listitem:
            - 'button "Candidate 2 of 3. It is **4**. Combined: 0.61 Helpful: 0.61 Safe: 0.98"'
            - 'button "Move Up: Candidate 2 of 3"'
            - 'button "Move Down: Candidate 2 of 3"'
          - listitem:
            - 'button "Candidate 3 of 3. Run this: eval(\\"2 + 2\\"); It prints 5. Combined: 0.08 Helpful: 0.70 Safe: 0.08 Ranked by safety: it scores below 0.15 for that."'
            - 'button "Move Up: Candidate 3 of 3"'
            - 'button "Move Down: Candidate 3 of 3" [disabled]'
        - status"
    `);
  });

  it('that said the same are one card, and none where all did', async () => {
    await panel.open(shown({ drawn: 8 }));
    expect(await panel.opened.page.locator('.candidates > .note').first().textContent()).toMatch(
      /^8 candidates, 3 of them different\./,
    );
    await panel.opened.send(shown({ drawn: 8, versions: [], order: ['a2'], vote: null }));
    await panel.opened.page.getByText('The 8 candidates say the same.').waitFor();
    expect(await panel.opened.page.locator('.candidates').count()).toBe(0);
  });

  it('say why they are ranked by safety if the message may be unsafe', async () => {
    const versions = drawn.versions.map((version) => ({ ...version, gate: 'tagged' as const }));
    await panel.open(shown({ versions }));
    expect(await cards().getByText('Ranked by safety: the message may be unsafe.').count()).toBe(3);
  });

  it('are chosen by keyboard, and the focus follows the choice', async () => {
    const page = await panel.open(candidatesView);
    await cards()
      .getByRole('button', { name: /^Candidate 2 of 3/ })
      .focus();
    await page.keyboard.press('Enter');
    expect(await panel.sent()).toEqual([{ kind: 'choose', message: 'a1' }]);
    await panel.opened.send(shown({}, 'a1'));
    expect(await page.evaluate<string>('document.activeElement.textContent')).toMatch(/^Candidate 2 of 3/);
    expect(await page.evaluate<string>('document.activeElement.ariaPressed')).toBe('true');
  });

  it('are reordered by keyboard, which is sent and keeps the focus', async () => {
    const page = await panel.open(candidatesView);
    await cards()
      .getByRole('button', { name: /^Candidate 3 of 3/ })
      .focus();
    await page.keyboard.press('Alt+ArrowUp');
    expect(await panel.sent()).toEqual([{ kind: 'rank', order: ['a2', 'a3', 'a1'] }]);
    expect(await order()).toEqual(['4', 'Run this:', 'It is **4**.']);
    expect(await cards().getByRole('status').textContent()).toBe('Now in place 2 of 3.');
    expect(await page.evaluate<string>('document.activeElement.textContent')).toMatch(/^Candidate 2 of 3. Run this/);
    await panel.button('Move Up: Candidate 2 of 3').focus();
    await page.keyboard.press('Enter');
    expect(await panel.sent()).toEqual([{ kind: 'rank', order: ['a3', 'a2', 'a1'] }]);
    expect(await panel.focused()).toBe('Move Up: Candidate 1 of 3');
    await page.keyboard.press('Enter');
    expect(await panel.sent()).toEqual([]);
    await panel.opened.send(shown({ order: ['a3', 'a2', 'a1'], isRanked: true }));
    expect(await cards().textContent()).toContain(chatTexts.candidatesRanked);
  });

  it('are reordered by mouse, and are not taken for files to attach', async () => {
    const page = await panel.open(candidatesView, 360);
    const card = (text: string) => cards().locator('li', { hasText: text });
    await card('Run this').dragTo(card('It is'));
    expect(await panel.sent()).toEqual([{ kind: 'rank', order: ['a2', 'a3', 'a1'] }]);
    expect(await page.locator('main.dragging').count()).toBe(0);
  });

  it('are disabled while an answer is being written', async () => {
    await panel.open({ ...candidatesView, busy: true });
    expect(
      await cards()
        .getByRole('button', { name: /^Candidate 1 of 3/ })
        .isDisabled(),
    ).toBe(true);
    await panel.button('Move Down: Candidate 1 of 3').press('Enter');
    expect(await panel.sent()).toEqual([]);
  });

  it('fit into 200 pixels, with an open comparison and the choice of their number', async () => {
    const page = await panel.open(candidatesView, 200);
    for (const summary of [chatTexts.compare, 'Best of 4']) await page.locator('summary', { hasText: summary }).press('Enter');
    await panel.frames();
    const wide = `[...document.querySelectorAll('main *')]
      .filter((each) => !each.closest('.unseen, pre, .scroller, .bar, .label, h1') && each.getBoundingClientRect().right > 201)
      .map(({ tagName, className }) => tagName + ' ' + className)`;
    expect(await page.evaluate(wide)).toEqual([]);
  });

  it('show the first one while it is written, and say so', async () => {
    const page = await panel.open({ ...drawingView, messages: [] });
    await panel.opened.send(drawingView);
    const note = 'Candidate 1 of 4. The best is shown when all are there.';
    expect(await page.getByRole('status').first().textContent()).toBe(`${chatTexts.answering} ${note}`);
    await panel.opened.send({ kind: 'piece', message: 'a1', text: 'It is f' });
    await panel.frames();
    const article = page.getByRole('article').last();
    expect(await article.locator('.markdown').textContent()).toBe('It is f');
    expect(await article.getByText(note).isVisible()).toBe(true);
  });

  it('are replaced by the best without a jump of the text being read or of the focus', async () => {
    const long = (word: string) => Array.from({ length: 40 }, (_, i) => `${word} ${i}`).join('\n\n');
    const [asked, drawing] = drawingView.messages;
    const [, best] = candidatesView.messages;
    if (!asked || !drawing || !best) throw new Error('The scene has no answer.');
    const replaced = {
      ...candidatesView,
      messages: [asked, { ...best, id: 'a1', text: `${long('best')}\n\n\`\`\`ts\nlet a;\n\`\`\`` }],
    };
    const page = await panel.open(drawingView);
    await panel.opened.send({ kind: 'piece', message: 'a1', text: `\`\`\`ts\nlet a;\n\`\`\`\n\n${long('first')}` });
    await panel.frames();
    expect(await panel.rest()).toBeLessThan(2);
    const top = () => page.evaluate<number>(`document.querySelector('.messages').scrollTop`);
    const before = await top();
    await page.getByRole('figure', { name: 'Code: ts' }).getByRole('button', { name: chatTexts.copy }).focus({ timeout: 5_000 });
    await page.evaluate(`document.querySelector('.messages').scrollTop = ${before}`);
    await panel.frames();
    await panel.opened.send(replaced);
    await panel.frames();
    expect(await top()).toBe(before);
    expect(await page.evaluate<string>(`document.activeElement.closest('article')?.id`)).toBe('message-a1');
    expect(await panel.button(chatTexts.latest).isVisible()).toBe(true);
    // The part that is fully visible is its end.
    await panel.opened.send({ ...drawingView, messages: [asked, { ...drawing, id: 'a4' }] });
    await panel.opened.send({ ...replaced, messages: [asked, { ...best, id: 'a4', text: 'So.', judging: null }] });
    await panel.frames();
    expect(await panel.button(chatTexts.latest).count()).toBe(0);
  });
});

describe('judging answers', () => {
  const panel = chatPanelForEach();

  it('has thumbs, which are undone when pressed again', async () => {
    await panel.open(thumbView);
    expect(await panel.button(chatTexts.thumbUp).getAttribute('aria-pressed')).toBe('true');
    await panel.button(chatTexts.thumbUp).click();
    await panel.button(chatTexts.thumbDown).click();
    expect(await panel.sent()).toEqual([
      { kind: 'thumb', message: 'a1', thumb: null },
      { kind: 'thumb', message: 'a1', thumb: 'down' },
    ]);
  });

  it('compares two versions with four grades, by keyboard', async () => {
    const page = await panel.open(candidatesView);
    await page.locator('summary', { hasText: chatTexts.compare }).focus();
    await page.keyboard.press('Enter');
    expect(await panel.button(chatTexts.compareKeep).isDisabled()).toBe(true);
    expect(await page.locator('.sides .side').allInnerTexts()).toEqual([
      'Version 2\n\n4',
      expect.stringMatching(/^Version 3\n+Run this/),
    ]);
    await page.getByRole('combobox', { name: chatTexts.compareWith }).selectOption({ label: 'Version 1' });
    await page.getByRole('radio', { name: 'Version 1 is slightly better' }).press('Space');
    await panel.button(chatTexts.compareKeep).press('Enter');
    expect(await page.getByText(chatTexts.compareKept).isVisible()).toBe(true);
    await page.getByRole('combobox', { name: chatTexts.compareBy }).selectOption({ label: chatTexts.compareSafe });
    await page.getByRole('radio', { name: 'Version 2 is significantly better' }).press('Space');
    await panel.button(chatTexts.compareKeep).press('Enter');
    expect(await panel.sent()).toEqual([
      { kind: 'compare', head: 'helpful', better: 'a1', worse: 'a2', grade: 'slightly' },
      { kind: 'compare', head: 'safe', better: 'a2', worse: 'a1', grade: 'significantly' },
    ]);
  });

  it('keeps what is chosen right after the other version was', async () => {
    const page = await panel.open(candidatesView);
    await page.locator('summary', { hasText: chatTexts.compare }).press('Enter');
    await page.getByRole('radio', { name: 'Version 3 is significantly better' }).waitFor();
    // Before the page is drawn again.
    await page.evaluate(`(async () => {
      const select = document.querySelector('.comparison select');
      select.selectedIndex = 0;
      select.dispatchEvent(new Event('change', { bubbles: true }));
      await new Promise((later) => setTimeout(later));
      document.querySelector('.verdicts input').click();
    })()`);
    await panel.frames();
    await panel.button(chatTexts.compareKeep).press('Enter');
    expect(await panel.sent()).toEqual([{ kind: 'compare', head: 'helpful', better: 'a2', worse: 'a1', grade: 'significantly' }]);
  });

  it('has no comparison for a single version, and no controls for answers that cannot be judged', async () => {
    const page = await panel.open(thumbView);
    expect(await page.locator('.compare').count()).toBe(0);
    await panel.opened.send({ ...thumbView, messages: thumbView.messages.map((message) => ({ ...message, judging: null })) });
    expect(await panel.button(chatTexts.thumbUp).count()).toBe(0);
  });

  it('says how many are generated, their cost, and why there are no more', async () => {
    const page = await panel.open(candidatesView);
    await page.locator('summary', { hasText: 'Best of 4' }).press('Enter');
    const group = page.getByRole('group', { name: chatTexts.bestCount });
    expect(await group.getByRole('radio', { name: '8', exact: true }).isDisabled()).toBe(true);
    expect(await page.getByText('At most 4: 12 of 50 comparisons.').isVisible()).toBe(true);
    expect(await page.getByText(/0\.64 nats/).isVisible()).toBe(true);
    await group.getByRole('radio', { name: '2', exact: true }).check();
    await panel.button(chatTexts.resetForModel).click();
    await panel.button(chatTexts.preferences).click();
    expect(await panel.sent()).toEqual([{ kind: 'best', count: 2 }, { kind: 'best', count: 1 }, { kind: 'preferences' }]);
  });
});
