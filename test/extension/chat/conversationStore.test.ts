import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FEATURES } from '../../../engine/index.ts';
import { ask, branchOf, type Conversation, changeAnswer, newConversation } from '../../../extension/chat/conversation.ts';
import { ConversationStore } from '../../../extension/chat/conversationStore.ts';

describe('conversations on the disk', () => {
  let root = '';
  const warnings: string[] = [];
  const folder = () => path.join(root, 'conversations');
  /** What a window holds. */
  const window = () => new ConversationStore(folder(), (message) => warnings.push(message));
  const talk = (id: string, text: string) => ask(newConversation(id, 1), { question: `${id}-q`, answer: `${id}-a` }, text, [], 2);
  const fileOf = (id: string) => path.join(folder(), `${id}.json`);

  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'paddock-chat-'));
    warnings.length = 0;
  });
  afterEach(() => rm(root, { recursive: true }));

  it('are listed and opened by another window as they were saved', async () => {
    const store = window();
    expect(await store.list()).toEqual([]);
    await store.save(talk('one', 'First'));
    await store.save(talk('two', 'Second'));
    expect((await window().list()).map(({ id, title, messages }) => [id, title, messages]).sort()).toEqual([
      ['one', 'First', 2],
      ['two', 'Second', 2],
    ]);
    expect((await window().open('one'))?.messages[0]?.text).toBe('First');
    expect(await window().open('three')).toBeUndefined();
    expect(await window().open('../one')).toBeUndefined();
    expect((await readdir(folder())).sort()).toEqual(['one.json', 'two.json']);
    expect(warnings).toEqual([]);
  });

  it('are gone when they are deleted, and stay gone', async () => {
    const store = window();
    void store.save(talk('one', 'First'));
    await store.delete('one');
    await store.flush();
    expect(await readdir(folder())).toEqual([]);
    await store.delete('one');
  });

  it('keep the last of many states, and the part of an answer written before the window was killed', async () => {
    const store = window();
    let conversation: Conversation = talk('one', 'Tell me');
    for (const text of ['O', 'On', 'Once']) {
      conversation = changeAnswer(conversation, 'one-a', { text }, 3);
      void store.save(conversation);
    }
    await store.flush();
    const found = await window().open('one');
    expect(found && branchOf(found).at(-1)?.message).toMatchObject({ text: 'Once', state: 'stopped' });
  });

  it('are as before when a process died while it wrote', async () => {
    await window().save(talk('one', 'First'));
    const part = `${fileOf('one')}.gone.part`;
    await writeFile(part, '{"version":1,"id":"one","ti');
    const [summary] = await window().list();
    expect(summary?.title).toBe('First');
    const long = new Date(Date.now() - 120_000);
    await utimes(part, long, long);
    await window().list();
    expect(await readdir(folder())).toEqual(['one.json']);
  });

  it('that cannot be read are set aside, and the others stay usable', async () => {
    const store = window();
    await store.save(talk('one', 'First'));
    await store.save(talk('two', 'Second'));
    await writeFile(fileOf('two'), '{"version":1');
    expect((await window().list()).map(({ id }) => id)).toEqual(['one']);
    expect(await readFile(path.join(folder(), 'two.broken.json'), 'utf8')).toBe('{"version":1');
    expect(warnings).toHaveLength(1);
    expect((await window().list()).map(({ id }) => id)).toEqual(['one']);
    expect(warnings).toHaveLength(1);
  });

  it('hold what two windows add to one of them', async () => {
    await window().save(talk('one', 'First'));
    const windows = [window(), window()];
    await Promise.all(
      windows.map(async (store, i) => {
        const found = await store.open('one');
        if (!found) throw new Error('It is not there.');
        await store.save(ask(found, { question: `q${i}`, answer: `a${i}` }, `From window ${i}`, [], 10 + i));
      }),
    );
    const merged = await window().open('one');
    expect(
      merged?.messages
        .map(({ text }) => text)
        .filter((text) => text.startsWith('From'))
        .sort(),
    ).toEqual(['From window 0', 'From window 1']);
    expect(warnings).toEqual([]);
  });

  it('of an earlier version, which stored no doubts, have none', async () => {
    const store = window();
    await store.save(talk('one', 'First'));
    const older = (await readFile(fileOf('one'), 'utf8')).replaceAll('"doubts":[],', '');
    expect(older).not.toContain('doubts');
    await writeFile(fileOf('one'), older);
    expect((await window().open('one'))?.messages.map(({ doubts }) => doubts)).toEqual([[], []]);
    await writeFile(fileOf('one'), older.replace('"numbers":', '"doubts":[{"from":-1,"to":2,"level":"low"}],"numbers":'));
    expect(await window().open('one')).toBeUndefined();
  });

  it('of an earlier version keep their answers, without features that have changed since', async () => {
    const weighed = (features: readonly number[]) => {
      return { model: 'm', features, scores: { helpful: 0.5, safe: 0.5, combined: 0.5 }, version: 0 };
    };
    const store = window();
    const now = FEATURES.map(() => 0.5);
    await store.save(changeAnswer(talk('one', 'First'), 'one-a', { text: 'So.', weighed: weighed(now.slice(1)) }, 3));
    await store.save(changeAnswer(talk('two', 'Second'), 'two-a', { text: 'So.', weighed: weighed(now) }, 3));
    const answers = await Promise.all(['one', 'two'].map(async (id) => (await window().open(id))?.messages.at(-1)));
    expect(answers.map((answer) => answer?.text)).toEqual(['So.', 'So.']);
    expect(answers.map((answer) => answer?.weighed)).toEqual([undefined, weighed(now)]);
  });

  it('are not lost with a folder that cannot be written: the log says so', async () => {
    await writeFile(folder(), 'a file, not a folder');
    await window().save(talk('one', 'First'));
    expect(await window().list()).toEqual([]);
    expect(warnings.join()).toContain('was not saved');
  });

  it('of ten thousand messages can be listed and shown', async () => {
    let conversation = newConversation('long', 1);
    const messages = Array.from({ length: 10_000 }, (_, i) => ({
      id: `m${i}`,
      parent: i === 0 ? '' : `m${i - 1}`,
      role: i % 2 === 0 ? ('user' as const) : ('assistant' as const),
      text: `Message ${i}. `.repeat(20),
      attachments: [],
      state: 'done' as const,
      error: '',
      numbers: null,
      doubts: [],
      revision: 0,
    }));
    conversation = { ...conversation, messages };
    await window().save(conversation);
    const found = await window().open('long');
    expect(found && branchOf(found)).toHaveLength(10_000);
    expect((await window().list())[0]?.messages).toBe(10_000);
  });
});
