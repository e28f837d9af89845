import type { HistoryIntent } from '../../webview/protocol/chatIntents.ts';
import type { Answering } from './answering.ts';
import type { ChatHost } from './chatHost.ts';
import { rename } from './conversation.ts';
import { asMarkdown } from './markdown.ts';
import type { OpenConversations } from './openConversations.ts';

/** Carries out an intent about a conversation in the list. @returns whether another one is shown now */
export async function inHistory(
  conversations: OpenConversations,
  answering: Answering,
  host: Pick<ChatHost, 'showMarkdown' | 'words'>,
  intent: HistoryIntent,
): Promise<boolean> {
  switch (intent.kind) {
    case 'new':
      conversations.begin();
      return true;
    case 'open':
      if (!(await conversations.show(intent.id))) await conversations.refresh();
      return true;
    case 'delete':
      await answering.leave(intent.id);
      await conversations.delete(intent.id);
      return true;
    case 'rename':
      await conversations.change(intent.id, (conversation) => rename(conversation, intent.title));
      return false;
    case 'export': {
      const conversation = await conversations.stored(intent.id);
      if (conversation) await host.showMarkdown(asMarkdown(conversation, host.words.speakers));
      return false;
    }
    case 'search':
      conversations.search = intent.text;
      return false;
  }
}
