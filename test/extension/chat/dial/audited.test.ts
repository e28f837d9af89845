import { describe, expect, it } from 'vitest';
import { StoredAudits } from '../../../../extension/audit/stored.ts';
import { AuditedTargets } from '../../../../extension/chat/dial/audited.ts';
import { auditedDial } from '../../../../extension/chat/dial/auditedDial.ts';
import { Dial } from '../../../../extension/chat/dial/dial.ts';
import { PROMPTS } from '../../../../extension/chat/dial/promptLevels.ts';
import { BY_ITSELF, type RefusalSettings } from '../../../../webview/protocol/chatRefusals.ts';
import { someAnswers, someAudit } from '../../audit/samples.ts';
import { model } from '../scriptedEngine.ts';

function memory() {
  const map = new Map<string, unknown>();
  return { get: (key: string) => map.get(key), update: async (key: string, value: unknown) => void map.set(key, value) };
}

describe('the person’s target on the dial', () => {
  const token = { lever: 'token', level: 'none' } as const;

  it('stands where the last whole audit with this lever and prompt found it kept', async () => {
    const audits = new StoredAudits(memory());
    const targets = new AuditedTargets(audits);
    expect(targets.of('/tiny', token)).toBeUndefined();
    await audits.keep(someAudit());
    const found = targets.of('/tiny', token);
    expect(found?.share).toBe(0.05);
    // One of twenty may be refused: the highest of .03 (1 + i / 31) may.
    expect(found?.threshold).toBeGreaterThan(0.03 * (1 + 18 / 31));
    expect(found?.threshold).toBeLessThan(0.03 * (1 + 19 / 31));
    expect(targets.of('/other', token)).toBeUndefined();
    expect(targets.of('/tiny', { ...token, level: 'brief' })).toBeUndefined();
    expect(targets.of('/tiny', { ...token, lever: 'direction' })).toBeUndefined();
    await audits.setTarget(1);
    expect(targets.of('/tiny', token)?.threshold).toBeLessThan(0.03);
  });

  it('is not read off audits that were stopped, that swept nothing, or that asked for nothing to be answered', async () => {
    const audits = new StoredAudits(memory());
    const targets = new AuditedTargets(audits);
    await audits.keep(someAudit({ isComplete: false }));
    await audits.keep(someAnswers({ isComplete: true }));
    await audits.keep(someAudit({ id: 'c', sets: someAudit().sets.filter(({ shouldRefuse }) => shouldRefuse) }));
    expect(targets.of('/tiny', token)).toBeUndefined();
    expect(targets.of('/other', token)).toBeUndefined();
  });
});

describe('what a model is audited under', () => {
  const deciding = { ...model, decidesToRefuse: true };
  const dialWith = async (
    settings: Partial<RefusalSettings>,
    of = deciding,
    directions: { path: string; name: string }[] = [],
  ) => {
    const dial = new Dial(memory(), () => of, { directions: () => directions, target: () => undefined });
    await dial.use({ ...BY_ITSELF, ...settings });
    return auditedDial({ dial, turnTo: (threshold) => dial.turnTo(threshold) });
  };
  const told = (level: string, lever: string | null = 'token') => ({ level, lever, steering: '' });

  it('is nothing, what the chat tells now, or each prompt', async () => {
    const dial = await dialWith({ level: 'custom', custom: 'Be kind.' });
    expect(dial.under('none')).toEqual([{ system: '', told: told('none') }]);
    expect(dial.under('chat')).toEqual([{ system: 'Be kind.', told: told('custom') }]);
    expect(dial.under('levels').map(({ system }) => system)).toEqual(['', PROMPTS.brief, PROMPTS.cautious, 'Be kind.']);
    expect((await dialWith({})).under('levels')).toHaveLength(3);
  });

  it('is swept along the direction where the dial drives one', async () => {
    const directions = [{ path: '/d.gguf', name: 'd' }];
    const steerable = { ...model, canSteer: true, decidesToRefuse: false };
    const dial = await dialWith({}, steerable, directions);
    expect(dial.under('none')).toEqual([{ system: '', told: told('none', 'direction'), along: '/d.gguf' }]);
    const own = { threshold: null, mode: 'add', coefficient: -2, bias: 0 } as const;
    const set = await dialWith({ own }, steerable, directions);
    expect(set.under('chat')).toEqual([
      {
        system: '',
        told: { level: 'none', lever: null, steering: 'd × -2' },
        steering: { path: '/d.gguf', mode: 'add', coefficient: -2 },
      },
    ]);
    expect(set.under('none')[0]).toHaveProperty('along');
  });

  it('puts the dial where a threshold was found', async () => {
    const dial = await dialWith({ level: 'brief' });
    await dial.turnTo(0.3);
    expect(dial.told).toEqual(told('brief'));
  });
});
