import { describe, expect, it } from 'vitest';
import { activeVersion, FEATURES, type Judgement, judgementsFrom } from '../../../engine/index.ts';
import {
  asShipped,
  erased,
  isDue,
  learnt,
  versionsOf,
  withActive,
  withJudgements,
  withoutJudgement,
  withRecent,
} from '../../../extension/preferences/changes.ts';
import { exported, noPreferences, parse, serialize } from '../../../extension/preferences/stored.ts';
import { comparison, features, prior, several, suggestion } from './samples.ts';

const nothing = noPreferences('/models/foal');

describe('stored preferences', () => {
  it('replace a judgement by a newer one of the same answers, and remove it', () => {
    const judged = withJudgements(withJudgements(nothing, [comparison('a', 1), comparison('b', 2)]), [comparison('a', 3)]);
    expect(judged.judgements.map(({ id, at }) => [id, at])).toEqual([
      ['b', 2],
      ['a', 3],
    ]);
    expect(withoutJudgement(judged, 'b').judgements.map(({ id }) => id)).toEqual(['a']);
    expect(withJudgements(judged, [])).toBe(judged);
  });

  it('are bounded, and suggestions do not displace judgements', () => {
    const full = withJudgements(
      withJudgements(nothing, several(2_100, comparison)),
      several(600, (id) => suggestion(`s-${id}`)),
    );
    const kinds = Map.groupBy(full.judgements, ({ kind }) => kind);
    expect([kinds.get('comparison')?.length, kinds.get('suggestion')?.length]).toEqual([2_000, 500]);
    expect(full.judgements[0]?.id).toBe('judgement-100');
    expect(full.fresh).toBe(2_100);
    const answers = Array.from({ length: 250 }, (_, i) => ({
      ...{ id: `${i}`, at: i, text: `  An answer\n${'x'.repeat(200)}`, features: features(2 / 3), isRefusal: false },
    }));
    const { recent } = withRecent(nothing, answers);
    expect([recent.length, recent[0]?.id, recent[0]?.text.length]).toEqual([200, '50', 80]);
    expect(recent[0]?.text).toMatch(/^An answer xxx/);
    expect(recent[0]?.features[FEATURES.indexOf('log_length')]).toBe(0.66667);
  });

  it('keep the best samples of earlier versions when they are full', () => {
    const early = several(60, (id) => ({ ...comparison(`early-${id}`), chosen: features(2), grade: 'slightly' }) as Judgement);
    const { stored } = learnt(withJudgements(nothing, early), prior, 7);
    const later = (count: number) => several(count, (id) => ({ ...comparison(id), version: 1 }));
    expect(stored.heads?.active).toBe(1);
    const full = withJudgements(stored, later(2_500)).judgements;
    expect(full).toHaveLength(2_000);
    expect(full.filter(({ version }) => version === 0).map(({ id }) => id)).toEqual(early.map(({ id }) => id));
    expect(full.at(-1)?.id).toBe('judgement-2499');
  });

  it('are learned from after ten judgements, and can return to the shipped heads', () => {
    const nine = withJudgements(nothing, several(9, comparison));
    expect(isDue(nine)).toBe(false);
    const judged = withJudgements(nine, several(40, comparison));
    expect(isDue(judged)).toBe(true);
    const { stored, attempt } = learnt(judged, prior, 7);
    expect(attempt.isActivated).toBe(true);
    expect(stored.fresh).toBe(0);
    const lengthOf = (now: typeof stored) =>
      activeVersion(versionsOf(now, prior)).heads.helpful.weight[FEATURES.indexOf('log_length')] ?? Number.NaN;
    expect(lengthOf(judged)).toBe(-1);
    expect(lengthOf(stored)).toBeGreaterThan(0);
    expect(lengthOf(withActive(stored, prior, 0))).toBe(-1);
    expect(lengthOf(withActive(withActive(stored, prior, 0), prior, 1))).toBe(lengthOf(stored));
    expect(lengthOf(withActive(stored, prior, 9))).toBe(lengthOf(stored));
    expect(asShipped({ ...stored, count: 8 })).toMatchObject({ heads: null, count: 1, judgements: stored.judgements });
    expect(erased({ ...stored, count: 8 })).toMatchObject({ heads: null, count: 8, judgements: [], recent: [] });
  });

  it('have the currently shipped heads as the first version, whatever shipped before', () => {
    const { stored } = learnt(withJudgements(nothing, several(40, comparison)), prior, 7);
    const newer = { ...prior, unsafeBelow: 0.2 };
    expect(versionsOf(stored, newer).versions.map(({ heads }) => heads.unsafeBelow)).toEqual([0.2, 0.15]);
  });

  it('are the same after writing and reading, and anything invalid is refused', () => {
    const { stored } = learnt(withJudgements(nothing, [...several(20, comparison), suggestion('s')]), prior, 7);
    expect(parse(serialize(stored))).toEqual(stored);
    for (const broken of [
      '',
      '{',
      '[]',
      '{"version":1}',
      serialize(stored).slice(0, -9),
      serialize(stored).replace('":1', '":2'),
    ]) {
      expect(parse(broken)).toBeUndefined();
    }
    expect(parse(serialize(stored).replace('"grade":"better"', '"grade":"best"'))).toBeUndefined();
  });

  it('are exported as judgements that can be imported elsewhere, for the same features only', () => {
    const judged = withJudgements(nothing, several(3, comparison));
    const file = exported(judged, FEATURES);
    expect(judgementsFrom(file, 'a.json')).toEqual(judged.judgements);
    expect(() => judgementsFrom(exported(judged, FEATURES.slice(1)), 'a.json')).toThrow('other features');
    expect(() => judgementsFrom(`${file}x`, 'a.json')).toThrow('is not JSON');
  });
});
