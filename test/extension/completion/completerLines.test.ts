import { expect, test } from 'vitest';
import { PaddockError } from '../../../engine/index.ts';
import { never, pass, query, setUp, stats, stillTime } from './completerScene.ts';

stillTime();

test('asked by hand there are other ways to go on, each once, that fit the place', async () => {
  const { completer, asked, lines } = setUp(false);
  const outcome = completer.complete(query('f(|)\n', { manual: true, waitMs: 0, lookAhead: true }), never);
  await pass(0);
  asked[0]?.end('a, b)');
  await pass(0);
  expect(lines[0]?.params).toMatchObject({ prefix: 'f(', suffix: ')\n', multiline: false, count: 3 });
  // Nothing is computed ahead meanwhile: it would run on the same timeline.
  expect(asked).toHaveLength(1);
  lines[0]?.end('a, b)', 'a, c', 'a, b', ' ', 'c)', 'd');
  expect(await outcome).toMatchObject({ text: 'a, b', others: ['a, c', 'c'] });
  expect(asked.map(({ params }) => params.ahead)).toEqual([false, true]);
});

test.each([
  [undefined, false],
  ['never', false],
  ['always', true],
] as const)('where blocks are wanted %s, the engine is asked for one: %s', async (multiline, expected) => {
  const { completer, asked } = setUp();
  void completer.complete(query('x = |', multiline && { multiline }), never);
  await pass(100);
  expect(asked[0]?.params.multiline).toBe(expected);
});

test('while typing there is one suggestion, and so there is on a device that is slow', async () => {
  const { completer, asked, lines } = setUp(false);
  const typing = completer.complete(query('x = |'), never);
  await pass(100);
  asked[0]?.end('compute();');
  expect(await typing).toEqual({ text: 'compute();', elapsedMs: 0, stats });
  const slow = completer.complete(query('y = |', { manual: true, waitMs: 0 }), never);
  await pass(0);
  asked[1]?.end('compute();', undefined, { ...stats, decodeMs: 30 });
  expect(await slow).toMatchObject({ text: 'compute();' });
  expect(lines).toEqual([]);
});

test('one slow computation does not make the device count as slow, several do', async () => {
  const { completer, asked, lines } = setUp(false);
  for (const [i, decodeMs] of [1, 1, 900, 900, 900].entries()) {
    const outcome = completer.complete(query(`x${i} = |`, { manual: true, waitMs: 0 }), never);
    await pass(0);
    asked[i]?.end('compute();', undefined, { ...stats, decodeMs });
    await pass(0);
    lines[i]?.end('compute();');
    await outcome;
  }
  expect(lines).toHaveLength(3);
});

test('typing on ends the search for other ways at once; a failure leaves the first, and is told', async () => {
  const { completer, asked, lines, errors } = setUp(false);
  const token = new AbortController();
  const manual = { manual: true, waitMs: 0 };
  const first = completer.complete(query('x = |', manual), token.signal);
  await pass(0);
  asked[0]?.end('compute();');
  await pass(0);
  token.abort();
  expect(lines[0]?.signal.aborted).toBe(true);
  expect(await first).toMatchObject({ text: 'compute();' });
  const again = completer.complete(query('x = |', manual), never);
  await pass(0);
  void completer.complete(query('y = |'), never);
  expect(lines[1]?.signal.aborted).toBe(true);
  expect(await again).toEqual({ text: 'compute();', elapsedMs: 0 });
  expect(errors).toEqual([]);
  const failing = completer.complete(query('x = |', manual), never);
  await pass(0);
  lines[2]?.fail(new PaddockError('runtime', 'The device is lost.'));
  expect(await failing).toEqual({ text: 'compute();', elapsedMs: 0 });
  expect(errors).toHaveLength(1);
});

test('the first line waits for the others for a limited time', async () => {
  const { completer, asked, lines } = setUp(false);
  const outcome = completer.complete(query('x = |', { manual: true, waitMs: 0 }), never);
  await pass(0);
  asked[0]?.end('compute();');
  await pass(399);
  expect(lines[0]?.signal.aborted).toBe(false);
  await pass(1);
  expect(lines[0]?.signal.aborted).toBe(true);
  expect(await outcome).toMatchObject({ text: 'compute();' });
});

test('a computation ahead makes room for the search for other ways', async () => {
  const { completer, asked, lines } = setUp(false);
  const typing = completer.complete(query('x = |', { lookAhead: true }), never);
  await pass(100);
  asked[0]?.end('compute();');
  await typing;
  const manual = completer.complete(query('x = |', { manual: true, waitMs: 0, lookAhead: true }), never);
  await pass(0);
  expect(asked[1]?.signal.aborted).toBe(true);
  lines[0]?.end('compute();', 'total();');
  expect(await manual).toEqual({ text: 'compute();', elapsedMs: 0, others: ['total();'] });
  expect(asked[2]?.params).toMatchObject({ prefix: 'x = compute();', ahead: true });
});
