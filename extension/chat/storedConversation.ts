import { type AnswerNumbers, PIN_MODES } from '../../webview/protocol/chat.ts';
import {
  type Guard,
  isCount,
  isFiniteNumber,
  isListOf,
  isNullable,
  isObject,
  isOneOf,
  isString,
} from '../../webview/protocol/guards.ts';
import type { Attachment, Conversation, Message } from './conversation.ts';

const VERSION = 1;

/** Names of conversations and messages: they are names of files and of fields as well. */
export const isId: Guard<string> = (value): value is string => isString(value) && /^[\w-]{1,64}$/.test(value);

const isParent: Guard<string> = (value): value is string => value === '' || isId(value);

const isAttachment = isObject<Attachment>({ id: isId, label: isString, language: isString, text: isString });

const isMessage = isObject<Message>({
  id: isId,
  parent: isParent,
  role: isOneOf('user', 'assistant'),
  text: isString,
  attachments: isListOf(isAttachment),
  state: isOneOf('done', 'streaming', 'stopped', 'failed'),
  error: isString,
  numbers: isNullable(
    isObject<AnswerNumbers>({
      tokens: isCount,
      tokensPerSecond: isFiniteNumber,
      firstTokenMs: isFiniteNumber,
      device: isString,
    }),
  ),
  revision: isCount,
});

const isChosen: Guard<Conversation['chosen']> = (value): value is Conversation['chosen'] =>
  typeof value === 'object' && value !== null && Object.entries(value).every((entry) => entry.every(isParent));

const isStored = isObject<Conversation & { readonly version: number }>({
  version: isOneOf(VERSION),
  id: isId,
  title: isString,
  created: isCount,
  used: isCount,
  pinned: isObject<Conversation['pinned']>({ text: isString, mode: isOneOf(...PIN_MODES) }),
  messages: isListOf(isMessage),
  chosen: isChosen,
  revision: isCount,
});

/** Reads what {@link serialize} wrote; undefined when it is anything else. */
export function parse(text: string): Conversation | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isStored(value) || !isTree(value.messages)) return undefined;
  const { version: _, ...conversation } = value;
  return conversation;
}

export function serialize(conversation: Conversation): string {
  return `${JSON.stringify({ version: VERSION, ...conversation })}\n`;
}

/** Whether each message has a name of its own and stands behind its parent, questions and answers taking turns. */
function isTree(messages: readonly Message[]): boolean {
  const roles = new Map<string, Message['role']>([['', 'assistant']]);
  return messages.every(({ id, parent, role }) => {
    const before = roles.get(parent);
    if (before === undefined || before === role || roles.has(id)) return false;
    roles.set(id, role);
    return true;
  });
}
