import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  type CandidatesParams,
  type CompleteParams,
  type CompleteResult,
  cancelled,
  type GenerationStats,
  type LineCandidate,
  PaddockError,
  type TokenMark,
} from '../../../engine/index.ts';
import { Completer, type CompletionQuery } from '../../../extension/completion/completer.ts';
import { at } from './cursor.ts';

const stats = { promptTokens: 9, reusedTokens: 0, generatedTokens: 3, drafted: 0, accepted: 0, prefillMs: 1, decodeMs: 1 };

interface Asked {
  readonly params: CompleteParams;
  readonly signal: AbortSignal;
  /** Aborted when the completer has heard enough; the engine then answers with what it has said. */
  readonly enough: AbortSignal | undefined;
  readonly say: (piece: string) => void;
  /** @param marks one certain token unless told */
  readonly end: (text: string, marks?: readonly TokenMark[], numbers?: GenerationStats) => void;
  readonly fail: (error: unknown) => void;
}

/** A question for several lines. */
interface AskedForLines {
  readonly params: CandidatesParams;
  readonly signal: AbortSignal;
  readonly end: (...texts: string[]) => void;
  readonly fail: (error: unknown) => void;
}

/** An engine that answers when the test says so. @param silent whether it knows no other lines, and says so at once */
function setUp(silent = true) {
  const asked: Asked[] = [];
  const errors: unknown[] = [];
  const answers: number[] = [];
  const lines: AskedForLines[] = [];
  const complete = (
    params: CompleteParams,
    signal: AbortSignal,
    onText: (piece: string) => void = () => {},
    enough?: AbortSignal,
  ) =>
    new Promise<CompleteResult>((resolve, fail) => {
      let said = '';
      const say = (piece: string) => {
        said += piece;
        onText(piece);
      };
      const certain = (text: string): TokenMark[] => [{ end: text.length, logProbability: 0 }];
      const end = (text: string, marks: readonly TokenMark[] = certain(text), numbers = stats) =>
        resolve({ text, finish: 'stop', confidence: 1, marks, stats: numbers });
      signal.addEventListener('abort', () => fail(cancelled()));
      enough?.addEventListener('abort', () => end(said));
      asked.push({ params, signal, enough, say, end, fail });
    });
  const candidates = (params: CandidatesParams, signal: AbortSignal) =>
    new Promise<LineCandidate[]>((resolve, fail) => {
      if (silent) resolve([]);
      signal.addEventListener('abort', () => fail(cancelled()));
      const end = (...texts: string[]) => resolve(texts.map((text) => ({ text, finish: 'stop' as const, marks: [] })));
      lines.push({ params, signal, end, fail });
    });
  const listener = {
    onAsk: () => {},
    onAnswer: (_kind: string, _answer: object, ms: number) => answers.push(ms),
    onError: (error: unknown) => errors.push(error),
  };
  return { completer: new Completer({ complete, candidates }, listener), asked, lines, errors, answers };
}

const query = (marked: string, changes: Partial<CompletionQuery> = {}): CompletionQuery => ({
  context: at(marked),
  path: 'a.ts',
  manual: false,
  eagerness: 'balanced',
  waitMs: 100,
  afterAcceptance: false,
  lookAhead: false,
  maxTokens: 64,
  memory: true,
  ...changes,
});
/** Marks: where each token ends, and how probable it is. */
const tokens = (...marks: readonly (readonly [end: number, probability: number])[]): TokenMark[] =>
  marks.map(([end, probability]) => ({ end, logProbability: Math.log(probability) }));
const never = new AbortController().signal;
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

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

test('what is told of other files goes along, also with what is computed ahead', async () => {
  const { completer, asked } = setUp();
  const other = { related: [{ path: 'b.ts', text: 'function b(): void' }], project: 'shop' };
  const outcome = completer.complete(query('x = |', { other, lookAhead: true }), never);
  await pass(100);
  asked[0]?.end('compute();');
  await outcome;
  expect(asked.map(({ params }) => params)).toMatchObject([other, { ...other, ahead: true }]);
});

test('typing on while waiting is no question yet', async () => {
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

test('a computation that comes to disagree is aborted then, and the wait is counted from the keystroke', async () => {
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

test('what nobody comes for is aborted; what has ended meanwhile is known', async () => {
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

test('says why a computation failed, and tells of it', async () => {
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

test('stop ends what is under way, clear forgets what is known', async () => {
  const { completer, asked } = setUp();
  const outcome = completer.complete(query('x = |'), never);
  await pass(100);
  completer.stop();
  expect(await outcome).toEqual({ silence: 'typed-on' });
  const again = completer.complete(query('x = |'), never);
  await pass(100);
  asked[1]?.end('compute();');
  await again;
  completer.clear();
  void completer.complete(query('x = |'), never);
  await pass(100);
  expect(asked).toHaveLength(3);
});

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

test('accepted early, the computation ahead is waited for', async () => {
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

test('what is unlikely is not shown while typing, is known all the same, and comes when it is asked for or typed towards', async () => {
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

test('nothing is computed ahead of what is unlikely; the one who wants to be sure sees less', async () => {
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

test('the first waits so long for the others, and no longer', async () => {
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
