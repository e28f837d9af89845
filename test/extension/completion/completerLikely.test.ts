import { expect, test } from 'vitest';
import { never, pass, query, setUp, stats, stillTime, tokens } from './completerScene.ts';

stillTime();

test('an unlikely suggestion is not shown while typing, but is cached, and comes when it is asked for or typed towards', async () => {
  const { completer, asked } = setUp();
  const outcome = completer.complete(query('x = |'), never);
  await pass(100);
  const text = 'compute(everything);';
  asked[0]?.end(text, tokens([1, 0.02], [20, 0.9]));
  expect(await outcome).toEqual({ silence: 'unlikely', elapsedMs: 0, stats });
  expect(await completer.complete(query('x = |'), never)).toEqual({ silence: 'unlikely', elapsedMs: 0 });
  for (const changes of [{ manual: true }, { eagerness: 'all' }] as const) {
    expect(await completer.complete(query('x = |', changes), never)).toEqual({ text, elapsedMs: 0 });
  }
  expect(await completer.complete(query('x = c|'), never)).toEqual({ text: 'ompute(everything);', elapsedMs: 0 });
  expect(asked).toHaveLength(1);
});

test('what is on the screen stays while it is typed, however little is left of it and whoever asked for it', async () => {
  const { completer, asked } = setUp();
  const outcome = completer.complete(query('x = |'), never);
  await pass(100);
  asked[0]?.end('compute(all);', tokens([11, 0.98], [13, 0.3]));
  expect(await outcome).toMatchObject({ text: 'compute(all);' });
  expect(await completer.complete(query('x = compute(all|'), never)).toEqual({ text: ');', elapsedMs: 0 });
  const unlikely = completer.complete(query('y = |'), never);
  await pass(100);
  asked[1]?.end('other(all);', tokens([1, 0.1], [2, 0.1], [11, 0.1]));
  expect(await unlikely).toMatchObject({ silence: 'unlikely' });
  expect(await completer.complete(query('y = o|'), never)).toMatchObject({ silence: 'unlikely' });
  expect(await completer.complete(query('y = o|', { manual: true }), never)).toMatchObject({ text: 'ther(all);' });
  expect(await completer.complete(query('y = ot|'), never)).toEqual({ text: 'her(all);', elapsedMs: 0 });
  expect(asked).toHaveLength(2);
});

test('nothing is computed ahead of an unlikely suggestion; less eagerness shows less', async () => {
  const { completer, asked } = setUp();
  for (const [marked, eagerness, shown] of [
    ['x = |', 'balanced', true],
    ['y = |', 'sure', false],
  ] as const) {
    const outcome = completer.complete(query(marked, { eagerness, lookAhead: true }), never);
    await pass(100);
    asked.at(-1)?.end('compute(everything);', tokens([20, 0.3]));
    expect('text' in (await outcome)).toBe(shown);
  }
  expect(asked.map(({ params }) => params.ahead)).toEqual([false, true, false]);
});

test('learns from what is written how far the model is to be believed', async () => {
  const { completer, asked } = setUp();
  const shows = async (i: number) => {
    const outcome = completer.complete(query(`v${i} = |`), never);
    await pass(100);
    asked.at(-1)?.end('compute(all);', tokens([13, 0.5]));
    return 'text' in (await outcome);
  };
  expect(await shows(0)).toBe(true);
  for (let i = 1; i <= 150; i++) {
    await shows(i);
    void completer.complete(query(`v${i} = no|`), never);
  }
  expect(await shows(151)).toBe(false);
  for (let i = 152; i <= 300; i++) {
    await shows(i);
    void completer.complete(query(`v${i} = compute(all);|`), never);
  }
  expect(await shows(301)).toBe(true);
});

test('the probabilities of the suggestion are reported, of its rest when part of it was typed, and of nothing else', async () => {
  const { completer, asked } = setUp();
  const outcome = completer.complete(query('x = |'), never);
  await pass(100);
  asked[0]?.end('compute();', tokens([3, 0.99], [7, 0.98], [10, 0.97]));
  await outcome;
  expect(completer.tokensOf('compute();')).toEqual([0.99, 0.98, 0.97].map(Math.log));
  await completer.complete(query('x = com|'), never);
  expect(completer.tokensOf('pute();')).toEqual([0.98, 0.97].map(Math.log));
  expect(completer.tokensOf('other')).toBeUndefined();
  completer.forget();
  expect(completer.tokensOf('pute();')).toBeUndefined();
});
