import { expect, it } from 'vitest';
import { AUDIT_SETS, promptsOf } from '../../../../engine/tuning/audit/sets.ts';
import { FINDING } from '../../../../engine/tuning/direction/messages.ts';

const wordsOf = (text: string) => new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);

function similarity(a: Set<string>, b: Set<string>): number {
  const shared = [...a].filter((word) => b.has(word)).length;
  return shared / (a.size + b.size - shared);
}

it('the requests by which a direction is found are as many of each kind, none twice', () => {
  const { refused, answered } = FINDING;
  expect(refused.length).toBe(answered.length);
  expect(new Set([...refused, ...answered]).size).toBe(refused.length + answered.length);
});

it('none of them resembles a request of the audit', () => {
  const audited = AUDIT_SETS.flatMap((set) => promptsOf(set).map(({ prompt }) => wordsOf(prompt)));
  const near = [...FINDING.refused, ...FINDING.answered].filter((message) => {
    const own = wordsOf(message);
    return audited.some((other) => similarity(own, other) > 0.5);
  });
  expect(near).toHaveLength(0);
});
