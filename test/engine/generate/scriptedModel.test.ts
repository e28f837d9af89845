import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EngineClient } from '../../../engine/index.ts';
import { temporaryFolder } from '../../support/modelFolder.ts';
import { engineEntry } from '../../support/paths.ts';
import { writeScriptedModel } from '../../support/scriptedModel.ts';

test('the scripted model of the tests answers every question with its whole script', async () => {
  const script =
    'Here it is.\n\n```ts\nfunction f() {\n  return f() + f() + f() + f();\n}\n```\n\nThat is all: é, 中文. That is all.';
  const folder = await temporaryFolder();
  const client = new EngineClient({ entry: engineEntry, log: () => undefined, onExit: () => undefined });
  try {
    await writeScriptedModel(folder.path, script);
    const place = { path: folder.path, conversions: join(folder.path, 'conversions') };
    await client.openModel({ role: 'completion', ...place, device: 'cpu', threads: 1, window: 2048 });
    const pinned = { text: '', mode: 'off' } as const;
    for (const text of ['Why?', 'function f() {']) {
      const conversation = { system: '', pinned, turns: [{ content: [{ kind: 'text' as const, text }] }] };
      const params = { conversation, use: { window: 2048 }, overflow: 'oldest', maxTokens: 512 } as const;
      const { text: said, finish } = await client.chat(params, undefined, () => undefined);
      expect([said, finish]).toEqual([script, 'stop']);
    }
  } finally {
    client.dispose();
    await folder.remove();
  }
});
