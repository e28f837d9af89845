import { expect, test } from 'vitest';
import { Cadence, waitFor } from '../../../extension/completion/cadence.ts';
import { at } from './cursor.ts';

function typing(gaps: readonly number[]): Cadence {
  const cadence = new Cadence();
  let now = 5;
  cadence.keystroke(now);
  for (const gap of gaps) {
    now += gap;
    cadence.keystroke(now);
  }
  return cadence;
}

test('the mean gap is a guess until there are twenty', () => {
  expect(typing(Array(19).fill(100)).gapMs).toBe(200);
  expect(typing(Array(20).fill(100)).gapMs).toBe(100);
});

test('pauses do not count, and only the last hundred gaps do', () => {
  expect(typing([...Array(10).fill(100), 5_000, 401, ...Array(10).fill(300)]).gapMs).toBe(200);
  expect(typing([...Array(300).fill(400), ...Array(100).fill(80)]).gapMs).toBe(80);
});

test('answers are remembered, the last twenty', () => {
  const cadence = new Cadence();
  expect(cadence.answerMs).toBe(0);
  for (const ms of [9_000, ...Array(19).fill(100), 300]) cadence.answered(ms);
  expect(cadence.answerMs).toBe(110);
});

test.each<[string, string, number]>([
  ['amid a word that goes on', 'const na| = 1;\nmore', 300],
  ['after a word at the end of a line', 'const name|\nmore', 240],
  ['after a dot', 'a.| + 1;\nmore', 225],
  ['after an operator at the end of a line', 'const a =|\nmore', 165],
  ['at the end of the document', 'const a =|', 150],
  ['in a word of another script', 'const größ| = 1;\nmore', 300],
])('%s', (_name, marked, expected) => {
  expect(waitFor({ gapMs: 200, answerMs: 0 }, at(marked))).toBeCloseTo(expected);
});

test("the engine's own time is subtracted from the wait, which stays within its bounds", () => {
  expect(waitFor({ gapMs: 200, answerMs: 120 }, at('const na| = 1;'))).toBeCloseTo(180);
  expect(waitFor({ gapMs: 200, answerMs: 5_000 }, at('const na| = 1;'))).toBe(60);
  expect(waitFor({ gapMs: 20, answerMs: 0 }, at('a.|'))).toBe(60);
  expect(waitFor({ gapMs: 5_000, answerMs: 0 }, at('const na| = 1;'))).toBe(1_000);
});
