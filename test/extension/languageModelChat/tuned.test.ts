import { describe, expect, it } from 'vitest';
import type { ChatParams } from '../../../engine/index.ts';
import { Dial } from '../../../extension/chat/dial/dial.ts';
import { PROMPTS } from '../../../extension/chat/dial/promptLevels.ts';
import { tuned } from '../../../extension/languageModelChat/tuned.ts';
import { BY_ITSELF } from '../../../webview/protocol/chatRefusals.ts';
import { model } from '../chat/scriptedEngine.ts';

const params: ChatParams = {
  conversation: { system: '', pinned: { text: '', mode: 'off' }, turns: [{ content: [{ kind: 'text', text: 'How?' }] }] },
  overflow: 'oldest',
  maxTokens: 8,
  use: { window: 512 },
};

async function dialAt(threshold: number): Promise<Dial> {
  const map = new Map<string, unknown>();
  const memory = { get: (key: string) => map.get(key), update: async (key: string, value: unknown) => void map.set(key, value) };
  const dial = new Dial(memory, () => ({ ...model, decidesToRefuse: true }));
  await dial.use({ ...BY_ITSELF, threshold, level: 'brief' });
  return dial;
}

describe("VS Code's own chat", () => {
  it('uses the dial and the system prompt of the panel', async () => {
    expect(tuned(params, await dialAt(0.2))).toEqual({
      ...params,
      refuseAbove: 0.2,
      conversation: { ...params.conversation, system: PROMPTS.brief },
    });
  });

  it('explains code no stricter than at the middle of the dial', async () => {
    expect(tuned(params, await dialAt(0.2), { explains: true }).refuseAbove).toBe(0.5);
    expect(tuned(params, await dialAt(0.9), { explains: true }).refuseAbove).toBe(0.9);
  });

  it('uses only the own system prompt of a caller that has one', async () => {
    const own = { ...params, conversation: { ...params.conversation, system: 'Theirs.' } };
    expect(tuned(own, await dialAt(0.2)).conversation.system).toBe('Theirs.');
  });
});
