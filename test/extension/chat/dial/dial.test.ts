import { describe, expect, it } from 'vitest';
import { decisionFor, isDecision, thresholdThatPasses } from '../../../../extension/chat/dial/decision.ts';
import { Dial } from '../../../../extension/chat/dial/dial.ts';
import { PROMPTS, systemPromptOf } from '../../../../extension/chat/dial/promptLevels.ts';
import { explainsCode } from '../../../../extension/chat/dial/threshold.ts';
import { BY_ITSELF, type Lever } from '../../../../webview/protocol/chatRefusals.ts';
import { model } from '../scriptedEngine.ts';

/** An audit that finds the person's target kept at a threshold. */
const auditedAt = (threshold: number) => ({ target: { share: 0.05, threshold }, refusedAt: () => [] });

const code = [{ id: 'a', label: 'a.ts', language: 'typescript', text: 'kill(pid)' }];

describe('explainsCode', () => {
  it.each([
    ['a question does not', 'How do I kill a process?', [], false],
    ['the command with code does', '/explain in short', code, true],
    ['the word alone does not', '/explain how to kill', [], false],
    ['nor does another command', '/fix', code, false],
  ] as const)('%s', (_, text, attachments, explains) => {
    expect(explainsCode({ text, attachments })).toBe(explains);
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
  it("is none, one of Paddock's, or the person's own", () => {
    const settings = { ...BY_ITSELF, custom: ' Be kind. \n' };
    const all = (['none', 'brief', 'cautious', 'custom'] as const).map((level) => systemPromptOf({ ...settings, level }));
    expect(all).toEqual(['', PROMPTS.brief, PROMPTS.cautious, 'Be kind.']);
  });
});

describe('Dial', () => {
  const under = { weights: model.weights, lever: 'token', direction: '', prompt: '' } as const;
  const offer = { passes: 0.8, under };
  const decided = { probability: 0.8, threshold: 1, refused: false, model: model.key, offer };
  const deciding = { ...model, decidesToRefuse: true };
  const remembered = new Map<string, unknown>();
  const memory = {
    get: (key: string) => remembered.get(key),
    update: async (key: string, value: unknown) => void remembered.set(key, value),
  };

  it('remembers each model’s own settings, also in another window', async () => {
    await new Dial(memory, () => deciding).use({ ...BY_ITSELF, threshold: 0.3, level: 'brief' });
    await new Dial(memory, () => ({ ...deciding, key: '/other' })).use({ ...BY_ITSELF, threshold: 0.9, custom: 'x' });
    expect(new Dial(memory, () => deciding).shown).toMatchObject({ threshold: 0.3, level: 'brief', driven: { lever: 'token' } });
    expect(new Dial(memory, () => ({ ...deciding, key: '/third' })).shown).toMatchObject({ threshold: null, level: 'none' });
    // The path of the model that comes with Paddock is another after each update.
    expect(new Dial(memory, () => ({ ...deciding, path: '/moved' })).shown).toMatchObject({ threshold: 0.3, level: 'brief' });
    expect(new Dial(memory, () => undefined).shown).toBeNull();
  });

  it('takes a change by itself, so that two in a row are both kept; of levers, too, while they are set by themselves', async () => {
    const dial = new Dial(memory, () => ({ ...deciding, key: '/changed' }));
    const own = { threshold: 0.3, mode: 'add', coefficient: 0, bias: 0 } as const;
    await Promise.all([
      dial.use({ threshold: 0.3 }),
      dial.use({ level: 'custom' }),
      dial.use({ custom: 'x' }),
      dial.use({ own }),
    ]);
    await Promise.all([
      dial.use({ own: { mode: 'project' } }),
      dial.use({ own: { coefficient: -1.5 } }),
      dial.use({ direction: '/a' }),
    ]);
    const levers = { ...own, mode: 'project', coefficient: -1.5 };
    expect(dial.settings).toEqual({ threshold: 0.3, level: 'custom', custom: 'x', direction: '/a', own: levers });
    await Promise.all([dial.use({ own: null }), dial.use({ own: { bias: 2 } })]);
    expect(dial.settings).toEqual({ threshold: 0.3, level: 'custom', custom: 'x', direction: '/a', own: null });
  });

  it('reads what was stored before there were levers', () => {
    const stored = { [model.key]: { threshold: 0.2, level: 'custom', custom: 'x' } };
    const dial = new Dial({ get: () => stored, update: async () => undefined }, () => deciding);
    expect(dial.settings).toEqual({ threshold: 0.2, level: 'custom', custom: 'x', direction: '', own: null });
  });

  it('uses the direction that was chosen, else the first, else none', async () => {
    const steerable = { ...model, canSteer: true };
    const directions = [
      { path: '/a', name: 'a', mark: 'a-1' },
      { path: '/b', name: 'b', mark: 'b-1' },
    ];
    const source = { directions: () => directions, audited: () => auditedAt(0.7) };
    const dial = new Dial(memory, () => steerable, source);
    await dial.use({ ...BY_ITSELF, threshold: 0, direction: '/b' });
    expect(dial.toldFor({})).toEqual({ steering: { path: '/b', mode: 'add', coefficient: 2 } });
    expect(dial.shown).toMatchObject({ direction: '/b', target: { threshold: 0.7 }, driven: { lever: 'direction' } });
    expect(dial.shown?.directions[0]).toEqual({ path: '/a', name: 'a' });
    expect(dial.setUp).toMatchObject({ lever: 'direction', direction: 'b-1' });
    await dial.use({ ...dial.settings, direction: '/gone' });
    expect(dial.direction).toBe('/a');
    directions.length = 0;
    expect([dial.direction, dial.lever, dial.shown?.target]).toEqual([undefined, undefined, null]);
    expect(dial.toldFor({})).toEqual({});
  });

  it('offers the person’s target as well, where that is more permissive', async () => {
    const source = { directions: () => [], audited: () => auditedAt(0.6) };
    const dial = new Dial(memory, () => deciding, source);
    await dial.use({ ...BY_ITSELF, threshold: 0.3 });
    expect(dial.shownDecision(decided)).toMatchObject({ offer: 0.8, target: { threshold: 0.6 } });
    await dial.move('target', decided);
    expect(dial.settings.threshold).toBe(0.6);
    expect(dial.shownDecision(decided)).toMatchObject({ offer: 0.8, target: null });
    await dial.move('target', decided);
    await dial.move('leave', decided);
    expect(dial.settings.threshold).toBe(0.6);
  });

  it('replaces levers that were set by themselves when it is turned', async () => {
    const dial = new Dial(memory, () => deciding);
    await dial.use({ ...BY_ITSELF, level: 'brief', own: { threshold: 0.1, mode: 'add', coefficient: 0, bias: 0 } });
    expect(dial.toldFor({})).toEqual({ refuseAbove: 0.1 });
    await dial.turnTo(0.8);
    expect(dial.settings).toEqual({ ...BY_ITSELF, level: 'brief', threshold: 0.8 });
  });

  it('ignores stored values that are no settings', () => {
    for (const stored of [7, { [model.key]: 'strict' }, { [model.key]: { threshold: 2, level: 'none', custom: '' } }]) {
      const dial = new Dial({ get: () => stored, update: async () => undefined }, () => deciding);
      expect(dial.shown).toMatchObject({ threshold: null, level: 'none', custom: '' });
    }
  });

  it('says how an answer was decided if it was refused or could have been, and always with levers set by hand', async () => {
    const dial = new Dial(memory, () => deciding);
    const isTold = (probability: number | null, refused = false) =>
      dial.shownDecision({ ...decided, probability, refused }).isTold;
    expect([0.0069, 0.0499, 0.05, 0.8].map((probability) => isTold(probability))).toEqual([false, false, true, true]);
    expect([isTold(0.001, true), isTold(null, true), isTold(null)]).toEqual([true, true, false]);
    await dial.use({ ...BY_ITSELF, threshold: 0.3 });
    expect(isTold(0.0069)).toBe(false);
    await dial.use({ ...BY_ITSELF, own: { threshold: 0.3, mode: 'add', coefficient: 0, bias: 0 } });
    expect(isTold(0.0069)).toBe(true);
  });

  it('is offered only to the model that decided, and only if it is not there already', async () => {
    const dial = new Dial(memory, () => deciding);
    await dial.use({ ...BY_ITSELF, threshold: 0.3 });
    expect(dial.shownDecision(decided).offer).toBe(0.8);
    const { offer: _, ...plain } = decided;
    expect(dial.shownDecision(plain).offer).toBeNull();
    for (const other of [{ weights: 'foal-2' }, { lever: 'opening' }, { prompt: 'Be kind.' }] as const) {
      expect(dial.shownDecision({ ...decided, offer: { ...offer, under: { ...under, ...other } } }).offer).toBeNull();
    }
    expect(dial.shownDecision({ ...decided, model: '/other' }).offer).toBeNull();
    await dial.move('there', decided);
    expect(dial.shown?.threshold).toBe(0.8);
    expect(dial.shownDecision(decided).offer).toBeNull();
    await dial.move('there', { ...decided, offer: { ...offer, passes: 0.6 } });
    expect(dial.shown?.threshold).toBe(0.8);
  });

  it('is offered at the middle at least where first words were sampled: there no refusing words are sampled', async () => {
    const opening = { ...model, opensRefusals: true };
    const dial = new Dial(memory, () => opening);
    await dial.use(BY_ITSELF);
    const rare = { ...decided, probability: 0.2, offer: { passes: 0.2, under: { ...under, lever: 'opening' } } } as const;
    expect(dial.shownDecision(rare).offer).toBe(0.5);
    expect(dial.shownDecision({ ...rare, offer: { ...rare.offer, passes: 0.7 } }).offer).toBe(0.7);
    await dial.move('there', rare);
    expect(dial.settings.threshold).toBe(0.5);
    expect(dial.shownDecision(rare).offer).toBeNull();
    await dial.use({ ...BY_ITSELF, threshold: 0.1 });
    expect(dial.shownDecision(rare).offer).toBe(0.2);
  });
});

describe('what is stored about how an answer was decided', () => {
  const token = { key: '/foal', decidesToRefuse: true };
  const words = { key: '/foal' };
  const setUp = (lever: Lever) => ({ weights: '1', lever, direction: '', prompt: '' });
  const said = (text: string, probability?: number, refused = false) => ({
    text,
    ...(probability !== undefined && { refusal: { probability, refused } }),
  });
  const steering = { path: '/d.gguf', mode: 'add', coefficient: -2 } as const;
  it.each([
    ['a token says all', said("I'm sorry, I cannot.", 0.2), token, {}, undefined, { refused: false, threshold: 0.5 }],
    ['words say nothing of an answer', said('Use kill.'), words, {}, undefined, undefined],
    [
      'words refuse where the first did not',
      said("I'm sorry, I cannot.", 0.2),
      words,
      { refuseAbove: 0.9 },
      undefined,
      { refused: true },
    ],
    ['a place is offered', said('So.', 0.70001), token, { refuseAbove: 1 }, setUp('token'), { offer: { passes: 0.7001 } }],
    ['and by first words', said('So.', 0.7), words, { refuseAbove: 1 }, setUp('opening'), { offer: { passes: 0.7 } }],
    ['not for what is refused again', said("I'm sorry, I cannot.", 0.7), words, {}, setUp('opening'), { offer: undefined }],
    ['not along a direction', said('So.', 0.7), words, { refuseAbove: 1, steering }, setUp('direction'), { offer: undefined }],
    ['not where a direction was set by itself', said('So.', 0.7), token, { steering }, setUp('token'), { offer: undefined }],
  ] as const)('%s', (_, answer, of, told, wanted, kept) => {
    const decision = decisionFor(answer, of, told, wanted);
    if (kept) expect({ offer: undefined, ...decision }).toMatchObject(kept);
    else expect(decision).toBeUndefined();
    if (decision) expect(isDecision(JSON.parse(JSON.stringify(decision)))).toBe(true);
  });
});
