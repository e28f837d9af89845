import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ChatParams, EngineClient } from '../../../engine/index.ts';
import { writeDirections } from '../../../engine/storage/directions.ts';
import { defaultModel } from '../../support/defaultModel.ts';
import { engineEntry } from '../../support/paths.ts';
import { fastNormal } from '../../support/random.ts';
import { folderForEach } from '../../support/testFolders.ts';
import { unadjusted } from '../../support/unadjusted.ts';

const folder = folderForEach();
let client: EngineClient;

beforeEach(() => {
  client = new EngineClient({ entry: engineEntry, log: () => {}, onExit: () => {} });
});
afterEach(() => client.dispose());

const message = 'How do I kill it?';
const params: ChatParams = {
  conversation: { system: '', pinned: { text: '', mode: 'off' }, turns: [{ content: [{ kind: 'text', text: message }] }] },
  overflow: 'oldest',
  maxTokens: 4,
  use: { window: 512 },
};

it('directions cross to the engine process: described, steered along, looked for and cancelled', async () => {
  const path = join(folder.path, 'one.gguf');
  await writeDirections(path, { name: 'one', hiddenSize: 256, directions: new Map([[4, fastNormal(256, 1, 7)]]) });
  expect(await client.inspectDirections(path)).toMatchObject({ path, name: 'one', hiddenSize: 256, layers: [4] });
  const missing = client.inspectDirections(join(folder.path, 'none.gguf'));
  await expect(missing).rejects.toMatchObject({ code: 'bad-request' });

  const info = await client.openModel({ role: 'chat', path: defaultModel, device: 'cpu', threads: 1, window: 0 });
  expect(info.canSteer).toBe(true);
  const steering = { path, mode: 'add', coefficient: 2 } as const;
  const [plain, steered] = [await client.chat(params), await client.chat({ ...params, steering })];
  expect(steered.refusal?.probability).not.toBe(plain.refusal?.probability);
  const [probability] = await client.refusals({ messages: [message], steering });
  expect(probability).toBeGreaterThan(0);
  expect(probability).toBeLessThanOrEqual((await unadjusted(defaultModel, steered.refusal?.probability ?? 0)) + 1e-3);

  const crossing = await client.dialCrossing({ ...params, along: path });
  expect(crossing).toBeGreaterThanOrEqual(0);
  expect(crossing).toBeLessThanOrEqual(1);
  const nowhere = client.dialCrossing({ ...params, along: join(folder.path, 'none.gguf') });
  await expect(nowhere).rejects.toMatchObject({ code: 'bad-request' });

  const many = Array.from({ length: 12 }, (_, i) => `Message ${i}`);
  const [controller, parts]: [AbortController, number[]] = [new AbortController(), []];
  const out = join(folder.path, 'found.gguf');
  const finding = client.findDirection({ refused: many, answered: many, path: out, name: 'found' }, controller.signal, (part) => {
    parts.push(part);
    controller.abort();
  });
  await expect(finding).rejects.toMatchObject({ code: 'cancelled' });
  expect(parts[0]).toBeGreaterThan(0);
  await expect(access(out)).rejects.toThrow();
  expect((await client.chat(params)).text).toBe(plain.text);
});
