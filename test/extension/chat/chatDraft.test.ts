import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { ConversationStore } from '../../../extension/chat/conversationStore.ts';
import { until } from '../../support/until.ts';
import { answered, asked, chatForEach, here, openWindow, said, view, wish } from './chatScene.ts';

chatForEach();

test('attachments are counted one after the other; those already sent are not counted again', async () => {
  const counted: string[] = [];
  const waiting: (() => void)[] = [];
  vi.spyOn(here.engine, 'countTokens').mockImplementation((texts) => {
    counted.push(...texts.map((text) => text.slice(0, text.indexOf(':'))));
    return new Promise((resolve) => waiting.push(() => resolve(texts.map(() => 7))));
  });
  const costs = () => here.updates.findLast((update) => 'attachments' in update)?.attachments.map(({ tokens }) => tokens);
  await wish({ kind: 'drop', uris: ['a', 'b', 'c'] });
  await until('the first to be counted', () => waiting.length === 1);
  await wish({ kind: 'detach', id: view().attachments[1]?.id ?? '' });
  waiting.shift()?.();
  await until('its cost', () => costs()?.[0] === 7);
  await until('the next to be counted', () => waiting.length === 1);
  waiting.shift()?.();
  await until('its cost', () => costs()?.[1] === 7);
  expect(counted).toEqual(['a', 'c']);
  await answered('Yes.', { kind: 'send', text: 'Well?' });
  here.chat.dispose();
  here.chat = await openWindow();
  await Promise.resolve();
  expect(view().messages[0]?.attachments.map(({ label }) => label)).toEqual(['a', 'c']);
  expect(counted).toEqual(['a', 'c']);
});

test('an attachment costs the tokens that the model reads of it, given the message as written', async () => {
  const costs = () => here.updates.findLast((update) => 'attachments' in update)?.attachments.map(({ tokens }) => tokens);
  const named = 'a:\n```text\na\n```'.length; // the scripted engine counts characters
  const bare = '```text\na\n```'.length;
  await wish({ kind: 'drop', uris: ['a'] });
  await wish({ kind: 'draft', text: 'Well?' });
  await until('its cost with its name', () => costs()?.[0] === named);
  await wish({ kind: 'draft', text: '/explain' });
  await until('its cost as mere code', () => costs()?.[0] === bare);
});

test('what is pinned is counted by itself, whenever it changes', async () => {
  const costs = () => here.updates.findLast((update) => 'pinCost' in update)?.pinCost;
  await wish({ kind: 'pin', pinned: { text: 'Be brief.' } });
  await until('its cost', () => costs() === 'Be brief.'.length); // the scripted engine counts characters
  await wish({ kind: 'pin', pinned: { mode: 'off' } });
  expect(view().pinCost).toBe(null);
  await wish({ kind: 'pin', pinned: { text: 'Be kind and brief.', mode: 'first' } });
  await until('its new cost', () => costs() === 'Be kind and brief.'.length);
});

test('when the draft is measured again, unchanged turns are the same objects, so only the rest is sent', async () => {
  await answered('Posts.', { kind: 'send', text: 'What is a fence?' });
  await wish({ kind: 'drop', uris: ['a', 'b'] });
  const last = () => here.engine.plans.at(-1)?.conversation.turns ?? [];
  await wish({ kind: 'draft', text: 'And' });
  await until('the measure', () => last()[1]?.content[0]?.text === 'And');
  const [question, draft] = last();
  await wish({ kind: 'draft', text: 'And this?' });
  await until('the next', () => last()[1]?.content[0]?.text === 'And this?');
  expect(last()[0]).toBe(question);
  for (const place of [1, 2]) expect(last()[1]?.content[place]).toBe(draft?.content[place]);
  await wish({ kind: 'pinTurn', message: view().messages[0]?.id ?? '', pinned: true });
  await until('the next', () => last()[0]?.pinned === true);
  expect(last()[0]).not.toBe(question);
});

test('what is attached can be seen before it is sent and afterwards, as it was then', async () => {
  await wish({ kind: 'drop', uris: ['a'] });
  const { id = '' } = view().attachments[0] ?? {};
  await wish({ kind: 'showAttachment', id });
  await answered('Yes.', { kind: 'send', text: 'Well?' });
  await wish({ kind: 'showAttachment', id: view().messages[0]?.attachments[0]?.id ?? '' });
  await wish({ kind: 'showAttachment', id: 'another' });
  expect(here.done).toEqual(['show a: a', 'show a: a']);
});

test('the text after /clear is the first message of the new conversation, with the attachments', async () => {
  await answered('One.', { kind: 'send', text: 'Count' });
  const { id } = view();
  await wish({ kind: 'drop', uris: ['a'] });
  await answered('Posts.', { kind: 'send', text: '/clear  What is a fence? ' });
  expect(said()).toEqual(['user done: What is a fence?', 'assistant done: Posts.']);
  expect(view().messages[0]?.attachments.map(({ label }) => label)).toEqual(['a']);
  expect(view().history.map((each) => each.id)).toContain(id);
  await asked({ kind: 'send', text: 'Go on' });
  await wish({ kind: 'send', text: '/clear And now?' });
  expect(here.updates.findLast((update) => update.kind === 'draft')).toEqual({ kind: 'draft', text: 'And now?' });
  here.engine.last.end();
  await here.chat.ended;
});

test('attachments without a question are explained, and measured so', async () => {
  await wish({ kind: 'send', text: ' ' });
  expect(here.engine.runs).toEqual([]);
  await wish({ kind: 'drop', uris: ['a'] });
  const content = [
    { kind: 'text', text: 'Explain this code.' },
    { kind: 'attachment', label: '', language: 'text', text: 'a' },
  ];
  await until('the measure', () => here.engine.plans.length > 0);
  expect(here.engine.plans.at(-1)?.conversation.turns).toEqual([{ content }]);
  await answered('A letter.', { kind: 'send', text: ' ' });
  expect(here.engine.last.params.conversation.turns).toEqual([{ content }]);
  expect(said()).toEqual(['user done: /explain', 'assistant done: A letter.']);
});

test('what is pinned before the first message is there in another window, and nothing is kept once it is unpinned', async () => {
  const pinned = { text: 'Be short.', mode: 'every', constraints: ['fiveLines'] } as const;
  await wish({ kind: 'pin', pinned: { text: 'Be short.', constraints: { fiveLines: true } } });
  here.chat.dispose();
  here.chat = await openWindow();
  await Promise.resolve();
  expect(view()).toMatchObject({ pinned, messages: [] });
  await wish({ kind: 'new' });
  await Promise.resolve();
  expect(view().pinned).toEqual(pinned);
  await wish({ kind: 'pin', pinned: { text: '', constraints: { fiveLines: false } } });
  await Promise.resolve();
  expect(view()).toMatchObject({ pinned: { text: '' }, history: [] });
  expect(await new ConversationStore(here.folder, expect.fail).list()).toEqual([]);
});

test('what is attached is there in another window until it is detached or sent, and nothing is kept of it then', async () => {
  const attached = () => view().attachments.map(({ label }) => label);
  const reload = async () => {
    here.chat.dispose();
    await here.drafts.flush();
    here.chat = await openWindow();
    await Promise.resolve();
  };
  await wish({ kind: 'drop', uris: ['a', 'b'] });
  await wish({ kind: 'drop', uris: ['c'] });
  await wish({ kind: 'detach', id: view().attachments[1]?.id ?? '' });
  await reload();
  expect(attached()).toEqual(['a', 'c']);
  await wish({ kind: 'showAttachment', id: view().attachments[1]?.id ?? '' });
  expect(here.done).toEqual(['show c: c']);
  await answered('Letters.', { kind: 'send', text: 'What is it?' });
  expect(view().messages[0]?.attachments.map(({ label }) => label)).toEqual(['a', 'c']);
  await reload();
  expect(attached()).toEqual([]);
  expect(await readdir(path.join(here.folder, 'draft'))).toEqual([]);
});

test('stored attachments that cannot be read are set aside with a note in the log, and the chat starts', async () => {
  const folder = path.join(here.folder, 'draft');
  await mkdir(folder);
  await writeFile(path.join(folder, 'draft.json'), '[{"id": "a b", "label": 1}]');
  here.chat.dispose();
  here.chat = await openWindow();
  await Promise.resolve();
  expect(view().attachments).toEqual([]);
  expect(here.done.join()).toContain('draft.broken.json');
});

test('what was being written is there in another window, and gone once it was sent', async () => {
  await wish({ kind: 'draft', text: 'What is a' });
  here.chat.dispose();
  here.chat = await openWindow();
  await wish({ kind: 'ready' });
  expect(here.updates.at(-1)).toEqual({ kind: 'draft', text: 'What is a' });
  await answered('Posts.', { kind: 'send', text: 'What is a fence?' });
  here.chat.dispose();
  here.chat = await openWindow();
  here.updates.length = 0;
  await wish({ kind: 'ready' });
  expect(here.updates.map(({ kind }) => kind)).not.toContain('draft');
});
