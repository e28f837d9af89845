import { expect, it } from 'vitest';
import { retentionByTurn } from '../../../engine/measure/retention.ts';

const row = (pinned: boolean, turn: number, kept: boolean | null) => ({ pinned, turn, kept });

it('retention is the share of answers at a turn that follow the instruction, among those that can be judged', () => {
  const rows = [
    ...[row(false, 1, true), row(false, 1, false), row(false, 1, null), row(true, 1, true)],
    ...[row(false, 3, false), row(true, 3, null)],
  ];
  expect(retentionByTurn(rows)).toEqual([
    { turn: 1, said: 0.5, pinned: 1, answers: { said: 2, pinned: 1 } },
    { turn: 2, said: null, pinned: null, answers: { said: 0, pinned: 0 } },
    { turn: 3, said: 0, pinned: null, answers: { said: 1, pinned: 0 } },
  ]);
  expect(retentionByTurn([])).toEqual([]);
});
