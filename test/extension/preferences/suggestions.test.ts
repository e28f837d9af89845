import path from 'node:path';
import { expect, it } from 'vitest';
import { FEATURES, type Observed } from '../../../engine/index.ts';
import { Preferences } from '../../../extension/preferences/preferences.ts';
import { Suggestions } from '../../../extension/preferences/suggestions.ts';
import { folderForEach } from '../../support/testFolders.ts';
import { prior } from './samples.ts';

const [FOAL, MARE] = ['/models/foal', '/models/mare'];
const folder = folderForEach();
const opened = () => {
  const options = { folder: folder.path, prior: async () => prior, warn: () => undefined, onChange: () => undefined };
  return new Preferences({ ...options, folder: path.join(folder.path, 'preferences') });
};
const seen: Observed = { before: 'const a = 1;\n', after: '', text: 'return a;', logProbabilities: [-0.5, -1.5] };
const settled = (id: string, isTaken = true) => ({ id, at: 7, seen, isTaken });

it('outcomes of suggestions are stored as weak labels for each model, as numbers and without text', async () => {
  const preferences = opened();
  const suggestions = new Suggestions(preferences, () => undefined);
  suggestions.settled(FOAL, settled('a'));
  suggestions.settled(FOAL, settled('b', false));
  suggestions.settled(MARE, settled('c'));
  await suggestions.flush();
  const kept = (await opened().load(FOAL))?.stored.judgements ?? [];
  expect(kept).toMatchObject([
    { id: 'suggestion-a', at: 7, version: 0, head: 'helpful', kind: 'suggestion', isAccepted: true },
    { id: 'suggestion-b', isAccepted: false },
  ]);
  const [first] = kept;
  const features = first?.kind === 'suggestion' ? first.features : [];
  expect(features[FEATURES.indexOf('mean_log_prob')]).toBe(-1);
  expect(features[FEATURES.indexOf('mean_entropy')]).toBe(prior.mean[FEATURES.indexOf('mean_entropy')]);
  expect(JSON.stringify(kept)).not.toContain('return');
  expect((await opened().load(MARE))?.stored.judgements).toHaveLength(1);
});

it('they are written twenty at a time, and do not trigger learning', async () => {
  const preferences = opened();
  const suggestions = new Suggestions(preferences, () => undefined);
  for (let i = 0; i < 19; i++) suggestions.settled(FOAL, settled(`${i}`));
  await preferences.load(FOAL);
  expect(preferences.known(FOAL)?.stored.judgements).toEqual([]);
  suggestions.settled(FOAL, settled('19'));
  await preferences.flush();
  expect(preferences.known(FOAL)?.stored).toMatchObject({ fresh: 0, heads: null });
  expect(preferences.known(FOAL)?.stored.judgements).toHaveLength(20);
});

it('waiting ones are already counted, and told of', async () => {
  const preferences = opened();
  let told = 0;
  const suggestions = new Suggestions(preferences, () => told++);
  for (const id of ['a', 'b']) suggestions.settled(FOAL, settled(id));
  suggestions.settled(MARE, settled('c'));
  expect(told).toBe(3);
  const known = (await preferences.load(FOAL)) ?? expect.fail();
  const waiting = suggestions.withWaiting(known).stored.judgements;
  expect(waiting.map(({ id }) => id)).toEqual(['suggestion-a', 'suggestion-b']);
  await suggestions.flush();
  const saved = preferences.known(FOAL) ?? expect.fail();
  expect(saved.stored.judgements).toEqual(waiting);
  expect(suggestions.withWaiting(saved)).toEqual(saved);
});

it('waiting ones are dropped when preferences are erased', async () => {
  const preferences = opened();
  const suggestions = new Suggestions(preferences, () => undefined);
  suggestions.settled(FOAL, settled('a'));
  suggestions.forget(FOAL);
  await suggestions.flush();
  expect((await preferences.load(FOAL))?.stored.judgements).toEqual([]);
});
