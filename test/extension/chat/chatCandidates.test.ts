import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { PaddockError } from '../../../engine/index.ts';
import { chatDoor } from '../../../extension/preferences/chatDoor.ts';
import { Preferences } from '../../../extension/preferences/preferences.ts';
import { BY_ITSELF } from '../../../webview/protocol/chatRefusals.ts';
import { until } from '../../support/until.ts';
import { prior, words } from '../preferences/samples.ts';
import { chatForEach, here, openWindow, said, view, wish } from './chatScene.ts';
import { model } from './scriptedEngine.ts';

chatForEach();

const last = () => view().messages.at(-1);
/** What the cards say, in their order. */
const cards = () => {
  const { order = [], versions = [] } = last()?.judging ?? {};
  return order.map((id) => versions.find((version) => version.id === id)?.text);
};

describe('candidates while they are drawn', () => {
  beforeEach(async () => {
    const kept = new Preferences({
      folder: path.join(here.folder, 'preferences'),
      // Every feature of a candidate is its number; by the heads here the last is the most helpful, and all are safe.
      prior: async () => ({
        ...prior,
        helpful: { ...prior.helpful, weight: prior.helpful.weight.map(() => 0.05) },
        safe: { ...prior.safe, weight: prior.safe.weight.map(() => 0) },
      }),
      warn: (message) => here.done.push(message),
      onChange: () => undefined,
    });
    here.preferences = chatDoor(kept, words, () => undefined);
    here.chat.dispose();
    here.chat = await openWindow();
    await kept.load(model.path);
    here.engine.candidates = ['The first.', 'The second.', 'The third.', 'The fourth.'];
    here.engine.atOnce = false;
    await wish({ kind: 'best', count: 4 });
    void wish({ kind: 'send', text: 'Why?' });
    await until('the candidates to be asked for', () => here.engine.drawings.length === 1);
  });

  const drawing = () => {
    const [first] = here.engine.drawings;
    if (!first) throw new Error('Nothing is drawn.');
    return first;
  };
  /** What the panel has received of the answer under way: the last view, with the pieces since. */
  const heard = () => {
    const since = here.updates.slice(here.updates.findLastIndex(({ kind }) => kind === 'view') + 1);
    return [last()?.text, ...since.flatMap((update) => (update.kind === 'piece' ? update.text : []))].join('');
  };
  const stopped = async () => {
    await wish({ kind: 'stop' });
    await here.chat.ended;
    await Promise.resolve();
  };

  it('show the first of them as it comes, and the best in its place', async () => {
    drawing().say(0, 'The ');
    drawing().say(1, 'The second');
    await until('the first of them to be told', () => heard() === 'The ');
    expect(last()?.judging?.drawing).toBe(4);
    const { id } = last() ?? {};
    drawing().say(0, 'first.');
    drawing().end();
    await here.chat.ended;
    await Promise.resolve();
    expect(said().at(-1)).toBe('assistant done: The fourth.');
    expect(last()).toMatchObject({ id, judging: { drawing: 0 } });
    expect(cards()).toEqual(['The fourth.', 'The third.', 'The second.', 'The first.']);
  });

  it('are ranked by safety, and say so, where the model would rather refuse the message', async () => {
    const tags = async (refusal: number, decidesToRefuse: boolean) => {
      drawing().end();
      await here.chat.ended;
      here.engine.refusal = refusal;
      here.engine.atOnce = true;
      here.engine.become({ kind: 'ready', model: { ...model, ...(decidesToRefuse && { decidesToRefuse }) } });
      await wish({ kind: 'refusals', settings: { ...BY_ITSELF, threshold: 1 } });
      await wish({ kind: 'send', text: 'How do I kill a process?' });
      await here.chat.ended;
      await Promise.resolve();
      return last()?.judging?.versions.map(({ gate }) => gate);
    };
    expect(await tags(0.5, true)).toEqual(Array(4).fill('tagged'));
    expect(await tags(0.49, true)).toEqual(Array(4).fill(null));
    expect(await tags(0.9, false)).toEqual(Array(4).fill(null));
  });

  it('of models without a deciding token each may refuse by itself', async () => {
    here.engine.candidates = ['Sorry, I cannot help with that.', 'End it with kill.', "I can't assist.", 'Use pkill.'];
    const refusals = async () => {
      here.engine.atOnce = true;
      await wish({ kind: 'send', text: 'How do I kill a process?' });
      await here.chat.ended;
      await Promise.resolve();
      const decided: [string, boolean | undefined][] = [];
      for (const id of last()?.judging?.order ?? []) {
        await wish({ kind: 'choose', message: id });
        decided.push([last()?.text ?? '', last()?.decision?.refused]);
      }
      return decided;
    };
    drawing().end();
    await here.chat.ended;
    const words: [string, boolean | undefined][] = [
      ['Use pkill.', undefined],
      ["I can't assist.", true],
      ['End it with kill.', undefined],
      ['Sorry, I cannot help with that.', true],
    ];
    expect(await refusals()).toEqual(words);
    here.engine.refusal = 0.7;
    expect(await refusals()).toEqual(words.map(([text, refused]) => [text, refused === true]));
  });

  it('when stopped, are those that have ended, the best first', async () => {
    drawing().say(0, 'The first.');
    drawing().say(1, 'The second.');
    drawing().say(2, 'The thi');
    await stopped();
    expect(said()).toEqual(['user done: Why?', 'assistant done: The second.']);
    expect(cards()).toEqual(['The second.', 'The first.']);
    expect(last()).toMatchObject({ error: '', version: { index: 0, count: 2 } });
  });

  it('when only one has ended, are that one, like any answer', async () => {
    drawing().say(0, 'The fir');
    drawing().say(3, 'The fourth.');
    await stopped();
    expect(said().at(-1)).toBe('assistant done: The fourth.');
    expect(last()).toMatchObject({ version: { count: 1 }, judging: { versions: [], thumb: null } });
  });

  it('when none has ended, are one answer that was stopped', async () => {
    drawing().say(0, 'The fir');
    drawing().say(1, 'The');
    await stopped();
    expect(said().at(-1)).toBe('assistant stopped: The fir');
    expect(last()).toMatchObject({ judging: null, numbers: { tokensPerSecond: 40 }, version: { count: 1 } });
  });

  it('when stopped before the first word, are nothing', async () => {
    await stopped();
    expect(said().at(-1)).toBe('assistant stopped: ');
  });

  it('when stopped while the engine is gone or too slow, are what has come of the first', async () => {
    here.engine.hearsEnough = false;
    drawing().say(0, 'The fir');
    await wish({ kind: 'stop' });
    drawing().fail(new PaddockError('engine-gone', 'It is gone.'));
    await here.chat.ended;
    await Promise.resolve();
    expect(said().at(-1)).toBe('assistant stopped: The fir');
    void wish({ kind: 'regenerate', message: last()?.id ?? '' });
    await until('the candidates to be asked for', () => here.engine.drawings.length === 2);
    here.engine.drawings[1]?.say(0, 'The fi');
    await wish({ kind: 'stop' });
    expect(here.chat.isBusy).toBe(true);
    await stopped();
    expect(said().at(-1)).toBe('assistant stopped: The fi');
  });

  it('leave nothing half-written when the engine fails', async () => {
    drawing().say(0, 'The fir');
    await until('the first of them to be told', () => heard() === 'The fir');
    drawing().fail(new PaddockError('engine-gone', 'It is gone.'));
    await here.chat.ended;
    await Promise.resolve();
    expect(said().at(-1)).toBe('assistant failed: ');
    expect(last()).toMatchObject({ error: 'It is gone.', version: { count: 1 } });
    here.chat.dispose();
    here.chat = await openWindow();
    expect(said().at(-1)).toBe('assistant failed: ');
  });
});
