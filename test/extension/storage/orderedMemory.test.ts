import { beforeEach, expect, it } from 'vitest';
import type { Memory } from '../../../extension/storage/memory.ts';
import { OrderedMemory } from '../../../extension/storage/orderedMemory.ts';

/** Behaves like VS Code's global state: after each write comes an echo of everything as it was written. */
class Echoing implements Memory {
  state: Record<string, unknown> = {};
  stored = '{}';
  failure: Error | undefined;

  get(key: string): unknown {
    return this.state[key];
  }

  async update(key: string, value: unknown): Promise<void> {
    this.state[key] = value;
    await moment();
    if (this.failure) throw this.failure;
    this.stored = JSON.stringify(this.state);
    const echo = this.stored;
    await moment();
    this.state = JSON.parse(echo);
  }
}

let below: Echoing;
let memory: OrderedMemory;
beforeEach(() => {
  below = new Echoing();
  memory = new OrderedMemory(below);
});

it('stores values that are written while others are under way', async () => {
  const writes = [memory.update('dial', 1)];
  await moment();
  writes.push(memory.update('dial', 2), memory.update('window', 4096));
  await Promise.all(writes);
  expect(JSON.parse(below.stored)).toEqual({ dial: 2, window: 4096 });
});

it('has a value at once, and goes on having it', async () => {
  const seen: unknown[] = [];
  const first = memory.update('dial', 'a');
  const second = memory.update('dial', 'b');
  seen.push(memory.get('dial'));
  await first;
  seen.push(memory.get('dial'));
  await second;
  seen.push(memory.get('dial'));
  expect(seen).toEqual(['b', 'b', 'b']);
});

it('says that a value could not be written, and writes the next', async () => {
  await memory.update('dial', 1);
  below.failure = new Error('The disk is full.');
  await expect(memory.update('dial', 2)).rejects.toThrow('The disk is full.');
  below.failure = undefined;
  await memory.update('window', 512);
  expect(memory.get('window')).toBe(512);
});

it('has what another window wrote', () => {
  below.state = { dial: 3 };
  expect(memory.get('dial')).toBe(3);
});

function moment(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
