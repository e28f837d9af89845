import { describe, expect, it } from 'vitest';
import { isPaddockError } from '../../../engine/errors.ts';
import { type Pause, Turns } from '../../../engine/generate/turns.ts';

/** Lets everything continue that can. */
const settle = () => new Promise((resolve) => setTimeout(resolve));

/** A task that records each of its steps, and lets other tasks run between them. */
function steps(log: string[], name: string, count: number) {
  return async (pause: Pause) => {
    for (let i = 1; i <= count; i++) {
      await pause();
      log.push(`${name}${i}`);
      await settle();
    }
    return name;
  };
}

describe('Turns', () => {
  it('runs one after the other, in the order they came', async () => {
    const turns = new Turns();
    const log: string[] = [];
    const all = ['a', 'b', 'c'].map((name) => turns.run('completion', steps(log, name, 2)));
    expect(await Promise.all(all)).toEqual(['a', 'b', 'c']);
    expect(log).toEqual(['a1', 'a2', 'b1', 'b2', 'c1', 'c2']);
  });

  it('lets a completion in at the next step of a chat, and both finish', async () => {
    const turns = new Turns();
    const log: string[] = [];
    const chat = turns.run('chat', steps(log, 'chat', 4));
    await settle();
    const completion = turns.run('completion', steps(log, 'completion', 2));
    expect(await Promise.all([chat, completion])).toEqual(['chat', 'completion']);
    const started = log.indexOf('completion1');
    expect(started).toBeLessThan(log.indexOf('chat4'));
    expect(log.slice(started, started + 2)).toEqual(['completion1', 'completion2']);
    expect(log.filter((entry) => entry.startsWith('chat'))).toEqual(['chat1', 'chat2', 'chat3', 'chat4']);
  });

  it('resumes a paused task before it starts one that came later', async () => {
    const turns = new Turns();
    const log: string[] = [];
    const first = turns.run('chat', steps(log, 'first', 3));
    const second = turns.run('chat', steps(log, 'second', 1));
    await settle();
    await Promise.all([turns.run('completion', steps(log, 'completion', 1)), first, second]);
    expect(log.indexOf('first3')).toBeLessThan(log.indexOf('second1'));
    expect(log.indexOf('completion1')).toBeLessThan(log.indexOf('first3'));
  });

  it('does not let a task of equal or lower priority in between', async () => {
    const turns = new Turns();
    const log: string[] = [];
    const all = [
      turns.run('chat', steps(log, 'a', 3)),
      turns.run('background', steps(log, 'low', 1)),
      turns.run('chat', steps(log, 'b', 1)),
    ];
    await Promise.all(all);
    expect(log).toEqual(['a1', 'a2', 'a3', 'b1', 'low1']);
  });

  it('fails only for the caller of the task', async () => {
    const turns = new Turns();
    const failing = turns.run('completion', async () => {
      throw new Error('once');
    });
    const next = turns.run('completion', async () => 'fine');
    await expect(failing).rejects.toThrow('once');
    expect(await next).toBe('fine');
  });

  it('lets a waiting task be cancelled, and a paused one, without losing a turn', async () => {
    const turns = new Turns();
    const log: string[] = [];
    const [waiting, paused] = [new AbortController(), new AbortController()];
    const chat = turns.run('chat', steps(log, 'chat', 9), paused.signal);
    const never = turns.run('chat', steps(log, 'never', 1), waiting.signal);
    await settle();
    let release = () => {};
    const blocked = new Promise<void>((resolve) => {
      release = resolve;
    });
    const completion = turns.run('completion', () => blocked);
    for (let i = 0; i < 5; i++) await settle();
    expect(log).not.toContain('chat9');
    waiting.abort();
    paused.abort();
    for (const gone of [never, chat]) await expect(gone).rejects.toSatisfy((e) => isPaddockError(e, 'cancelled'));
    expect(log).not.toContain('chat9');
    release();
    await completion;
    expect(log).not.toContain('never1');
    expect(await turns.run('background', async () => 'still open')).toBe('still open');
  });

  it('does not start a task that was cancelled before', async () => {
    const gone = new Turns().run('completion', async () => 'begun', AbortSignal.abort());
    await expect(gone).rejects.toSatisfy((error) => isPaddockError(error, 'cancelled'));
  });

  it('runs a task alone: after what came before, paused or not, and before what comes after', async () => {
    const turns = new Turns();
    const log: string[] = [];
    const chat = turns.run('chat', steps(log, 'chat', 3));
    const alone = turns.alone(async () => {
      log.push('alone begins');
      await settle();
      log.push('alone ends');
    });
    const after = turns.run('completion', steps(log, 'after', 1));
    await Promise.all([chat, alone, after]);
    expect(log).toEqual(['chat1', 'chat2', 'chat3', 'alone begins', 'alone ends', 'after1']);
    const failing = turns.alone(() => Promise.reject(new Error('once')));
    await expect(failing).rejects.toThrow('once');
    expect(await turns.run('chat', async () => 'fine')).toBe('fine');
  });
});
