import { expect, test } from 'vitest';
import { RestartPolicy } from '../../extension/restartPolicy.ts';

test('waits longer each time within a minute, then gives up', () => {
  const policy = new RestartPolicy();
  const delays = [0, 1_000, 2_000, 3_000].map((now) => policy.afterDeath(now));
  expect(delays.slice(0, 3).every((delay) => delay !== undefined)).toBe(true);
  expect(delays.slice(0, 3)).toEqual([...delays.slice(0, 3)].sort((a, b) => Number(a) - Number(b)));
  expect(delays[3]).toBeUndefined();
});

test('crashes more than a minute ago do not count', () => {
  const policy = new RestartPolicy();
  const first = policy.afterDeath(0);
  for (let minute = 1; minute < 10; minute++) expect(policy.afterDeath(minute * 60_000)).toBe(first);
});

test('a reset clears the count', () => {
  const policy = new RestartPolicy();
  const first = policy.afterDeath(0);
  policy.afterDeath(1);
  policy.reset();
  expect(policy.afterDeath(2)).toBe(first);
});
