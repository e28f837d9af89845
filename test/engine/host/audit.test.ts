import { afterAll, beforeAll, expect, it } from 'vitest';
import { Engine } from '../../../engine/host/engine.ts';
import type { AuditRow } from '../../../engine/host/protocol.ts';
import { promptsOf } from '../../../engine/tuning/audit/sets.ts';
import { defaultModel } from '../defaultModel.ts';

const engine = new Engine();
beforeAll(async () => {
  await engine.open({ role: 'completion', path: defaultModel, device: 'cpu', threads: 1, window: 0 });
});
afterAll(() => engine.close());

const requests = promptsOf('contrast')
  .slice(0, 6)
  .map((prompt) => ({ ...prompt, set: 'contrast' }));
const how = { requests, system: '', maxTokens: 8, answers: false };

it('an audit of refusals tells of one request after the other, and lets a completion go first', async () => {
  const order: string[] = [];
  const rows: AuditRow[] = [];
  let completion: Promise<void> | undefined;
  await engine.studies.auditRefusals(how, (row) => {
    order.push(row.id);
    rows.push(row);
    completion ??= engine
      .complete({ prefix: 'const a = ', suffix: '', path: 'a.ts', maxTokens: 2, multiline: false })
      .then(() => void order.push('completion'));
  });
  await completion;
  expect(rows.map(({ id }) => id)).toEqual(requests.map(({ id }) => id));
  expect(rows.every(({ probability = -1 }) => probability > 0 && probability < 1)).toBe(true);
  expect(order.indexOf('completion')).toBeLessThan(requests.length);
});

it('an audit of refusals ends when it is stopped', async () => {
  const gone = new AbortController();
  const rows: AuditRow[] = [];
  const running = engine.studies.auditRefusals(
    how,
    (row) => {
      rows.push(row);
      if (rows.length === 2) gone.abort();
    },
    gone.signal,
  );
  await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  expect(rows).toHaveLength(2);
});

it('an audit of refusals is of the model that is meant, or of none', async () => {
  const rows: AuditRow[] = [];
  const asked = { ...how, requests: requests.slice(0, 1) };
  await engine.studies.auditRefusals({ ...asked, model: defaultModel }, (row) => void rows.push(row));
  expect(rows).toHaveLength(1);
  const other = engine.studies.auditRefusals({ ...asked, model: '/models/foal' }, (row) => void rows.push(row));
  await expect(other).rejects.toMatchObject({ code: 'no-model' });
  expect(rows).toHaveLength(1);
});
