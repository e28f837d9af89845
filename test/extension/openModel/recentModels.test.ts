import { beforeEach, expect, test } from 'vitest';
import { RecentModels } from '../../../extension/openModel/recentModels.ts';

let stored: unknown;
let recent: RecentModels;

beforeEach(() => {
  stored = undefined;
  recent = new RecentModels({
    get: () => stored,
    update: async (_key, value) => {
      stored = JSON.parse(JSON.stringify(value));
    },
  });
});

test('the latest comes first, each once, and not too many', async () => {
  for (let i = 0; i < 12; i++) await recent.add({ path: `/m${i}`, name: `m${i}` });
  await recent.add({ path: '/m9', name: 'nine' });
  const paths = recent.list().map(({ path }) => path);
  expect(paths.slice(0, 3)).toEqual(['/m9', '/m11', '/m10']);
  expect(new Set(paths).size).toBe(paths.length);
  expect(paths.length).toBeLessThan(12);
  expect(recent.nameOf('/m9')).toBe('nine');
  expect(recent.nameOf('/m0')).toBeUndefined();
});

test('one can be forgotten', async () => {
  await recent.add({ path: '/a', name: 'a' });
  await recent.add({ path: '/b', name: 'b' });
  await recent.remove('/a');
  expect(recent.list()).toEqual([{ path: '/b', name: 'b' }]);
});

test('entries stored by another version are ignored', () => {
  stored = [{ path: 7, name: 'x' }, null, 'x', { path: '/a', name: 'a' }];
  expect(recent.list()).toEqual([{ path: '/a', name: 'a' }]);
  stored = 'nonsense';
  expect(recent.list()).toEqual([]);
});
