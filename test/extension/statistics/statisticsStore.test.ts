import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Labels, sumOf } from '../../../extension/statistics/counts.ts';
import { StatisticsFile } from '../../../extension/statistics/statisticsFile.ts';
import { StatisticsStore } from '../../../extension/statistics/statisticsStore.ts';
import { dayOf, KEPT_DAYS, lastDays } from '../../../extension/statistics/storedStatistics.ts';

const today = (): Labels => ({ day: dayOf(new Date()), language: 'typescript', model: 'tiny', device: 'cpu' });

describe('statistics on the disk', () => {
  let folder = '';
  const warnings: string[] = [];
  const errors: unknown[] = [];

  const file = () => new StatisticsFile(path.join(folder, 'storage'), (message) => warnings.push(message));
  /** The counts of a window. */
  const window = () => new StatisticsStore(file(), { onChange: () => {}, onError: (error) => errors.push(error) });
  const stored = async () => (await file().read())?.cells ?? [];
  const put = async (text: string) => {
    await file().update(() => ({ since: 1, erased: 0, cells: [] }));
    await writeFile(file().path, text);
  };

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'paddock-statistics-'));
    warnings.length = 0;
    errors.length = 0;
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('are written as they were counted, and only then', async () => {
    const one = window();
    one.count(today(), 'shown');
    one.count(today(), 'acceptedCharacters', 12);
    one.latency(today(), 3);
    await expect(readdir(folder)).resolves.toEqual([]);
    await one.flush();
    const cells = await stored();
    expect(cells).toEqual(one.cells);
    expect(cells).toMatchObject([{ ...today(), shown: 1, acceptedCharacters: 12, rejected: 0, latencies: [0, 0, 0, 0, 1] }]);
    expect(await readdir(path.join(folder, 'storage'))).toEqual(['statistics.json']);
  });

  it('of many windows at once are the sum of what each counted', async () => {
    const windows = Array.from({ length: 8 }, window);
    for (let round = 0; round < 5; round++) {
      for (const each of windows) each.count(today(), 'requests');
      await Promise.all(windows.map((each) => each.flush()));
    }
    expect(sumOf(await stored()).requests).toBe(40);
    expect(errors).toEqual([]);
    await windows[0]?.refresh();
    expect(sumOf(windows[0]?.cells ?? []).requests).toBe(40);
    windows[1]?.count(today(), 'requests');
    await windows[1]?.flush();
    await windows[0]?.refresh();
    expect(sumOf(windows[0]?.cells ?? []).requests).toBe(41);
  });

  it('are complete while they are being written', async () => {
    const one = window();
    one.count(today(), 'shown');
    const written = one.flush();
    for (let turn = 0; turn < 20; turn++) {
      one.count(today(), 'requests');
      expect(sumOf(one.cells)).toMatchObject({ shown: 1, requests: turn + 1 });
      await new Promise((resolve) => setImmediate(resolve));
    }
    await written;
    expect(sumOf(one.cells)).toMatchObject({ shown: 1, requests: 20 });
  });

  it('are not lost if another window writes the first file meanwhile', async () => {
    const [one, other] = [window(), window()];
    one.count(today(), 'shown');
    await new Promise((resolve) => setTimeout(resolve, 5)); // so that the other begins later
    other.count(today(), 'shown');
    await other.flush();
    await one.flush();
    expect(await stored()).toMatchObject([{ shown: 2 }]);
    expect(other.since?.getTime()).toBeGreaterThan(one.since?.getTime() ?? Number.POSITIVE_INFINITY);
  });

  it.each([
    '',
    'no JSON',
    '{}',
    '{"version":2,"since":1,"erased":0,"cells":[]}',
    '{"version":1,"since":1,"erased":0,"cells":[{"day":"x"}]}',
  ])('in an unreadable file (%j) are set aside and reported, and counting starts again', async (broken) => {
    await put(broken);
    const one = window();
    await one.refresh();
    expect(one.cells).toEqual([]);
    one.count(today(), 'shown');
    await one.flush();
    expect(await stored()).toMatchObject([{ shown: 1 }]);
    expect(await readFile(path.join(folder, 'storage/statistics.broken.json'), 'utf8')).toBe(broken);
    expect(warnings).toHaveLength(1);
  });

  it.each([
    { shown: -1 },
    { shown: 1.5 },
    { shown: '1' },
    { latencies: [null] },
    { latencies: Array(99).fill(0) },
    { day: 'today' },
  ])('are broken with %j in them', async (wrong) => {
    const one = window();
    one.count(today(), 'shown');
    await one.flush();
    const text = JSON.stringify({ version: 1, since: 1, erased: 0, cells: [{ ...(await stored())[0], ...wrong }] });
    await writeFile(file().path, text);
    expect(await file().read()).toBeUndefined();
  });

  it('are kept for so many days', async () => {
    const [first = '', ...others] = lastDays(new Date(), KEPT_DAYS + 1);
    await file().update(() => ({ since: 1, erased: 0, cells: [] }));
    const one = window();
    one.count({ ...today(), day: first }, 'shown');
    one.count({ ...today(), day: others[0] ?? '' }, 'shown');
    expect(one.cells).toHaveLength(1);
    await one.flush();
    expect((await stored()).map(({ day }) => day)).toEqual([others[0]]);
  });

  it('are erased for all windows, including what another had not written yet', async () => {
    const [one, other] = [window(), window()];
    one.count(today(), 'shown');
    other.count(today(), 'shown');
    await new Promise((resolve) => setTimeout(resolve, 5)); // so that the erasure is later
    await one.erase();
    expect(one.cells).toEqual([]);
    await other.flush();
    expect(await stored()).toEqual([]);
    other.count(today(), 'accepted');
    await other.flush();
    expect(await stored()).toMatchObject([{ shown: 0, accepted: 1 }]);
  });

  it('wait in memory while they cannot be written', async () => {
    await writeFile(path.join(folder, 'storage'), 'a file where the folder should be');
    const one = window();
    one.count(today(), 'shown');
    await one.flush();
    one.count(today(), 'shown');
    expect(errors).toHaveLength(1);
    await rm(path.join(folder, 'storage'));
    await one.flush();
    expect(await stored()).toMatchObject([{ shown: 2 }]);
  });

  it('are not locked forever by a window that crashed', async () => {
    await put('');
    const lock = `${file().path}.lock`;
    await writeFile(lock, 'somebody');
    const long = new Date(Date.now() - 60_000);
    await utimes(lock, long, long);
    const one = window();
    one.count(today(), 'shown');
    await one.flush();
    expect(await stored()).toMatchObject([{ shown: 1 }]);
    expect((await readdir(path.join(folder, 'storage'))).sort()).toEqual(['statistics.broken.json', 'statistics.json']);
  });
});

it('the last days end today, over the end of a month and of summer time', () => {
  expect(lastDays(new Date(2026, 2, 1, 23, 59), 3)).toEqual(['2026-02-27', '2026-02-28', '2026-03-01']);
  expect(lastDays(new Date(2026, 9, 26, 0, 30), 3)).toEqual(['2026-10-24', '2026-10-25', '2026-10-26']);
});
