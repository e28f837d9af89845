import { afterAll, beforeAll, expect, it } from 'vitest';
import { Engine } from '../../../engine/host/engine.ts';
import type { AuditRow } from '../../../engine/host/protocol.ts';
import { promptsOf } from '../../../engine/tuning/audit/sets.ts';
import { defaultModel } from '../../support/defaultModel.ts';

const engine = new Engine();
beforeAll(async () => {
  await engine.open({ role: 'completion', path: defaultModel, device: 'cpu', threads: 1, window: 0 });
});
afterAll(() => engine.close());

const requests = promptsOf('contrast')
  .slice(0, 6)
  .map((prompt) => ({ ...prompt, set: 'contrast' }));
const how = { requests, system: '', maxTokens: 8, answers: false };

it('an audit of refusals reports one request after the other, and lets a completion run first', async () => {
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

it('an audit of refusals runs with the expected model', async () => {
  const rows: AuditRow[] = [];
  const asked = { ...how, requests: requests.slice(0, 1), model: defaultModel };
  await engine.studies.auditRefusals(asked, (row) => void rows.push(row));
  expect(rows).toHaveLength(1);
});

const never = () => expect.unreachable();
const { studies } = engine;
const foal = { model: '/models/foal' };
const use = { window: 64 };
const conversation = {
  system: '',
  pinned: { text: '', mode: 'off' as const },
  turns: [{ content: [{ kind: 'text' as const, text: 'a' }] }],
};
it.each<readonly [string, () => Promise<unknown>]>([
  ['an audit of refusals', () => studies.auditRefusals({ ...foal, ...how }, never)],
  ['a test of retention', () => studies.testRetention({ ...foal, use }, never)],
  [
    'a measurement',
    () => studies.measureContext({ ...foal, texts: ['a'], stretches: 1, questions: [], window: 64, scalings: [] }, never),
  ],
  [
    'a search for a direction',
    () => studies.findDirection({ ...foal, refused: ['a'], answered: ['b'], path: '/none/d.gguf', name: 'd' }),
  ],
  [
    'a try along a direction',
    () => studies.dialCrossing({ ...foal, use, conversation, overflow: 'oldest', maxTokens: 8, along: '/none/d.gguf' }),
  ],
])('%s fails if another model is open than the expected one', async (_, study) => {
  await expect(study()).rejects.toMatchObject({ code: 'no-model' });
});
