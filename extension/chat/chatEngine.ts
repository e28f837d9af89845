import type { ConversationEngine } from '../conversationEngine.ts';

/** What the chat needs from the engine of conversations. */
export type ChatEngine = Pick<
  ConversationEngine,
  'state' | 'onDidChangeState' | 'chat' | 'chatCandidates' | 'dialCrossing' | 'planChat' | 'countTokens'
>;
