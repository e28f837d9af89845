import path from 'node:path';
import { expect, test } from 'vitest';
import { Draft } from '../../../extension/chat/draft.ts';
import { DraftStore } from '../../../extension/chat/draftStore.ts';
import { folderForEach } from '../../support/testFolders.ts';

const folder = folderForEach();

test('what is attached while the stored draft is still being read is added to it', async () => {
  let names = 0;
  const open = () => {
    const store = new DraftStore(path.join(folder.path, 'draft.json'), expect.fail);
    const memory = { get: () => undefined, update: async () => undefined };
    const draft = new Draft(
      memory,
      store,
      () => `id${names++}`,
      () => undefined,
    );
    return { store, draft, restored: draft.restore() };
  };
  const attach = async (label: string) => {
    const { store, draft, restored } = open();
    draft.attach([{ label, language: 'text', text: label }]);
    await restored;
    await store.flush();
    return draft.attachments.map((attachment) => attachment.label);
  };
  expect(await attach('a')).toEqual(['a']);
  expect(await attach('b')).toEqual(['a', 'b']);
  const { draft, restored } = open();
  await restored;
  expect(draft.attachments).toMatchObject([{ label: 'a' }, { label: 'b' }]);
});
