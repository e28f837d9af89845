import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Judgement, PaddockError } from '../../../engine/index.ts';
import { isWeighed } from '../../../extension/chat/preference/weighed.ts';
import { withJudgements } from '../../../extension/preferences/changes.ts';
import { chatDoor, voteOf } from '../../../extension/preferences/chatDoor.ts';
import { limitOf, Measured } from '../../../extension/preferences/measured.ts';
import { Preferences } from '../../../extension/preferences/preferences.ts';
import { cornerOf, shownPreferences } from '../../../extension/preferences/preferencesView.ts';
import { isPreferencesView } from '../../../webview/protocol/preferences.ts';
import { folderForEach } from '../../support/testFolders.ts';
import { comparison, features, prior, several, suggestion, words } from './samples.ts';

const FOAL = '/models/foal';
describe('the preferences about a model', () => {
  const folder = folderForEach();
  const told: string[] = [];
  const opened = (heads: () => Promise<typeof prior> = async () => prior) => {
    told.length = 0;
    return new Preferences({
      folder: path.join(folder.path, 'preferences'),
      prior: heads,
      warn: (message) => told.push(message),
      onChange: () => told.push('changed'),
    });
  };
  const files = async () => readdir(path.join(folder.path, 'preferences'));

  it('are read once on demand, and written whole', async () => {
    const one = opened();
    expect(one.known(FOAL)).toBeUndefined();
    await one.load(FOAL);
    expect(one.known(FOAL)?.stored.judgements).toEqual([]);
    await one.change(FOAL, (stored) => withJudgements(stored, several(3, comparison)));
    expect(told).toEqual(['changed', 'changed']);
    expect((await one.load(FOAL))?.stored.judgements).toHaveLength(3);
    expect(await files()).toEqual([expect.stringMatching(/^[0-9a-f]{32}\.json$/)]);
    const again = opened();
    expect((await again.load(FOAL))?.stored.judgements).toHaveLength(3);
    expect((await again.load('/models/other'))?.stored.judgements).toEqual([]);
  });

  it('are shared by all windows', async () => {
    const [one, other] = [opened(), opened()];
    await Promise.all([
      one.change(FOAL, (stored) => withJudgements(stored, [comparison('one')])),
      one.change(FOAL, (stored) => withJudgements(stored, [comparison('two')])),
      other.change(FOAL, (stored) => withJudgements(stored, [comparison('three')])),
    ]);
    await one.change(FOAL, (stored) => stored);
    expect(
      one
        .known(FOAL)
        ?.stored.judgements.map(({ id }) => id)
        .toSorted(),
    ).toEqual(['one', 'three', 'two']);
  });

  it('are read again when that is wanted, so that what another window wrote is shown', async () => {
    const [one, other] = [opened(), opened()];
    await one.load(FOAL);
    await one.refresh(FOAL);
    expect(one.known(FOAL)?.stored.judgements).toEqual([]);
    await other.change(FOAL, (stored) => withJudgements(stored, [comparison('there')]));
    await one.refresh(FOAL);
    expect(one.known(FOAL)?.stored.judgements).toHaveLength(1);
  });

  it('start again if the file is unreadable, which is set aside', async () => {
    await opened().change(FOAL, (stored) => withJudgements(stored, [comparison('one')]));
    const [name = ''] = await files();
    const file = path.join(folder.path, 'preferences', name);
    await writeFile(file, (await readFile(file, 'utf8')).slice(0, 40));
    const again = opened();
    expect((await again.load(FOAL))?.stored.judgements).toEqual([]);
    expect(await files()).toEqual([name.replace('json', 'broken.json')]);
    expect(told[0]).toMatch(/cannot be understood/);
  });

  it('are silently missing for a model without heads; damaged heads are reported', async () => {
    const without = opened(async () => {
      throw new PaddockError('model-not-found', 'There are no heads.');
    });
    expect(await without.load(FOAL)).toBeUndefined();
    await without.change(FOAL, (stored) => withJudgements(stored, [comparison('one')]));
    expect(told).toEqual([]);
    const damaged = opened(async () => {
      throw new PaddockError('bad-model', 'They are damaged.');
    });
    expect(await damaged.load(FOAL)).toBeUndefined();
    expect(told).toEqual(['The preference heads: They are damaged.']);
  });

  it('rank answers, by votes if some agree, and remember the best', async () => {
    const preferences = opened();
    const door = chatDoor(preferences, words, () => told.push('page'));
    const answer = (text: string, seen: { readonly features: readonly number[] }) => ({ id: 'a', text, seen, isRefusal: false });
    const weights = await door.weigh(FOAL, [
      answer('It is a very long answer.\nReally.', { features: features(3) }),
      answer('It is short.\nReally.', { features: features(1) }),
      answer('eval("it")', { features: features(0.5, 2) }),
    ]);
    expect(weights.map(({ index }) => index)).toEqual([1, 0, 2]);
    expect(weights[2]?.weighed.scores.combined).toBe(weights[2]?.weighed.scores.safe);
    expect(preferences.known(FOAL)?.stored.recent.map(({ text }) => text)).toEqual(['It is short. Really.']);
    const voted = await door.weigh(FOAL, [
      answer('5', { features: features(0.1) }),
      answer('4', { features: features(0.3) }),
      answer('4.', { features: features(0.2) }),
    ]);
    expect(voted.map(({ index }) => index)).toEqual([2, 1, 0]);
    const unsafe = await door.weigh(FOAL, [
      answer('eval(x)', { features: features(0.1, 2) }),
      answer('eval(x)', { features: features(0.1, 2) }),
      answer('4', { features: features(2) }),
    ]);
    expect(unsafe.map(({ index }) => index)).toEqual([2, 0, 1]);
    expect(await door.weigh(FOAL, [])).toEqual([]);
  });

  it('rank by safety alone if the model would rather have refused the question', async () => {
    const door = chatDoor(opened(), words, () => undefined);
    const asked = (isTagged: boolean) =>
      door.weigh(
        FOAL,
        [features(1, 0.6), features(3)].map((seen, i) => ({
          ...{ id: 'a', text: `${i}`, seen: { features: seen }, isRefusal: false, isTagged },
        })),
      );
    expect((await asked(false)).map(({ index }) => index)).toEqual([0, 1]);
    const tagged = await asked(true);
    expect(tagged.map(({ index }) => index)).toEqual([1, 0]);
    for (const { weighed } of tagged) {
      expect(weighed).toMatchObject({ gate: 'tagged', scores: { combined: weighed.scores.safe } });
      expect(isWeighed(JSON.parse(JSON.stringify(weighed)))).toBe(true);
    }
    const gates = async (isTagged: boolean) => (await asked(isTagged)).map(({ weighed }) => weighed.gate);
    expect(await gates(false)).toEqual([undefined, undefined]);
  });

  it('score an answer whose probabilities are known in part', async () => {
    const door = chatDoor(opened(), words, () => undefined);
    const observed = { before: 'Why?', after: '', text: 'Because.', logProbabilities: [-0.5] };
    const [weight] = await door.weigh(FOAL, [{ id: 'a', text: 'Because.', seen: { observed }, isRefusal: false }]);
    expect(weight?.weighed).toMatchObject({ model: FOAL, version: 0, scores: { helpful: expect.any(Number) } });
  });

  it('limit candidates while there are few judgements to test the heads with, and learn by themselves', async () => {
    const preferences = opened();
    const door = chatDoor(preferences, words, () => undefined);
    await preferences.load(FOAL);
    await door.setCount(FOAL, 16);
    expect(door.best(FOAL)).toMatchObject({ count: 4, most: 4, reason: '4: 0 of 50' });
    await door.judge(FOAL, several(60, comparison));
    expect(preferences.known(FOAL)?.stored.heads?.active).toBe(1);
    expect(door.best(FOAL)).toMatchObject({ count: 16, most: 16, reason: '' });
    expect(door.best(FOAL)?.divergence).toBeCloseTo(1.835, 3);
    // The learned heads rank the next candidates.
    const next = { id: 'a', text: '4', seen: { features: features(0.1) }, isRefusal: false };
    expect((await door.weigh(FOAL, [next])).map(({ weighed }) => weighed.version)).toEqual([1]);
    expect((await door.weigh(FOAL, [next])).map(({ weighed }) => weighed.version)).toEqual([1]);
    expect(preferences.known(FOAL)?.stored.seen.count).toBe(2);
    await door.takeBack(FOAL, 'judgement-0');
    expect(preferences.known(FOAL)?.stored.judgements).toHaveLength(59);
  });

  it('are measured again with each judgement, but not for outcomes of suggestions', async () => {
    const preferences = opened();
    const measured = new Measured();
    const meter = async (...judgements: readonly Judgement[]) => {
      await preferences.change(FOAL, (stored) => withJudgements(stored, judgements));
      const known = preferences.known(FOAL);
      return known && measured.of(known).meter;
    };
    const first = await meter(...several(60, comparison));
    expect(first?.comparisons).toBe(60);
    expect(await meter(suggestion('s1'), suggestion('s2'))).toBe(first);
    expect((await meter(comparison('one more')))?.comparisons).toBe(61);
  });

  it('are shown beside the results of LLaMA 2', async () => {
    const preferences = opened();
    const safer = several(4, (id): Judgement => ({ ...comparison(`safe-${id}`), head: 'safe' }));
    await preferences.change(FOAL, (stored) => withJudgements(stored, [...several(60, comparison), ...safer]));
    const known = preferences.known(FOAL);
    if (!known) throw new Error('Nothing is known.');
    const shown = shownPreferences(known, new Measured().of(known), words);
    expect(isPreferencesView({ kind: 'view', model: 'foal', problem: '', done: '', ...shown })).toBe(true);
    expect(shown.counts[0]).toEqual({ kind: 'comparison', count: 64 });
    expect(shown.meter).toMatchObject({ comparisons: 60, most: 16 });
    expect(shown.meter?.heads).toMatchObject([
      { head: 'helpful', all: { of: 60 } },
      { head: 'safe', all: { of: 4, value: 1 } },
    ]);
    const reached = shown.meter?.heads.map(({ grades, paper }) =>
      [...grades.map((each) => each.paper), paper].map((each) => each.toFixed(3)),
    );
    expect(reached).toEqual([
      ['0.804', '0.673', '0.604', '0.550', '0.630'],
      ['0.943', '0.763', '0.657', '0.553', '0.645'],
    ]);
    expect(shown.versions).toEqual([{ version: 0, when: '', judgements: 0, isActive: true }]);
  });
});

describe('decisions about answers', () => {
  it('distinguish the ways in which two heads disagree', () => {
    expect([cornerOf(0.9, 0.9), cornerOf(0.1, 0.1), cornerOf(0.9, 0.1), cornerOf(0.1, 0.9)]).toEqual([
      ...['agree', 'agree', 'helpfulUnsafe', 'safeUnhelpful'],
    ]);
  });

  it('let only short answers vote', () => {
    expect(voteOf(['Four', '5', 'four.'])).toEqual({ shown: { answer: 'Four', votes: 2, of: 3 }, winners: new Set([0, 2]) });
    expect(voteOf(['1', '2', '3'])).toBeUndefined();
    expect(voteOf(['4'])).toBeUndefined();
    expect(voteOf(['4', 'x'.repeat(81)])).toBeUndefined();
    expect(voteOf(['a\nb', 'a\nb'])).toBeUndefined();
  });

  it('limit candidates while the heads are no better than chance', () => {
    const rate = { count: 30, of: 60, value: 0.5, low: 0.4, high: 0.6 };
    const grades = { significantly: rate, better: rate, slightly: rate, negligibly: rate };
    const accuracy = { all: rate, byGrade: grades };
    const heldOut = { helpful: accuracy, safe: accuracy };
    const meter = { comparisons: 60, heldOut, lengthCorrelation: 0, refusals: rate };
    expect(limitOf({ ...meter, mostCandidates: 4, capped: 'low-accuracy' }, words)).toEqual({ most: 4, reason: '4: 0.5 < 0.55' });
    expect(limitOf({ ...meter, mostCandidates: 16 }, words)).toEqual({ most: 16, reason: '' });
  });
});
