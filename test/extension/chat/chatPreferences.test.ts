import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { chatDoor } from '../../../extension/preferences/chatDoor.ts';
import { Preferences } from '../../../extension/preferences/preferences.ts';
import type { ShownMessage } from '../../../webview/protocol/chatMessages.ts';
import { until } from '../../support/until.ts';
import { prior, words } from '../preferences/samples.ts';
import { answered, chatForEach, here, openWindow, said, view, wish } from './chatScene.ts';
import { model } from './scriptedEngine.ts';

chatForEach();

/** The preferences of this test's folder, as a new window has them. */
function preferences(): Preferences {
  const opened = new Preferences({
    folder: path.join(here.folder, 'preferences'),
    // Every feature of a candidate is its number; by the heads here the first is the most helpful, and all are safe.
    prior: async () => ({ ...prior, safe: { ...prior.safe, weight: prior.safe.weight.map(() => 0) } }),
    warn: (message) => here.done.push(message),
    onChange: () => undefined,
  });
  here.preferences = chatDoor(opened, words, () => here.done.push('page'));
  return opened;
}

const last = (): ShownMessage => {
  const message = view().messages.at(-1);
  if (!message) throw new Error('Nothing was said.');
  return message;
};
const judging = () => {
  const shown = last().judging;
  if (!shown) throw new Error('The answer cannot be judged.');
  return shown;
};
/** What the cards say, in their order. */
const cards = () => judging().order.map((id) => judging().versions.find((version) => version.id === id)?.text);
const idOf = (text: string) => judging().versions.find((version) => version.text === text)?.id ?? '';

describe('judging answers in the chat', () => {
  let kept: Preferences;
  const judgements = () => kept.known(model.path)?.stored.judgements ?? [];

  beforeEach(async () => {
    kept = preferences();
    here.chat.dispose();
    here.chat = await openWindow();
    await kept.load(model.path);
    here.engine.candidates = ['The first.', 'The second.', 'The third, made of madeUp.', 'The fourth.'];
  });

  /** Four answers to a question. */
  const drawFour = async () => {
    await wish({ kind: 'best', count: 4 });
    await wish({ kind: 'send', text: 'Why?' });
    await here.chat.ended;
    await Promise.resolve();
  };

  it('has thumbs for every answer, which are kept, changed and taken back', async () => {
    await answered('Because.', { kind: 'send', text: 'Why?' });
    expect(judging()).toMatchObject({ thumb: null, versions: [], order: [], vote: null });
    await wish({ kind: 'thumb', message: last().id, thumb: 'up' });
    expect(judgements()).toMatchObject([{ id: `thumb-${last().id}`, kind: 'thumb', head: 'helpful', isUp: true, version: 0 }]);
    await wish({ kind: 'thumb', message: last().id, thumb: 'down' });
    expect(judgements()).toMatchObject([{ isUp: false }]);
    expect(judging().thumb).toBe('down');
    await wish({ kind: 'thumb', message: last().id, thumb: null });
    expect(judgements()).toEqual([]);
    await until('the panel to know', () => judging().thumb === null);
  });

  it('draws as many answers as are wanted, and shows the best with the others beside it', async () => {
    await drawFour();
    expect(here.engine.draws).toMatchObject([{ count: 4, seed: 0 }]);
    expect(said()).toEqual(['user done: Why?', 'assistant done: The first.']);
    expect(cards()).toEqual(here.engine.candidates);
    expect(last().version).toEqual({ index: 0, count: 4 });
    expect(last().numbers).toMatchObject({ tokens: 0, tokensPerSecond: 40 });
    expect(view().best).toMatchObject({ count: 4, most: 4, reason: '4: 0 of 50' });
    await wish({ kind: 'regenerate', message: last().id });
    await here.chat.ended;
    expect(here.engine.draws.at(-1)).toMatchObject({ count: 4, seed: 4 });
    await until('the other four', () => last().version.count === 8);
    expect(judging().order).toHaveLength(4);
  });

  it('shows another candidate that is chosen, and remembers that and the order in another window', async () => {
    await drawFour();
    await wish({ kind: 'choose', message: idOf('The fourth.') });
    expect(said().at(-1)).toBe('assistant done: The fourth.');
    const order = ['The fourth.', 'The second.', 'The first.', 'The third, made of madeUp.'].map(idOf);
    await wish({ kind: 'rank', order });
    expect(judging()).toMatchObject({ order, isRanked: true });
    const [ranking] = judgements();
    expect(ranking).toMatchObject({ kind: 'ranking', head: 'helpful' });
    expect(ranking?.kind === 'ranking' && ranking.answers.map(({ rank, features }) => [rank, features[0]])).toEqual([
      ...[
        [0, 3],
        [1, 1],
        [2, 0],
        [3, 2],
      ],
    ]);
    here.chat.dispose();
    preferences();
    here.chat = await openWindow();
    await until('the conversation', () => view().messages.length === 2);
    expect(said().at(-1)).toBe('assistant done: The fourth.');
    expect(judging()).toMatchObject({ order, isRanked: true });
  });

  it('refuses an order that leaves one out, and comparing an answer with itself or with a missing one', async () => {
    await drawFour();
    await wish({ kind: 'rank', order: judging().order.slice(1) });
    await wish({ kind: 'rank', order: [...judging().order.slice(1), 'other'] });
    const one = idOf('The first.');
    await wish({ kind: 'compare', head: 'helpful', better: one, worse: one, grade: 'better' });
    await wish({ kind: 'compare', head: 'helpful', better: one, worse: 'other', grade: 'better' });
    expect(judgements()).toEqual([]);
    expect(judging().isRanked).toBe(false);
  });

  it('compares an answer with one given again, once for either order of the two', async () => {
    await answered('Because.', { kind: 'send', text: 'Why?' });
    const first = last().id;
    await answered('For no reason.', { kind: 'regenerate', message: first });
    const second = last().id;
    expect(judging().versions.map(({ text, scores }) => [text, scores !== null])).toEqual([
      ['Because.', true],
      ['For no reason.', true],
    ]);
    await wish({ kind: 'compare', head: 'helpful', better: first, worse: second, grade: 'slightly' });
    await wish({ kind: 'compare', head: 'helpful', better: second, worse: first, grade: 'significantly' });
    await wish({ kind: 'compare', head: 'safe', better: first, worse: second, grade: 'negligibly' });
    expect(judgements()).toMatchObject([
      { kind: 'comparison', head: 'helpful', grade: 'significantly' },
      { kind: 'comparison', head: 'safe', grade: 'negligibly' },
    ]);
  });

  it('counts asking for an answer anyway as a judgement of the refusal', async () => {
    here.engine.refusal = 0.9;
    await answered('No.', { kind: 'send', text: 'How do I kill a process?' });
    const refusal = last().id;
    here.engine.refusal = 0.1;
    await answered('So.', { kind: 'answerAnyway', message: refusal });
    expect(judgements()).toMatchObject([{ id: `anyway-${refusal}`, kind: 'thumb', head: 'helpful', isUp: false }]);
    await wish({ kind: 'answerAnyway', message: last().id });
    expect(judgements()).toHaveLength(1);
  });

  it('counts refusals of a model without a deciding token, however many answers are drawn', async () => {
    const recent = () => kept.known(model.path)?.stored.recent.map(({ isRefusal }) => isRefusal);
    await answered("I'm sorry, but I can't help with that.", { kind: 'send', text: 'How do I kill a process?' });
    await answered('With kill.', { kind: 'send', text: 'How do I kill a process?' });
    expect(recent()).toEqual([true, false]);
    here.engine.candidates = ["I can't help.", 'No, I cannot assist.', 'I am unable to help with that.', 'I refuse to help.'];
    await drawFour();
    expect(recent()).toEqual([true, false, true]);
  });

  it('lets short answers vote, and shows what most of them say', async () => {
    here.engine.candidates = ['5', '4', 'It is 6.', '4.'];
    await drawFour();
    expect(said().at(-1)).toBe('assistant done: 4');
    expect(judging().vote).toEqual({ answer: '4', votes: 2, of: 4 });
    expect(cards()).toEqual(['4', '4.', '5', 'It is 6.']);
  });

  it('shows what several candidates say once, and lets each of them vote', async () => {
    here.engine.candidates = ['5', '4', '5', '5'];
    await drawFour();
    expect(judging()).toMatchObject({ drawn: 4, vote: { answer: '5', votes: 3, of: 4 } });
    expect(cards()).toEqual(['5', '4']);
    expect(last()).toMatchObject({ text: '5', version: { count: 2 } });
    here.chat.dispose();
    here.chat = await openWindow();
    expect(judging()).toMatchObject({ drawn: 4, vote: { answer: '5', votes: 3, of: 4 } });
  });

  it('shows no cards where all candidates say the same', async () => {
    here.engine.candidates = ['Same.', 'Same.', 'Same.', 'Same.'];
    await drawFour();
    expect(last()).toMatchObject({ text: 'Same.', version: { count: 1 } });
    expect(judging()).toMatchObject({ drawn: 4, versions: [] });
  });

  it('learns nothing from a model without heads, which answers once', async () => {
    here.preferences = chatDoor(
      new Preferences({
        folder: here.folder,
        prior: () => Promise.reject(new Error('none')),
        warn: (message) => here.done.push(message),
        onChange: () => undefined,
      }),
      words,
      () => undefined,
    );
    here.chat.dispose();
    here.chat = await openWindow();
    await answered('Because.', { kind: 'send', text: 'Why?' });
    expect(view().best).toBeNull();
    expect(last().judging).toBeNull();
    await wish({ kind: 'thumb', message: last().id, thumb: 'up' });
    expect(last().judging).toBeNull();
  });

  it('opens the page of what was judged', async () => {
    await wish({ kind: 'preferences' });
    expect(here.done).toContain('page');
  });
});
