import type { ChatIntent } from '../../webview/protocol/chat.ts';
import { type Conversation, choose, pin, pinTurn } from './conversation.ts';

/** What some intents make of the conversation that is shown. */
export function changed(
  conversation: Conversation,
  intent: Extract<ChatIntent, { kind: 'version' | 'pin' | 'pinTurn' }>,
): Conversation {
  switch (intent.kind) {
    case 'version':
      return choose(conversation, intent.message, intent.index);
    case 'pin':
      return pin(conversation, { text: intent.text, mode: intent.mode, constraints: intent.constraints });
    case 'pinTurn':
      return pinTurn(conversation, intent.message, intent.pinned);
  }
}
