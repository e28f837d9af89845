import { expect, test } from 'vitest';
import type { EngineState } from '../../extension/engineState.ts';
import { GiveWay } from '../../extension/giveWay.ts';
import { model } from './chat/scriptedEngine.ts';

/** Two engines whose states the test sets, and how often the second was asked to give way and does. */
function setUp() {
  const listeners = new Set<() => void>();
  const listen = (listener: () => void) => {
    listeners.add(listener);
    return { dispose: () => listeners.delete(listener) };
  };
  const completing = { isAwaited: false, onDidChangeAwaited: listen };
  const asked: AbortSignal[] = [];
  const yielding = {
    state: { kind: 'ready', model } as EngineState,
    isInUse: false,
    onDidChangeState: listen,
    onDidUse: listen,
    giveWay: async (signal: AbortSignal) => void asked.push(signal),
  };
  const giveWay = new GiveWay(completing, yielding);
  const become = (change: { readonly isAwaited?: boolean; readonly isInUse?: boolean; readonly state?: EngineState }) => {
    const { isAwaited = completing.isAwaited, ...rest } = change;
    completing.isAwaited = isAwaited;
    Object.assign(yielding, rest);
    for (const listener of listeners) listener();
  };
  /** Whether each request to give way lasts. */
  const last = () => asked.map(({ aborted }) => !aborted);
  return { become, last, giveWay, listeners };
}

test('it is asked once, while a completion is awaited and the chat works', () => {
  const { become, last } = setUp();
  become({ isAwaited: true });
  expect(last()).toEqual([]);
  become({ isInUse: true });
  become({ state: { kind: 'generating', model } });
  expect(last()).toEqual([true]);
  become({ isAwaited: false });
  expect(last()).toEqual([false]);
  become({ isAwaited: true });
  become({ isInUse: false });
  expect(last()).toEqual([false, false]);
});

test('an engine that is loading or gone is not asked; one that is back is asked again', () => {
  const { become, last } = setUp();
  become({ isAwaited: true, isInUse: true, state: { kind: 'loading', name: 'Foal' } });
  expect(last()).toEqual([]);
  become({ state: { kind: 'ready', model } });
  become({ state: { kind: 'restarting', reason: '', delayMs: 1 } });
  expect(last()).toEqual([false]);
  become({ state: { kind: 'ready', model } });
  expect(last()).toEqual([false, true]);
});

test('when the extension ends, it lets go and no longer listens', () => {
  const { become, last, giveWay, listeners } = setUp();
  become({ isAwaited: true, isInUse: true });
  giveWay.dispose();
  expect(last()).toEqual([false]);
  expect(listeners.size).toBe(0);
});
