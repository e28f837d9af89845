import { expect, test } from 'vitest';
import type { CompletionQuery } from '../../../extension/completion/completer.ts';
import { never, pass, query, setUp, stats, stillTime, tokens } from './completerScene.ts';

stillTime();

const LINE = 'first(everything);';
const REST = '\n  second(nothing);';
/** Its first letter is improbable, the rest certain. */
const MARKS = tokens([1, 0.02], [LINE.length, 0.9]);

/** A completer to which the model has said the first line of a block at an empty line. */
async function told(changes: Partial<CompletionQuery> = {}) {
  const scene = setUp();
  const outcome = scene.completer.complete(query('  |', changes), never);
  await pass(100);
  scene.asked[0]?.say(LINE, MARKS);
  expect(scene.asked[0]?.enough?.aborted).toBe(false);
  scene.asked[0]?.say('\n  sec', tokens([LINE.length + 3, 0.9], [LINE.length + 6, 0.9]));
  return { ...scene, outcome };
}

test('a block with too unlikely a first line is computed no further, and stays hidden while that line is typed as long as it is unlikely', async () => {
  const { completer, asked, outcome } = await told();
  expect(asked[0]?.enough?.aborted).toBe(true);
  expect(await outcome).toEqual({ silence: 'unlikely', elapsedMs: 0, stats });
  expect(await completer.complete(query('  |'), never)).toEqual({ silence: 'unlikely', elapsedMs: 0 });
  expect(asked).toHaveLength(1);
});

test.each<[why: string, changes: Partial<CompletionQuery>]>([
  ['whoever asks by hand', { manual: true }],
  ['whoever wants to see all', { eagerness: 'all' }],
])('it is computed to its end for %s', async (_why, changes) => {
  const { asked, outcome } = await told(changes);
  expect(asked[0]?.enough?.aborted).toBe(false);
  asked[0]?.end(LINE + REST, MARKS);
  expect(await outcome).toMatchObject({ text: LINE + REST });
});

test.each<[why: string, marked: string, changes: Partial<CompletionQuery>]>([
  ['is likely in what is left of it', '  f|', {}],
  ['is asked for by hand', '  |', { manual: true }],
  ['is asked for by hand in its middle', '  f|', { manual: true }],
])('once it %s, all of it is computed from where it began, and shown', async (_why, marked, changes) => {
  const { completer, asked, outcome } = await told();
  await outcome;
  const whole = completer.complete(query(marked, changes), never);
  await pass(0);
  expect(asked).toHaveLength(2);
  expect(asked[1]?.params).toEqual(asked[0]?.params);
  asked[1]?.say(`${LINE}\n  s`, MARKS);
  expect(asked[1]?.enough?.aborted).toBe(false);
  // Who types on meanwhile waits for the same.
  const typed = marked.length - 3;
  const on = completer.complete(query(`  ${LINE.slice(0, typed + 2)}|`, changes), never);
  asked[1]?.end(LINE + REST, MARKS);
  expect(await whole).toMatchObject({ text: (LINE + REST).slice(typed) });
  expect(await on).toMatchObject({ text: (LINE + REST).slice(typed + 2) });
  expect(await completer.complete(query('  fir|'), never)).toEqual({ text: (LINE + REST).slice(3), elapsedMs: 0 });
  expect(asked).toHaveLength(2);
});

test('a request by hand while its first line is computed gets the whole block', async () => {
  const { completer, asked } = setUp();
  const typing = completer.complete(query('  |'), never);
  await pass(100);
  asked[0]?.say('fir', tokens([1, 0.02], [3, 0.9]));
  const byHand = completer.complete(query('  |', { manual: true }), never);
  asked[0]?.say(`${LINE.slice(3)}\n  sec`, tokens([LINE.length + 6, 0.9]));
  expect(await typing).toMatchObject({ silence: 'unlikely' });
  await pass(0);
  asked[1]?.end(LINE + REST, MARKS);
  expect(await byHand).toMatchObject({ text: LINE + REST });
});

test('where nothing of the block can be shown, the next key asks anew', async () => {
  const { completer, asked, outcome } = await told();
  await outcome;
  const whole = completer.complete(query('  f|'), never);
  await pass(0);
  asked[1]?.end('', []);
  await pass(100);
  expect(asked[2]?.params).toMatchObject({ prefix: '  f', multiline: false });
  asked[2]?.end('irst(all);');
  expect(await whole).toMatchObject({ text: 'irst(all);' });
  void completer.complete(query('  |'), never);
  await pass(100);
  expect(asked).toHaveLength(4);
});

test('after that line the request is another', async () => {
  const { completer, asked, outcome } = await told();
  await outcome;
  void completer.complete(query(`  ${LINE}\n  |`), never);
  await pass(100);
  expect(asked[1]?.params).toMatchObject({ prefix: `  ${LINE}\n  `, multiline: true });
});

test('what is computed ahead ends with its first line, too', async () => {
  const { completer, asked } = setUp();
  const typing = completer.complete(query('x = |', { lookAhead: true }), never);
  await pass(100);
  asked[0]?.end('compute();');
  await typing;
  expect(asked[1]?.params).toMatchObject({ ahead: true, multiline: true });
  asked[1]?.say(`\n${LINE}\n`, tokens([2, 0.02], [LINE.length + 2, 0.9]));
  expect(asked[1]?.enough?.aborted).toBe(true);
  const accepted = query('x = compute();|', { lookAhead: true, afterAcceptance: true });
  expect(await completer.complete(accepted, never)).toMatchObject({ silence: 'unlikely' });
  void completer.complete(query('x = compute();|', { afterAcceptance: true, manual: true }), never);
  await pass(0);
  expect(asked[2]?.params).toEqual({ ...asked[1]?.params, ahead: false });
});
