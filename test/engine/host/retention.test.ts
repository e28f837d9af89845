import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Engine } from '../../../engine/host/engine.ts';
import type { RetentionRow } from '../../../engine/host/protocol.ts';
import { Session } from '../../../engine/session/session.ts';
import { defaultModel } from '../../support/defaultModel.ts';

const engine = new Engine();
beforeAll(async () => {
  await engine.open({ role: 'completion', path: defaultModel, device: 'cpu', threads: 1, window: 0 });
});
afterAll(() => engine.close());

describe('a test of retention', () => {
  it('reports one answer after the other, and can be stopped', async () => {
    const gone = new AbortController();
    const rows: RetentionRow[] = [];
    const running = engine.studies.testRetention(
      { use: { window: 128 } },
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
    await expect(engine.studies.testRetention({ use: { window: 2 ** 27 } }, () => undefined)).rejects.toMatchObject({
      code: 'not-enough-memory',
    });
  });

  it("tests the requested rules, with the user's own instruction, in the window in use", async () => {
    const rows: RetentionRow[] = [];
    const prompts = vi.spyOn(Session.prototype, 'sync');
    try {
      const gone = new AbortController();
      const use = { window: 128, sinks: 4, scaling: { kind: 'linear', factor: 2 } } as const;
      const running = engine.studies.testRetention(
        { use, text: 'Be kind.', constraints: ['fiveLines', 'chinese'] },
        (row) => {
          rows.push(row);
          gone.abort();
        },
        gone.signal,
      );
      await expect(running).rejects.toMatchObject({ code: 'cancelled' });
      expect(rows).toMatchObject([{ constraint: 'fiveLines', fraction: 1 / 80 }]);
      const { tokenizer } = engine.opened.model;
      const [tokens = []] = prompts.mock.calls[0] ?? [];
      expect(tokenizer.decode(tokens)).toContain('Be kind.\nAnswer in at most 5 lines.');
      expect((prompts.mock.contexts[0] as Session).room).toBe(Infinity); // it slides
    } finally {
      prompts.mockRestore();
    }
  });
});
