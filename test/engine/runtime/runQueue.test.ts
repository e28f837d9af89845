import { describe, expect, it } from 'vitest';
import { RunQueue } from '../../../engine/runtime/runQueue.ts';

describe('RunQueue', () => {
  it('runs one task after the other', async () => {
    const queue = new RunQueue();
    const order: string[] = [];
    const task = (name: string, turns: number) => async () => {
      for (let i = 0; i < turns; i++) await Promise.resolve();
      order.push(name);
    };
    await Promise.all([queue.enqueue(task('slow', 20)), queue.enqueue(task('quick', 1))]);
    expect(order).toEqual(['slow', 'quick']);
  });

  it('continues after a failed task, whose error only its caller gets', async () => {
    const queue = new RunQueue();
    const failing = queue.enqueue(() => Promise.reject(new Error('lost')));
    const next = queue.enqueue(async () => 'done');
    await expect(failing).rejects.toThrow('lost');
    await expect(next).resolves.toBe('done');
  });
});
