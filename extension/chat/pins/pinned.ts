import { type Conversation, instructionOf, keeps } from '../../../engine/index.ts';
import type { Check } from '../../../webview/protocol/chatPins.ts';
import type { Pinned } from '../conversation.ts';

/** As the engine takes it. */
export function pinnedFor({ text, mode, constraints = [] }: Pinned): Conversation['pinned'] {
  return { text: [text.trim(), ...constraints.map(instructionOf)].filter((each) => each !== '').join('\n'), mode };
}

/** Whether an answer follows what was pinned when it was given; nothing if nothing can be checked. */
export function checksOf({ mode, constraints = [] }: Pinned, answer: string): Check[] {
  return mode === 'off' ? [] : constraints.map((constraint) => ({ constraint, kept: keeps(constraint, answer) }));
}
