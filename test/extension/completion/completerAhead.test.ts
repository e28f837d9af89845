import { expect, test } from 'vitest';
import { never, pass, query, setUp, stats, stillTime } from './completerScene.ts';

stillTime();

test('while a suggestion is on the screen, the one after it is computed; accepted, it is there', async () => {
  const { completer, asked } = setUp();
  const typing = completer.complete(query('f(|)\n', { lookAhead: true }), never);
  await pass(100);
  asked[0]?.end('a) + g(b)');
  await typing;
  expect(asked).toHaveLength(2);
  // The bracket that the editor had inserted is replaced.
  expect(asked.map(({ params }) => params.ahead)).toEqual([false, true]);
  expect(asked[1]?.params).toMatchObject({ prefix: 'f(a) + g(b)', suffix: '\n', multiline: true });
  asked[1]?.end('\nreturn c;');
  await pass(5_000);
  const accepted = query('f(a) + g(b)|\n', { lookAhead: true, afterAcceptance: true });
  expect(await completer.complete(accepted, never)).toEqual({ text: '\nreturn c;', elapsedMs: 0 });
});

test('after an early acceptance the request waits for the computation ahead', async () => {
  const { completer, asked } = setUp();
  const typing = completer.complete(query('x = |', { lookAhead: true }), never);
  await pass(100);
  asked[0]?.end('compute();');
  await typing;
  const next = completer.complete(query('x = compute();|', { afterAcceptance: true }), never);
  await pass(40);
  asked[1]?.end('\ny = other();');
  expect(await next).toEqual({ text: '\ny = other();', elapsedMs: 40, stats });
  expect(asked).toHaveLength(2);
});

test('typing what is suggested leaves the computation ahead alone; something else aborts it', async () => {
  const { completer, asked } = setUp();
  const typing = completer.complete(query('x = |', { lookAhead: true }), never);
  await pass(100);
  asked[0]?.end('compute();');
  await typing;
  expect(await completer.complete(query('x = co|', { lookAhead: true }), never)).toMatchObject({ text: 'mpute();' });
  expect(asked).toHaveLength(2);
  expect(asked[1]?.signal.aborted).toBe(false);
  void completer.complete(query('x = ca|', { lookAhead: true }), never);
  expect(asked[1]?.signal.aborted).toBe(true);
});

test('nothing is computed ahead of what is not shown, nor where nothing can follow', async () => {
  const { completer, asked } = setUp();
  const token = new AbortController();
  const unseen = completer.complete(query('x = |', { lookAhead: true }), token.signal);
  await pass(100);
  token.abort();
  asked[0]?.end('compute();');
  await unseen;
  const short = completer.complete(query('y = |', { lookAhead: true }), never);
  await pass(100);
  asked[1]?.end('1;');
  await short;
  await pass(100);
  expect(asked).toHaveLength(2);
});

test('a look-ahead that had nothing to say is not computed again after the acceptance', async () => {
  const { completer, asked } = setUp();
  const typing = completer.complete(query('x = |', { lookAhead: true }), never);
  await pass(100);
  asked[0]?.end('compute();');
  await typing;
  asked[1]?.end('');
  await pass(10);
  expect(await completer.complete(query('x = compute();|', { afterAcceptance: true }), never)).toMatchObject({
    silence: 'model-silent',
  });
  expect(asked).toHaveLength(2);
});
