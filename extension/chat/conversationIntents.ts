import type { ConversationIntent } from '../../webview/protocol/chatIntents.ts';
import { type Conversation, changeAnswer, choose, messageOf, pin, pinTurn } from './conversation.ts';
import { pinAfter } from './pins/pinned.ts';

/** Applies an intent to the conversation shown. */
export function changed(conversation: Conversation, intent: ConversationIntent): Conversation {
  switch (intent.kind) {
    case 'version':
      return choose(conversation, intent.message, intent.index);
    case 'pin':
      return pin(conversation, pinAfter(conversation.pinned, intent.pinned));
    case 'pinTurn':
      return pinTurn(conversation, intent.message, intent.pinned);
    case 'moveDial': {
      const decision = messageOf(conversation, intent.message)?.decision;
      if (!decision) return conversation;
      const { offer: _, ...rest } = decision;
      return changeAnswer(conversation, intent.message, { decision: rest }, conversation.used);
    }
  }
}
