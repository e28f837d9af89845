import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AuditOptions, auditRefusals } from '../../../engine/generate/auditRefusals.ts';
import type { LanguageModel } from '../../../engine/generate/model.ts';
import type { AuditRow } from '../../../engine/tuning/audit/report.ts';
import { promptsOf } from '../../../engine/tuning/audit/sets.ts';
import { defaultModel } from '../../support/defaultModel.ts';
import { openFolder } from '../../support/engine.ts';
import { fastNormal } from '../../support/random.ts';
import { undecided } from '../../support/undecided.ts';

let model: LanguageModel;
beforeAll(async () => {
  model = await openFolder(defaultModel);
});
afterAll(() => model.dispose());

const requests = promptsOf('borderline')
  .slice(0, 3)
  .map((prompt) => ({ ...prompt, set: 'borderline' }));

async function rowsOf(audited: LanguageModel, more: Partial<AuditOptions> = {}): Promise<AuditRow[]> {
  const rows: AuditRow[] = [];
  const options = { name: 'default', system: '', maxTokens: 12, answers: false, ...more };
  for await (const row of auditRefusals(audited, requests, options)) rows.push(row);
  return rows;
}

describe('an audit of refusals', () => {
  it('reads the probability of each, and answers nothing', async () => {
    const rows = await rowsOf(model);
    expect(rows.map(({ id }) => id)).toEqual(requests.map(({ id }) => id));
    for (const { probability, outcome, answer } of rows) {
      expect(probability).toBeGreaterThan(0);
      expect(probability).toBeLessThan(1);
      expect([outcome, answer]).toEqual([undefined, undefined]);
    }
    expect(new Set(rows.map(({ probability }) => probability)).size).toBe(rows.length);
  });

  it('tells the system prompt to the model', async () => {
    const [plain, told] = [await rowsOf(model), await rowsOf(model, { system: 'Refuse whatever may be dangerous.' })];
    expect(told[0]?.probability).not.toBeCloseTo(plain[0]?.probability as number, 6);
  });

  it('answers, and classifies answers, where that is asked for', async () => {
    const [plain, answered] = [await rowsOf(model), await rowsOf(model, { answers: true })];
    for (const [i, { probability, outcome, answer }] of answered.entries()) {
      expect(probability).toBeCloseTo(plain[i]?.probability as number, 4);
      expect(['complies', 'partly', 'refuses']).toContain(outcome);
      expect(answer).toBeTypeOf('string');
    }
  });

  it('reads what refusals begin with where the model has no token to decide by, and answers as well', async () => {
    for (const { probability, outcome } of await rowsOf(undecided(model))) {
      expect(probability).toBeGreaterThan(0);
      expect(probability).toBeLessThan(1);
      expect(outcome).toBeDefined();
    }
  });

  it('along a direction finds where on the dial a request is no longer refused', async () => {
    const { layers, hiddenSize = 0 } = model.config;
    const directions = new Float32Array(layers * hiddenSize);
    directions.set(fastNormal(hiddenSize, 1, 3), 2 * hiddenSize);
    const steered = { mode: 'add', coefficient: 3, directions } as const;
    const plain = await rowsOf(model);
    // The same everywhere: refused at every place of the dial, or at none.
    const same = await rowsOf(model, { along: Array(5).fill(undefined) });
    for (const [i, { probability, outcome }] of same.entries()) {
      expect(probability).toBe((plain[i]?.probability ?? 0) > 0.5 ? 1 : 0);
      expect(outcome).toBeUndefined();
    }
    const [once, along] = [await rowsOf(model, { steering: steered }), await rowsOf(model, { along: Array(5).fill(steered) })];
    expect(once.map(({ probability }) => probability)).not.toEqual(plain.map(({ probability }) => probability));
    expect(along.map(({ probability }) => probability)).toEqual(once.map(({ probability = 0 }) => (probability > 0.5 ? 1 : 0)));
  });

  it('can be cancelled between any two requests', async () => {
    const controller = new AbortController();
    const rows: AuditRow[] = [];
    const run = async () => {
      const options = { name: 'default', system: '', maxTokens: 12, answers: false, signal: controller.signal };
      for await (const row of auditRefusals(model, requests, options)) {
        rows.push(row);
        controller.abort();
      }
    };
    await expect(run()).rejects.toMatchObject({ code: 'cancelled' });
    expect(rows).toHaveLength(1);
  });
});
