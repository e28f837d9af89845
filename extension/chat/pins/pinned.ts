import { type Conversation, instructionOf, keeps } from '../../../engine/index.ts';
import { type Check, CONSTRAINTS, type PinChange } from '../../../webview/protocol/chatPins.ts';
import type { Pinned } from '../conversation.ts';

/** As the engine takes it. */
export function pinnedFor({ text, mode, constraints = [] }: Pinned): Conversation['pinned'] {
  return { text: [text.trim(), ...constraints.map(instructionOf)].filter((each) => each !== '').join('\n'), mode };
}

/** Whether an answer follows what was pinned when it was given; nothing if nothing can be checked. */
export function checksOf({ mode, constraints = [] }: Pinned, answer: string): Check[] {
  return mode === 'off' ? [] : constraints.map((constraint) => ({ constraint, kept: keeps(constraint, answer) }));
}

/** What is pinned after a change. What is pinned first is sent with every message, unless the person says otherwise. */
export function pinAfter(before: Pinned, { text = before.text, mode, constraints = {} }: PinChange): Pinned {
  const after = { text, constraints: CONSTRAINTS.filter((each) => constraints[each] ?? before.constraints?.includes(each)) };
  const isFirst = isNothing(before) && !isNothing(after) && before.mode === 'off';
  return { ...after, mode: mode ?? (isFirst ? 'every' : before.mode) };
}

/** Whether nothing is pinned, whatever is done with it. */
export function isNothing({ text, constraints = [] }: Pick<Pinned, 'text' | 'constraints'>): boolean {
  return text === '' && constraints.length === 0;
}
