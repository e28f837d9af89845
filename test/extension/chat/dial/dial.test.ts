import { describe, expect, it } from 'vitest';
import { Dial } from '../../../../extension/chat/dial/dial.ts';
import { PROMPTS, systemPromptOf } from '../../../../extension/chat/dial/promptLevels.ts';
import { thresholdFor, thresholdThatPasses } from '../../../../extension/chat/dial/threshold.ts';
import { model } from '../scriptedEngine.ts';

const blank = { id: 'q', parent: '', role: 'user', state: 'done', error: '', numbers: null, doubts: [], revision: 0 } as const;
const code = [{ id: 'a', label: 'a.ts', language: 'typescript', text: 'kill(pid)' }];

describe('thresholdFor', () => {
  it.each([
    ['without a dial the model decides by itself', null, 'How do I kill a process?', [], {}],
    ['the dial holds for questions', 0.2, 'How do I kill a process?', [], { refuseAbove: 0.2 }],
    ['its strict side does not for code that is explained', 0.2, '/explain', code, { refuseAbove: 0.5 }],
    ['its permissive side does', 0.9, '/explain in short', code, { refuseAbove: 0.9 }],
    ['nor does the word alone exempt anything', 0.2, '/explain how to kill', [], { refuseAbove: 0.2 }],
    ['nor another command', 0.2, '/fix', code, { refuseAbove: 0.2 }],
  ] as const)('%s', (_, threshold, text, attachments, told) => {
    expect(thresholdFor(threshold, { ...blank, text, attachments })).toEqual(told);
  });
});

describe('thresholdThatPasses', () => {
  it.each([
    [0.73121, 0.7313],
    [0.5, 0.5],
    [0.99999, 1],
    [1, 1],
  ])('of %d is %d', (probability, threshold) => {
    expect(thresholdThatPasses(probability)).toBe(threshold);
  });

  it('is never below the probability, nor a step above it', () => {
    for (let i = 1; i < 500; i++) {
      const probability = i / 500;
      const threshold = thresholdThatPasses(probability);
      expect(threshold).toBeGreaterThanOrEqual(probability);
      expect(threshold - probability).toBeLessThan(0.00011);
    }
  });
});

describe('systemPromptOf', () => {
  it('is nothing, a text of Paddock or that of the person', () => {
    const settings = { threshold: null, custom: ' Be kind. \n' };
    const all = (['none', 'brief', 'cautious', 'custom'] as const).map((level) => systemPromptOf({ ...settings, level }));
    expect(all).toEqual(['', PROMPTS.brief, PROMPTS.cautious, 'Be kind.']);
  });
});

describe('Dial', () => {
  const decided = { probability: 0.8, threshold: 1, refused: false, model: model.path, offers: true };
  const deciding = { ...model, decidesToRefuse: true };
  const remembered = new Map<string, unknown>();
  const memory = {
    get: (key: string) => remembered.get(key),
    update: async (key: string, value: unknown) => void remembered.set(key, value),
  };

  it('remembers each model’s own settings, also in another window', async () => {
    await new Dial(memory, () => deciding).use({ threshold: 0.3, level: 'brief', custom: '' });
    await new Dial(memory, () => ({ ...deciding, path: '/other' })).use({ threshold: 0.9, level: 'none', custom: 'x' });
    expect(new Dial(memory, () => deciding).shown).toMatchObject({ threshold: 0.3, level: 'brief', canDial: true });
    expect(new Dial(memory, () => ({ ...deciding, path: '/third' })).shown).toMatchObject({ threshold: null, level: 'none' });
    expect(new Dial(memory, () => undefined).shown).toBeNull();
  });

  it('takes what is no setting for none', () => {
    for (const stored of [7, { [model.path]: 'strict' }, { [model.path]: { threshold: 2, level: 'none', custom: '' } }]) {
      const dial = new Dial({ get: () => stored, update: async () => undefined }, () => deciding);
      expect(dial.shown).toMatchObject({ threshold: null, level: 'none', custom: '' });
    }
  });

  it('offers its place to the model that decided, unless it stands there already', async () => {
    const dial = new Dial(memory, () => deciding);
    await dial.use({ threshold: 0.3, level: 'none', custom: '' });
    expect(dial.shownDecision(decided).offer).toBe(0.8);
    expect(dial.shownDecision({ ...decided, offers: false }).offer).toBeNull();
    expect(dial.shownDecision({ ...decided, model: '/other' }).offer).toBeNull();
    await dial.letPass(decided);
    expect(dial.shown?.threshold).toBe(0.8);
    expect(dial.shownDecision(decided).offer).toBeNull();
    await dial.letPass({ ...decided, probability: 0.6 });
    expect(dial.shown?.threshold).toBe(0.8);
  });
});
