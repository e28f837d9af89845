import { expect, test } from 'vitest';
import { qualityTable, ratios } from './report.ts';
import { NOTHING, type Score } from './run.ts';
import { NO_SESSION } from './session.ts';
import type { Stage } from './stage.ts';

const stage = (changes: Partial<Stage>): Stage => ({
  ...{ name: 'one', suffix: true, healing: true, related: false, memory: true, drafts: true, filter: false },
  ...changes,
});
const stages = [
  stage({ healing: false, memory: false }),
  stage({ memory: false }),
  stage({ related: true }),
  stage({}),
  stage({ drafts: false }),
  stage({ filter: true }),
];
const score = (exact: number, decodeMs: number, shown = 10): Score => ({
  ...NOTHING,
  lines: 10,
  shown,
  exact,
  tokens: 100,
  runs: 50,
  decodeMs,
});
const scores = [score(1, 50), score(2, 50), score(5, 50), score(3, 20), score(3, 40), score(2, 20, 4)];

test('the memory is compared with the model alone, and drafts with none, both without other files', () => {
  expect(ratios(stages, scores)).toBe(
    'Lines completed exactly with the workspace memory over those without, both without other files: 1.50.\n' +
      'Tokens a second with drafts over those without: 2.00.\n',
  );
  expect(ratios(stages, [])).toContain('other files: –.');
});

test('what the show filter hides counts as wrong, and what it shows is told beside', () => {
  const sessions = stages.map(() => ({ ...NO_SESSION, characters: 50, completed: 10 }));
  const lines = qualityTable(stages, [{ name: 'shop', scores, sessions }]).split('\n');
  expect(lines).toContain('|  | one | 40.0 % | 20.0 % | 0.0 % | 0.0 % | 50.0 % | 20.0 % | 2.00 | 0.20 |');
  expect(lines).toContain('| shop (10 lines) | one | 100.0 % | 10.0 % | 0.0 % | 0.0 % | 10.0 % | 20.0 % | 2.00 | 0.50 |');
});
