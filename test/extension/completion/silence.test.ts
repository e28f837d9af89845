import { expect, test } from 'vitest';
import { type SilenceReason, type SilenceRecord, Silences } from '../../../extension/completion/silence.ts';
import { groupSilences } from '../../../extension/completion/silenceGroups.ts';

const record = (line: number, silence: SilenceReason = 'typed-on', languageId = 'typescript'): SilenceRecord => ({
  silence,
  languageId,
  line,
  column: 1,
  at: new Date(0),
  manual: false,
});

test('keeps the last fifty, the latest first', () => {
  const silences = new Silences();
  for (let line = 1; line <= 60; line++) silences.add(record(line));
  const lines = silences.latestFirst.map(({ line }) => line);
  expect(lines).toHaveLength(50);
  expect([lines[0], lines.at(-1)]).toEqual([60, 11]);
});

test('equal reasons in a row are one entry, that of the latest', () => {
  const groups = groupSilences([record(5), record(4), record(3, 'typed-on', 'python'), record(2, 'too-short'), record(1)]);
  expect(groups.map(({ latest, count }) => [latest.line, count])).toEqual([
    [5, 2],
    [3, 1],
    [2, 1],
    [1, 1],
  ]);
  expect(groupSilences([])).toEqual([]);
});
