import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Engine } from '../../../engine/host/engine.ts';
import type { RetentionRow } from '../../../engine/host/protocol.ts';
import { defaultModel } from '../defaultModel.ts';

const engine = new Engine();
beforeAll(async () => {
  await engine.open({ role: 'completion', path: defaultModel, device: 'cpu', threads: 1, window: 0 });
});
afterAll(() => engine.close());

describe('a test of retention', () => {
  it('tells one answer after the other, and ends when it is stopped', async () => {
    const gone = new AbortController();
    const rows: RetentionRow[] = [];
    const running = engine.studies.testRetention(
      { window: 128 },
      (row) => {
        rows.push(row);
        if (rows.length === 3) gone.abort();
      },
      gone.signal,
    );
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect(rows.map(({ constraint, pinned, turn }) => [constraint, pinned, turn])).toEqual(
      [1, 2, 3].map((turn) => ['typescript', false, turn]),
    );
    expect(rows.map(({ fraction }) => fraction * 160)).toEqual([1, 2, 3]);
    await expect(engine.studies.testRetention({ window: 2 ** 27 }, () => undefined)).rejects.toMatchObject({
      code: 'not-enough-memory',
    });
  });
});
