import { expect, test } from 'vitest';
import { PaddockError } from '../../../engine/index.ts';
import { never, pass, query, setUp, stats, stillTime } from './completerScene.ts';
import { at } from './cursor.ts';

stillTime();

test('asks after the wait, and knows the answer from then on', async () => {
  const { completer, asked, answers } = setUp();
  const outcome = completer.complete(query('x = |'), never);
  await pass(99);
  expect(asked).toHaveLength(0);
  await pass(1);
  expect(asked[0]?.params).toMatchObject({ prefix: 'x = ', suffix: '', path: 'a.ts', maxTokens: 64, multiline: false });
  await pass(30);
  asked[0]?.end('compute();');
  expect(await outcome).toEqual({ text: 'compute();', elapsedMs: 30, stats });
  expect(answers).toEqual([30]);
  expect(await completer.complete(query('x = com|'), never)).toEqual({ text: 'pute();', elapsedMs: 0 });
  expect(asked).toHaveLength(1);
});

test('the context of other files is sent along, also when computing ahead', async () => {
  const { completer, asked } = setUp();
  const other = { related: [{ path: 'b.ts', text: 'function b(): void' }], project: 'shop' };
  const outcome = completer.complete(query('x = |', { other, lookAhead: true }), never);
  await pass(100);
  asked[0]?.end('compute();');
  await outcome;
  expect(asked.map(({ params }) => params)).toMatchObject([other, { ...other, ahead: true }]);
});

test('a bracket that the editor closes only lengthens the prompt, and is closed once', async () => {
  const { completer, asked } = setUp();
  for (const [marked, text] of [
    ['x = |\n', ''],
    ['x = compute(|)\n', 'all);'],
  ] as const) {
    const outcome = completer.complete(query(marked), never);
    await pass(100);
    asked.at(-1)?.end(text);
    expect(await outcome).toMatchObject(text === '' ? { silence: 'model-silent' } : { text: 'all);' });
  }
  expect(asked.map(({ params }) => [params.prefix, params.suffix])).toEqual([
    ['x = ', '\n'],
    ['x = compute(', '\n'],
  ]);
  completer.forget();
  void completer.complete(query('x = compute(|)\n'), never);
  await pass(100);
  expect(asked.at(-1)?.params.suffix).toBe(')\n');
});

test('typing on while waiting sends no request', async () => {
  const { completer, asked } = setUp();
  const token = new AbortController();
  const outcome = completer.complete(query('x = |'), token.signal);
  await pass(50);
  token.abort();
  expect(await outcome).toEqual({ silence: 'typed-on' });
  await pass(500);
  expect(asked).toHaveLength(0);
});

test('typing what the model says keeps the one computation, and the rest is shown', async () => {
  const { completer, asked } = setUp();
  const token = new AbortController();
  const first = completer.complete(query('x = |'), token.signal);
  await pass(100);
  asked[0]?.say('comp');
  token.abort();
  expect(await first).toEqual({ silence: 'typed-on' });
  const second = completer.complete(query('x = co|'), never);
  await pass(20);
  asked[0]?.say('ute();');
  asked[0]?.end('compute();');
  expect(await second).toEqual({ text: 'mpute();', elapsedMs: 20, stats });
  expect(asked).toHaveLength(1);
  expect(asked[0]?.signal.aborted).toBe(false);
});

test('typing something else aborts the computation at once, and asks anew after the wait', async () => {
  const { completer, asked } = setUp();
  const token = new AbortController();
  void completer.complete(query('x = |'), token.signal);
  await pass(100);
  asked[0]?.say('comp');
  token.abort();
  const second = completer.complete(query('x = f|'), never);
  expect(asked[0]?.signal.aborted).toBe(true);
  await pass(100);
  asked[1]?.end('first();');
  expect(await second).toMatchObject({ text: 'first();' });
  expect(asked).toHaveLength(2);
});

test('a computation that begins to disagree with what was typed is aborted, and the wait counts from the keystroke', async () => {
  const { completer, asked } = setUp();
  const token = new AbortController();
  void completer.complete(query('x = |'), token.signal);
  await pass(100);
  token.abort();
  const second = completer.complete(query('x = fi|'), never);
  await pass(70);
  asked[0]?.say('comp');
  await pass(0);
  expect(asked[0]?.signal.aborted).toBe(true);
  await pass(30);
  asked[1]?.end('rst();');
  expect(await second).toMatchObject({ text: 'rst();' });
});

test('a computation that no request waits for is aborted; one that has ended is cached', async () => {
  const { completer, asked } = setUp();
  for (const [marked, endsInTime] of [
    ['x = |', false],
    ['y = |', true],
  ] as const) {
    const token = new AbortController();
    void completer.complete(query(marked), token.signal);
    await pass(100);
    token.abort();
    await pass(900);
    if (endsInTime) asked.at(-1)?.end('known();');
    await pass(100);
  }
  expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, false]);
  expect(await completer.complete(query('y = |'), never)).toEqual({ text: 'known();', elapsedMs: 0 });
});

test('the same place is not computed twice, also when there was nothing to say', async () => {
  const { completer, asked } = setUp();
  const outcome = completer.complete(query('x = |'), never);
  await pass(100);
  asked[0]?.end('');
  expect(await outcome).toMatchObject({ silence: 'model-silent', stats });
  expect(await completer.complete(query('x = |'), never)).toMatchObject({ silence: 'model-silent' });
  expect(asked).toHaveLength(1);
});

test('the same text in another document is asked anew', async () => {
  const { completer, asked } = setUp();
  const first = completer.complete(query('import |'), never);
  await pass(100);
  asked[0]?.end('numpy as np');
  await first;
  const second = completer.complete(query('import |', { context: at('import |', 'typescript', 'b.ts') }), never);
  await pass(100);
  expect(asked[1]?.params).toMatchObject({ prefix: 'import ', path: 'b.ts' });
  asked[1]?.end("{ h } from 'h';");
  expect(await second).toMatchObject({ text: "{ h } from 'h';" });
});

test('asked by hand there is no wait, and a short answer is one', async () => {
  const { completer, asked } = setUp();
  const unasked = completer.complete(query('x = |'), never);
  await pass(100);
  asked[0]?.end('1;');
  expect(await unasked).toMatchObject({ silence: 'too-short' });
  expect(await completer.complete(query('x = |', { manual: true, waitMs: 0 }), never)).toMatchObject({ text: '1;' });
  void completer.complete(query('z = |', { manual: true, waitMs: 0 }), never);
  await pass(0);
  expect(asked).toHaveLength(2);
});

test('gives the reason when a computation fails, and reports it', async () => {
  const { completer, asked, errors } = setUp();
  for (const [error, silence] of [
    [new PaddockError('engine-gone', 'The engine died.'), 'engine-gone'],
    [new PaddockError('no-model', 'The model is broken.'), 'engine-failed'],
    [new Error('What?'), 'error'],
  ] as const) {
    const outcome = completer.complete(query('x = |'), never);
    await pass(100);
    asked.at(-1)?.fail(error);
    expect(await outcome).toEqual({ silence });
    expect(errors.at(-1)).toBe(error);
  }
});

test.each(['forget', 'clear'] as const)('stop ends what is under way, %s forgets what is known', async (how) => {
  const { completer, asked } = setUp();
  const outcome = completer.complete(query('x = |'), never);
  await pass(100);
  completer.stop();
  expect(await outcome).toEqual({ silence: 'typed-on' });
  const again = completer.complete(query('x = |'), never);
  await pass(100);
  asked[1]?.end('compute();');
  await again;
  completer[how]();
  const anew = completer.complete(query('x = |'), never);
  await pass(100);
  asked[2]?.end('');
  expect(await anew).toMatchObject({ silence: 'model-silent' });
  completer[how]();
  void completer.complete(query('x = |'), never);
  await pass(100);
  expect(asked).toHaveLength(4);
});

test('a block that has ended ends the computation: what follows could not be shown', async () => {
  const { completer, asked, answers, errors } = setUp();
  const outcome = completer.complete(query('function f() {\n  |\n}\n'), never);
  await pass(100);
  asked[0]?.say('a();\n  b();');
  await pass(10);
  expect(asked[0]?.enough?.aborted).toBe(false);
  asked[0]?.say('\n}\ng');
  await pass(10);
  expect(asked[0]?.enough?.aborted).toBe(true);
  expect(asked[0]?.signal.aborted).toBe(false);
  expect(await outcome).toEqual({ text: 'a();\n  b();', elapsedMs: 10, stats });
  expect([answers, errors]).toEqual([[10], []]);
  expect(await completer.complete(query('function f() {\n  a|\n}\n'), never)).toMatchObject({ text: '();\n  b();' });
});
