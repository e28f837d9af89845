import { describe, expect, it } from 'vitest';
import { StoredAudits } from '../../../../extension/audit/stored.ts';
import { DialAudits } from '../../../../extension/chat/dial/audited.ts';
import { auditedDial } from '../../../../extension/chat/dial/auditedDial.ts';
import { Dial } from '../../../../extension/chat/dial/dial.ts';
import type { StoredDirection } from '../../../../extension/chat/dial/leverSource.ts';
import { PROMPTS } from '../../../../extension/chat/dial/promptLevels.ts';
import { BY_ITSELF, type RefusalSettings } from '../../../../webview/protocol/chatRefusals.ts';
import { someAnswers, someAudit, someSetUp } from '../../audit/samples.ts';
import { model } from '../scriptedEngine.ts';

function memory() {
  const map = new Map<string, unknown>();
  return { get: (key: string) => map.get(key), update: async (key: string, value: unknown) => void map.set(key, value) };
}

describe('the person’s target on the dial', () => {
  it('is at the threshold found by the last complete audit under the same set-up', async () => {
    const audits = new StoredAudits(memory());
    const dialAudits = new DialAudits(audits);
    expect(dialAudits.of('/tiny', someSetUp)).toBeUndefined();
    await audits.keep(someAudit());
    const found = dialAudits.of('/tiny', someSetUp)?.target;
    expect(found?.share).toBe(0.05);
    // One of twenty may be refused: the highest of .03 (1 + i / 31) may.
    expect(found?.threshold).toBeGreaterThan(0.03 * (1 + 18 / 31));
    expect(found?.threshold).toBeLessThan(0.03 * (1 + 19 / 31));
    expect(dialAudits.of('/other', someSetUp)).toBeUndefined();
    for (const other of [{ weights: 'tiny-2' }, { prompt: 'Be kind.' }, { lever: 'direction' }, { direction: 'd' }] as const) {
      expect(dialAudits.of('/tiny', { ...someSetUp, ...other })).toBeUndefined();
    }
    await audits.setTarget('/other', 0.5);
    expect(dialAudits.of('/tiny', someSetUp)?.target.share).toBe(0.05);
    await audits.setTarget('/tiny', 1);
    expect(dialAudits.of('/tiny', someSetUp)?.target.threshold).toBeLessThan(0.03);
  });

  it('is not taken from audits that were stopped, had no sweep, steered the model besides, or had no harmless requests', async () => {
    const audits = new StoredAudits(memory());
    const dialAudits = new DialAudits(audits);
    await audits.keep(someAudit({ isComplete: false }));
    await audits.keep(someAnswers({ isComplete: true }));
    await audits.keep(someAudit({ id: 'd', told: { level: 'none', lever: 'token', steering: 'd × -2', setUp: null } }));
    await audits.keep(someAudit({ id: 'c', sets: someAudit().sets.filter(({ shouldRefuse }) => shouldRefuse) }));
    expect(dialAudits.of('/tiny', someSetUp)).toBeUndefined();
    expect(dialAudits.of('/other', someSetUp)).toBeUndefined();
  });
});

describe('what the dial refuses', () => {
  it('is read off the same audit, by set, at any place', async () => {
    const audits = new StoredAudits(memory());
    await audits.keep(someAudit());
    const audited = new DialAudits(audits).of('/tiny', someSetUp);
    const at = (threshold: number) => audited?.refusedAt(threshold).map(({ set, share }) => [set, share]);
    const shares = (borderline: number, contrast: number, ordinary: number) => Object.entries({ borderline, contrast, ordinary });
    expect(at(0)).toEqual(shares(1, 1, 1));
    expect(at(0.03)).toEqual(shares(0.95, 1, 0));
    expect(at(0.5)).toEqual(shares(0, 1, 0));
    expect(at(1)).toEqual(shares(0, 0, 0));
  });

  it("is shown for the dial's place, and not where levers are set by themselves", async () => {
    const audits = new StoredAudits(memory());
    const deciding = { ...model, key: '/tiny', weights: 'tiny-1', decidesToRefuse: true };
    await audits.keep(someAudit());
    const dialAudits = new DialAudits(audits);
    const dial = new Dial(memory(), () => deciding, { directions: () => [], audited: dialAudits.of.bind(dialAudits) });
    expect(dial.shown?.refused).toBeNull();
    await dial.turnTo(0.7);
    expect(dial.shown?.refused).toContainEqual({ set: 'contrast', share: 0.7 });
    await dial.use({ ...dial.settings, level: 'brief' });
    expect(dial.shown?.refused).toBeNull();
    const own = { threshold: 0.7, mode: 'add', coefficient: 0, bias: 0 } as const;
    await dial.use({ ...dial.settings, level: 'none', own });
    expect(dial.shown?.refused).toBeNull();
  });
});

describe('what a model is audited under', () => {
  const deciding = { ...model, decidesToRefuse: true };
  const dialWith = async (settings: Partial<RefusalSettings>, of = deciding, directions: StoredDirection[] = []) => {
    const dial = new Dial(memory(), () => of, { directions: () => directions, audited: () => undefined });
    await dial.use({ ...BY_ITSELF, ...settings });
    return auditedDial({ dial, turnTo: (threshold) => dial.turnTo(threshold) });
  };
  const told = (level: string, prompt = '', lever: string = 'token', direction = '') => ({
    ...{ level, lever, steering: '' },
    setUp: { weights: model.weights, lever, direction, prompt },
  });

  it("is no prompt, the chat's present one, or each prompt", async () => {
    const dial = await dialWith({ level: 'custom', custom: 'Be kind.' });
    expect(dial.under('none')).toEqual([{ system: '', told: told('none') }]);
    expect(dial.under('chat')).toEqual([{ system: 'Be kind.', told: told('custom', 'Be kind.') }]);
    expect(dial.under('levels').map(({ system }) => system)).toEqual(['', PROMPTS.brief, PROMPTS.cautious, 'Be kind.']);
    expect(dial.under('levels').map((each) => each.told.setUp?.prompt)).toEqual(dial.under('levels').map(({ system }) => system));
    expect((await dialWith({})).under('levels')).toHaveLength(3);
  });

  it('says nothing about the dial where a direction set by itself is added', async () => {
    const own = { threshold: 0.5, mode: 'add', coefficient: -2, bias: 0 } as const;
    const dial = await dialWith({ own }, { ...deciding, canSteer: true }, [{ path: '/d.gguf', name: 'd', mark: 'd-1' }]);
    expect(dial.under('chat')[0]?.told).toEqual({ level: 'none', lever: 'token', steering: 'd × -2', setUp: null });
    expect(dial.under('none')[0]?.told).toEqual(told('none'));
  });

  it('is swept along the direction where the dial drives one', async () => {
    const directions = [{ path: '/d.gguf', name: 'd', mark: 'd-1' }];
    const steerable = { ...model, canSteer: true, decidesToRefuse: false };
    const dial = await dialWith({}, steerable, directions);
    expect(dial.under('none')).toEqual([{ system: '', told: told('none', '', 'direction', 'd-1'), along: '/d.gguf' }]);
    const own = { threshold: null, mode: 'add', coefficient: -2, bias: 0 } as const;
    const set = await dialWith({ own }, steerable, directions);
    expect(set.under('chat')).toEqual([
      {
        system: '',
        told: { level: 'none', lever: null, steering: 'd × -2', setUp: null },
        steering: { path: '/d.gguf', mode: 'add', coefficient: -2 },
      },
    ]);
    expect(set.under('none')[0]).toHaveProperty('along');
  });

  it('puts the dial where a threshold was found', async () => {
    const dial = await dialWith({ level: 'brief' });
    await dial.turnTo(0.3);
    expect(dial.setUp).toEqual({ weights: model.weights, lever: 'token', direction: '', prompt: PROMPTS.brief });
  });
});
