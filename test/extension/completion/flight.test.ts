import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { cancelled, isPaddockError } from '../../../engine/index.ts';
import { Flight } from '../../../extension/completion/flight.ts';
import { at } from './cursor.ts';

/** A computation whose text comes when the test says so. */
class Source {
  signal: AbortSignal = new AbortController().signal;
  say: (piece: string) => void = () => {};
  end: (text: string) => void = () => {};
  fail: (error: unknown) => void = () => {};

  readonly run = (signal: AbortSignal, onText: (piece: string) => void) =>
    new Promise<{ text: string }>((resolve, reject) => {
      this.signal = signal;
      this.say = onText;
      this.end = (text) => resolve({ text });
      this.fail = reject;
      signal.addEventListener('abort', () => reject(cancelled()));
    });
}

const take = (marked: string, patienceMs = 1_000) => {
  const source = new Source();
  return { source, flight: new Flight(at(marked), source.run, patienceMs) };
};
const isCancelled = (error: unknown) => isPaddockError(error, 'cancelled');
const never = new AbortController().signal;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('covers typed text that agrees with what it has written so far, be it more or less', () => {
  const { source, flight } = take('const x = |;');
  expect(flight.covers(at('const x = |;'))).toBe(true);
  expect(flight.covers(at('const x = anything|;'))).toBe(true);
  source.say('comp');
  expect(flight.covers(at('const x = co|;'))).toBe(true);
  expect(flight.covers(at('const x = compute|;'))).toBe(true);
  expect(flight.covers(at('const x = con|;'))).toBe(false);
  expect(flight.covers(at('const x =|;'))).toBe(false);
  expect(flight.covers(at('const y = co|;'))).toBe(false);
  expect(flight.covers(at('const x = co|'))).toBe(false);
  expect(flight.covers(at('const x = co|;', 'typescript', 'b.ts'))).toBe(false);
});

test('what the editor closes by itself is no disagreement', () => {
  const { source, flight } = take('x = |\n');
  source.say('call(a');
  expect(flight.covers(at('x = call(|)\n'))).toBe(true);
});

test('once it has ended it covers where there is something left, and where it had nothing to say', async () => {
  const { source, flight } = take('x = |');
  source.end('ab');
  await vi.advanceTimersByTimeAsync(0);
  expect(flight.covers(at('x = a|'))).toBe(true);
  expect(flight.covers(at('x = ab|'))).toBe(false);
  expect(flight.covers(at('x = abc|'))).toBe(false);
  const silent = take('x = |');
  silent.source.end('');
  await vi.advanceTimersByTimeAsync(0);
  expect(silent.flight.covers(at('x = |'))).toBe(true);
  expect(silent.flight.covers(at('x = a|'))).toBe(false);
});

test('outlives a cancelled request, for the next one', async () => {
  const { source, flight } = take('x = |');
  const first = new AbortController();
  const gone = flight.ride(at('x = |'), first.signal);
  first.abort();
  await expect(gone).rejects.toSatisfy(isCancelled);
  await vi.advanceTimersByTimeAsync(900);
  const riding = flight.ride(at('x = a|'), never);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(source.signal.aborted).toBe(false);
  source.say('ab');
  source.end('ab');
  expect(await riding).toEqual({ text: 'ab' });
  expect(vi.getTimerCount()).toBe(0);
});

test('is aborted when no request comes for a while', async () => {
  const { source, flight } = take('x = |');
  await vi.advanceTimersByTimeAsync(999);
  expect(source.signal.aborted).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(source.signal.aborted).toBe(true);
  expect(flight.covers(at('x = |'))).toBe(false);
  expect(flight.isUnderWay).toBe(false);
});

test('without a time limit it runs on without requests', async () => {
  const { source, flight } = take('x = |', Number.POSITIVE_INFINITY);
  expect(vi.getTimerCount()).toBe(0);
  source.end('ab');
  await vi.advanceTimersByTimeAsync(5_000);
  expect(await flight.ride(at('x = |'), never)).toEqual({ text: 'ab' });
});

test('ends a waiting request as soon as it writes something else than what was typed', async () => {
  const { source, flight } = take('x = |');
  const riding = flight.ride(at('x = abc|'), never);
  source.say('ab');
  source.say('d');
  expect(await riding).toBeUndefined();
});

test('ends a waiting request when nothing is left for it at the end', async () => {
  const { source, flight } = take('x = |');
  const riding = flight.ride(at('x = abc|'), never);
  source.say('ab');
  source.end('ab');
  expect(await riding).toBeUndefined();
});

test('fails all waiting requests when it is aborted, and covers nothing after a failure', async () => {
  const { flight } = take('x = |');
  const riding = flight.ride(at('x = |'), never);
  flight.abort();
  await expect(riding).rejects.toSatisfy(isCancelled);
  const broken = take('x = |');
  const other = broken.flight.ride(at('x = |'), never);
  broken.source.fail(new Error('The engine is gone.'));
  await expect(other).rejects.toThrow('The engine is gone.');
  expect(broken.flight.covers(at('x = |'))).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
});
