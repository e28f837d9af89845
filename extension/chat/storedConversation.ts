import { isFeatureList } from '../../engine/index.ts';
import { isAnswerNumbers, isDoubt, MESSAGE_STATES } from '../../webview/protocol/chatMessages.ts';
import { isCheck, isConstraint, PIN_MODES } from '../../webview/protocol/chatPins.ts';
import {
  type Guard,
  isBoolean,
  isCount,
  isId,
  isListOf,
  isMissingOr,
  isNullable,
  isObject,
  isOneOf,
  isString,
} from '../../webview/protocol/guards.ts';
import { readJson } from '../storage/readJson.ts';
import type { Attachment, Conversation, Example, Message, Pinned } from './conversation.ts';
import { isDecision } from './dial/decision.ts';
import { isWeighed } from './preference/weighed.ts';

const VERSION = 1;

const isParent: Guard<string> = (value): value is string => value === '' || isId(value);

export const isAttachment = isObject<Attachment>({ id: isId, label: isString, language: isString, text: isString });

const isExample = isObject<Example>({ label: isString, language: isString, code: isString, answer: isString });

/** A message as stored; files of earlier versions lack some fields. */
type StoredMessage = Omit<Message, Younger> & { readonly [Field in Younger]: Message[Field] | undefined };
type Younger = 'doubts';

const isMessage = isObject<StoredMessage>({
  id: isId,
  parent: isParent,
  role: isOneOf('user', 'assistant'),
  text: isString,
  attachments: isListOf(isAttachment),
  examples: isMissingOr(isListOf(isExample)),
  state: isOneOf(...MESSAGE_STATES),
  error: isString,
  numbers: isNullable(isAnswerNumbers),
  decision: isMissingOr(isDecision),
  weighed: isMissingOr(isWeighed),
  doubts: isMissingOr(isListOf(isDoubt)),
  unknown: isMissingOr(isListOf(isString)),
  checks: isMissingOr(isListOf(isCheck)),
  summary: isMissingOr(isString),
  pinned: isMissingOr(isBoolean),
  revision: isCount,
});

const isChosen: Guard<Conversation['chosen']> = (value): value is Conversation['chosen'] =>
  typeof value === 'object' && value !== null && Object.entries(value).every((entry) => entry.every(isParent));

type Stored = Omit<Conversation, 'messages'> & { readonly version: number; readonly messages: readonly StoredMessage[] };

const isStored = isObject<Stored>({
  version: isOneOf(VERSION),
  id: isId,
  title: isString,
  created: isCount,
  used: isCount,
  pinned: isObject<Pinned>({
    text: isString,
    mode: isOneOf(...PIN_MODES),
    constraints: isMissingOr(isListOf(isConstraint)),
  }),
  messages: isListOf(isMessage),
  chosen: isChosen,
  revision: isCount,
});

/**
 * Reads what {@link serialize} wrote; undefined when it is anything else. An answer's features from an earlier version with other
 * features are dropped: nothing can be learned from them.
 */
export function parse(text: string): Conversation | undefined {
  const value = readJson(text, isStored);
  if (!value || !isTree(value.messages)) return undefined;
  const { version: _, messages, ...conversation } = value;
  const read = ({ weighed, ...message }: StoredMessage): Message => {
    return { ...message, doubts: message.doubts ?? [], ...(weighed && isFeatureList(weighed.features) && { weighed }) };
  };
  return { ...conversation, messages: messages.map(read) };
}

export function serialize(conversation: Conversation): string {
  return `${JSON.stringify({ version: VERSION, ...conversation })}\n`;
}

/** Whether each message has a name of its own and stands behind its parent, questions and answers taking turns. */
function isTree(messages: readonly StoredMessage[]): boolean {
  const roles = new Map<string, Message['role']>([['', 'assistant']]);
  return messages.every(({ id, parent, role }) => {
    const before = roles.get(parent);
    if (before === undefined || before === role || roles.has(id)) return false;
    roles.set(id, role);
    return true;
  });
}
