import { expect, test } from 'vitest';
import type { CompletionQuery } from '../../../extension/completion/completer.ts';
import { never, pass, query, setUp, stats, stillTime } from './completerScene.ts';
import { at } from './cursor.ts';

stillTime();

const LOOP = 'all || b(c) || b(c) || b(c) || b(c) || b(c) || b';

/** A completer for which the model has written this line at the place, up to the limit of tokens. */
async function told(marked: string, line: string) {
  const scene = setUp();
  const outcome = scene.completer.complete(query(marked), never);
  await pass(100);
  scene.asked[0]?.end(line, undefined, stats, 'length');
  return { ...scene, outcome: await outcome };
}

test('a loop is not computed again at each key of its first word', async () => {
  const { completer, asked, outcome } = await told('x = |', LOOP);
  expect(outcome).toEqual({ silence: 'repeats-itself', elapsedMs: 0, stats });
  for (const marked of ['x = |', 'x = a|', 'x = al|']) {
    expect(await completer.complete(query(marked), never)).toEqual({ silence: 'repeats-itself', elapsedMs: 0 });
  }
  expect(asked).toHaveLength(1);
});

test.each<[why: string, marked: string, changes?: Partial<CompletionQuery>]>([
  ['something else is typed', 'x = b|'],
  ['another document is open', 'x = a|', { context: at('x = a|', 'typescript', 'b.ts') }],
  ['somebody asks by hand', 'x = a|', { manual: true }],
  ['a suggestion was accepted there', 'x = a|', { afterAcceptance: true }],
  ['the word is complete', 'x = all|'],
  ['another one begins', 'x = all || b|'],
  ['all of it is typed', `x = ${LOOP}|`],
])('it is asked anew where %s', async (_why, marked, changes) => {
  const { completer, asked } = await told('x = |', LOOP);
  const outcome = completer.complete(query(marked, changes), never);
  await pass(100);
  asked[1]?.end('other(thing);');
  expect(await outcome).toMatchObject({ text: 'other(thing);' });
});

test('it is asked anew after what was suggested is forgotten', async () => {
  const { completer, asked } = await told('x = |', LOOP);
  completer.forget();
  void completer.complete(query('x = a|'), never);
  await pass(100);
  expect(asked).toHaveLength(2);
});

test('a line that the document has already is not computed again while it is typed, as long as the rest is there too', async () => {
  const { completer, asked, outcome } = await told('x = |\nx = first(everything);', 'first(everything);');
  expect(outcome).toMatchObject({ silence: 'repeats-document' });
  expect(await completer.complete(query('x = fir|\nx = first(everything);'), never)).toEqual({
    silence: 'repeats-document',
    elapsedMs: 0,
  });
  expect(asked).toHaveLength(1);
  void completer.complete(query('x = fir|\n'), never);
  await pass(100);
  expect(asked).toHaveLength(2);
});

test('a block of which nothing is shown does not keep a single line from being asked for', async () => {
  const { completer, asked, outcome } = await told('f(a);\n|', 'f(a);\nf(a);\nf(a);\nf(a);\nf(');
  expect(asked[0]?.params.multiline).toBe(true);
  expect(outcome).toMatchObject({ silence: 'repeats-itself' });
  const line = completer.complete(query('f(a);\nf|'), never);
  await pass(100);
  asked[1]?.end('(a);');
  expect(await line).toMatchObject({ text: '(a);' });
});
