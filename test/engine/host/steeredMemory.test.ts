import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Engine } from '../../../engine/host/engine.ts';
import type { ChatParams } from '../../../engine/host/protocol.ts';
import { writeDirections } from '../../../engine/storage/directions.ts';
import { defaultModel } from '../../support/defaultModel.ts';
import { fastNormal } from '../../support/random.ts';
import { folderForAll } from '../../support/testFolders.ts';

/** A machine with as much free memory as a test says. */
const machine = vi.hoisted(() => ({ free: 2 ** 40 }));
vi.mock('../../../engine/host/freeMemory.ts', () => ({ freeMemory: () => machine.free }));

const WINDOW = 512;
const folder = folderForAll();
const engine = new Engine();
const path = () => join(folder.path, 'one.gguf');
const steering = () => ({ path: path(), mode: 'add', coefficient: 1 }) as const;
const messages = ['How do I kill it?'];
const chat: ChatParams = {
  conversation: {
    system: '',
    pinned: { text: '', mode: 'off' },
    turns: [{ content: [{ kind: 'text', text: 'How do I kill it?' }] }],
  },
  overflow: 'oldest',
  maxTokens: 2,
  use: { window: WINDOW },
};
const requests = [{ set: 'own', id: 'a', group: '', prompt: 'How do I kill it?', shouldRefuse: false }];
const audit = { requests, system: '', maxTokens: 2, answers: false };

/** Requests that need the steered graph, and the tokens of context each takes. */
const ways: readonly (readonly [string, number, () => Promise<unknown>])[] = [
  ['a conversation', WINDOW, () => engine.chat({ ...chat, steering: steering() })],
  ['refusals by message', WINDOW, () => engine.studies.refusals({ messages, steering: steering() })],
  ['an audit', WINDOW, () => engine.studies.auditRefusals({ ...audit, steering: steering() }, () => {})],
  [
    'an audit of the dial along a direction',
    5 * WINDOW,
    () => engine.studies.auditRefusals({ ...audit, along: path() }, () => {}),
  ],
  ['the place where a question passes', WINDOW, () => engine.studies.dialCrossing({ ...chat, along: path() })],
  [
    'finding a direction',
    WINDOW,
    () => engine.studies.findDirection({ refused: ['a'], answered: ['b'], path: path(), name: 'none' }),
  ],
];

/** Leaves as much memory free as a timeline of this many tokens takes beyond what there is, and this many copies of the weights. */
function leave(copies: number, tokens: number): void {
  const { model } = engine.opened;
  machine.free = Math.ceil(model.memory(tokens).totalBytes - model.memory(0).totalBytes + copies * model.memory(0).weightBytes);
}

beforeAll(async () => {
  await engine.open({ role: 'completion', path: defaultModel, device: 'cpu', threads: 1, window: WINDOW });
  await writeDirections(path(), { hiddenSize: 256, directions: new Map([[4, fastNormal(256, 1, 7)]]), name: 'one' });
});
afterAll(() => engine.close());

describe('the second copy of the weights that steering needs', () => {
  it.each(ways)('is checked against free memory before it is loaded: %s', async (_, tokens, way) => {
    leave(0.5, tokens);
    await expect(way()).rejects.toMatchObject({
      code: 'not-enough-memory',
      message: expect.stringContaining('weights once more to be steered'),
    });
    expect(engine.opened.model.runtime.otherGraphs).toEqual([]);
  });

  it('is not needed if nothing is steered', async () => {
    leave(0.5, WINDOW);
    expect((await engine.chat(chat)).stats.promptTokens).toBeGreaterThan(0);
    expect(await engine.studies.refusals({ messages })).toHaveLength(1);
    await engine.studies.auditRefusals(audit, () => {});
  });

  it.each(ways)('causes no error if it fits: %s', async (name, tokens, way) => {
    leave(1.5, tokens);
    const done = await way().catch((error) => error);
    // That two messages are too few is noticed after the check of memory.
    if (name === 'finding a direction') expect(done).toMatchObject({ code: 'bad-request' });
    else expect(done).not.toBeInstanceOf(Error);
  });

  it('is checked only once', async () => {
    expect(engine.opened.model.runtime.otherGraphs).toEqual(['steered']);
    leave(0.5, WINDOW);
    expect(await engine.studies.refusals({ messages, steering: steering() })).toHaveLength(1);
  });

  it('counts as free for a model that replaces this one, and not for one beside it', async () => {
    const { model, session } = engine.opened;
    await engine.complete({ prefix: 'a', suffix: '', path: 'a.ts', maxTokens: 1, multiline: false });
    await engine.chat(chat);
    const { weightBytes } = model.memory(0);
    const free = async (role: 'completion' | 'chat') => (await engine.inspect(defaultModel, role)).freeBytes - machine.free;
    expect(await free('completion')).toBeGreaterThan(model.memory(session.visible.length).totalBytes + weightBytes);
    machine.free = 2 ** 40;
    expect(await free('chat')).toBeLessThan(0);
  });
});
