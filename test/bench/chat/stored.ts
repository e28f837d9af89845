import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ask, branchOf, changeAnswer, newConversation } from '../../../extension/chat/conversation.ts';
import { ConversationStore } from '../../../extension/chat/conversationStore.ts';
import { longView } from '../../webview/chatScenes.ts';

/** The time to read a conversation for the panel, in milliseconds of wall time and of this process's processor time. */
export interface Reading {
  readonly wall: number;
  readonly cpu: number;
}

/** What the extension does until a stored conversation with this many messages is sent to the panel, several times from the start. */
export async function stored(messages: number, times: number): Promise<Reading[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'paddock-bench-'));
  const open = () => new ConversationStore(folder, (warning) => process.stderr.write(`${warning}\n`));
  try {
    await open().save(conversationOf(messages));
    const readings: Reading[] = [];
    for (let time = 0; time < times; time++) {
      const store = open();
      const [started, before] = [performance.now(), process.cpuUsage()];
      const conversation = await store.open('long');
      if (!conversation || branchOf(conversation).length !== messages) throw new Error('The conversation was not read.');
      JSON.stringify(branchOf(conversation));
      const { user, system } = process.cpuUsage(before);
      readings.push({ wall: performance.now() - started, cpu: (user + system) / 1_000 });
    }
    return readings;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function conversationOf(messages: number) {
  const texts = longView(messages).messages.map(({ text }) => text);
  const plain = ask(newConversation('long', 1), { question: 'q', answer: 'a' }, 'text', [], 1);
  const [asked, answered] = changeAnswer(plain, 'a', { state: 'done' }, 1).messages;
  if (!asked || !answered) throw new Error('There is no question.');
  const all = texts.map((text, index) => ({
    ...(index % 2 === 0 ? asked : answered),
    id: `m${index}`,
    parent: index === 0 ? '' : `m${index - 1}`,
    text,
  }));
  return { ...plain, messages: all, chosen: {} };
}
