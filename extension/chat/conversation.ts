import type { AnswerNumbers, Doubt, MessageState } from '../../webview/protocol/chatMessages.ts';
import type { Check, Constraint, PinMode } from '../../webview/protocol/chatPins.ts';
import type { Decision } from './dial/decision.ts';
import type { Weighed } from './preference/weighed.ts';

/** An attachment of a question, as it was when it was attached. */
export interface Attachment {
  readonly id: string;
  readonly label: string;
  /** For the fence of its code; empty when there is none. */
  readonly language: string;
  readonly text: string;
}

/** An example from the workspace: code, and the answer to the command that the workspace already has. */
export interface Example {
  /** Its name and where it stands. */
  readonly label: string;
  /** For its fence. */
  readonly language: string;
  /** Without what the answer says. */
  readonly code: string;
  readonly answer: string;
}

/** An instruction for the whole conversation. */
export interface Pinned {
  /** In the person's own words; empty for none. */
  readonly text: string;
  readonly mode: PinMode;
  /** Besides, instructions that every answer is checked for; absent for none. */
  readonly constraints?: readonly Constraint[];
}

/** A question, or an answer to the question that is its parent. */
export interface Message {
  readonly id: string;
  /** The message before it; empty for a first question. Messages of one parent are versions of each other. */
  readonly parent: string;
  readonly role: 'user' | 'assistant';
  readonly text: string;
  readonly attachments: readonly Attachment[];
  /** Given with a question, the most alike first; absent for none. */
  readonly examples?: readonly Example[];
  readonly state: MessageState;
  /** Why an answer failed or ended early; empty otherwise. */
  readonly error: string;
  readonly numbers: AnswerNumbers | null;
  /** Whether an answer was to be a refusal; absent of models that do not decide so. */
  readonly decision?: Decision;
  /** What an answer is worth to the preference heads; absent where they did not see it. */
  readonly weighed?: Weighed;
  /** What of an answer the model gave little probability to, in order. */
  readonly doubts: readonly Doubt[];
  /** Names in an answer's code that existed nowhere when it was given; absent for none. */
  readonly unknown?: readonly string[];
  /** What the model was told in place of messages that had no room before an answer; absent for nothing. */
  readonly summary?: string;
  /** Whether an answer keeps to what was pinned; absent where nothing is checked. */
  readonly checks?: readonly Check[];
  /** For a question: whether it stays in the window with its answer; absent means no. */
  readonly pinned?: boolean;
  /** Number of changes: of two records of one message, the higher is the later. */
  readonly revision: number;
}

/** A conversation with all its messages: a tree, of which one branch is shown. */
export interface Conversation {
  readonly id: string;
  /** Given by the person; empty until then. */
  readonly title: string;
  /** When it was begun, and last added to, in milliseconds since 1970. */
  readonly created: number;
  readonly used: number;
  readonly pinned: Pinned;
  /** Every message behind its parent. */
  readonly messages: readonly Message[];
  /** Parent → the version of its next message that is shown; the latest where there is no entry. */
  readonly chosen: Readonly<Record<string, string>>;
  /** As of {@link Message.revision}, for title, pin and choice. */
  readonly revision: number;
}

/** What a message of the branch that is shown is. */
export interface BranchMessage {
  readonly message: Message;
  /** Which of so many versions it is, from 0. */
  readonly version: { readonly index: number; readonly count: number };
}

export function newConversation(id: string, now: number): Conversation {
  return {
    id,
    title: '',
    created: now,
    used: now,
    pinned: { text: '', mode: 'off' },
    messages: [],
    chosen: {},
    revision: 0,
  };
}

/** The branch that is shown, from the first question on. */
export function branchOf({ messages, chosen }: Conversation): BranchMessage[] {
  const versions = new Map<string, Message[]>();
  for (const message of messages) {
    const siblings = versions.get(message.parent);
    if (siblings) siblings.push(message);
    else versions.set(message.parent, [message]);
  }
  const branch: BranchMessage[] = [];
  let last = '';
  for (;;) {
    const siblings = versions.get(last);
    if (!siblings) return branch;
    const wished = siblings.findIndex(({ id }) => id === chosen[last]);
    const index = wished < 0 ? siblings.length - 1 : wished;
    const message = siblings[index] as Message;
    branch.push({ message, version: { index, count: siblings.length } });
    last = message.id;
  }
}

/** The branch that is shown, up to the question of an answer. */
export function branchTo(conversation: Conversation, answer: string): Message[] {
  const branch = branchOf(conversation).map(({ message }) => message);
  return branch.slice(
    0,
    branch.findIndex(({ id }) => id === answer),
  );
}

/** Versions of an answer besides it that have something to say. */
export function earlierAnswers({ messages }: Conversation, answer: string): number {
  const parent = messages.find(({ id }) => id === answer)?.parent;
  return messages.filter((message) => message.parent === parent && message.id !== answer && message.text !== '').length;
}

/** The names of two messages that are to be made. */
export interface NewIds {
  readonly question: string;
  readonly answer: string;
}

/** Adds a question at the end of the branch shown, and an empty answer. */
export function ask(
  conversation: Conversation,
  ids: NewIds,
  text: string,
  attachments: readonly Attachment[],
  now: number,
  examples: readonly Example[] = [],
): Conversation {
  const parent = branchOf(conversation).at(-1)?.message.id ?? '';
  const question: Message = { ...blank(ids.question, parent, 'user'), text, attachments, ...given(examples) };
  const answer: Message = { ...blank(ids.answer, ids.question, 'assistant'), state: 'streaming' };
  return withMessages(conversation, [question, answer], now);
}

/** Asks a question in other words, with what was attached to it: a version beside it, with answers of its own. */
export function edit(
  conversation: Conversation,
  question: string,
  ids: NewIds,
  text: string,
  now: number,
  examples: readonly Example[] = [],
): Conversation {
  const before = messageOf(conversation, question);
  if (before?.role !== 'user') return conversation;
  const again: Message = {
    ...blank(ids.question, before.parent, 'user'),
    text,
    attachments: before.attachments,
    ...given(examples),
  };
  const answer: Message = { ...blank(ids.answer, ids.question, 'assistant'), state: 'streaming' };
  return withMessages(conversation, [again, answer], now);
}

/** Answers a question again: a version beside an answer to it. @param message one of its answers, or the question itself */
export function regenerate(conversation: Conversation, message: string, answer: string, now: number): Conversation {
  const found = messageOf(conversation, message);
  if (!found) return conversation;
  const question = found.role === 'user' ? found.id : found.parent;
  return withMessages(conversation, [{ ...blank(answer, question, 'assistant'), state: 'streaming' }], now);
}

/** What can change of an answer while it comes about. */
export type AnswerChange = Partial<
  Pick<Message, 'text' | 'state' | 'error' | 'numbers' | 'doubts' | 'unknown' | 'checks' | 'decision' | 'weighed' | 'summary'>
>;

export function changeAnswer(conversation: Conversation, answer: string, change: AnswerChange, now: number): Conversation {
  const messages = conversation.messages.map((message) =>
    message.id === answer ? { ...message, ...change, revision: message.revision + 1 } : message,
  );
  return { ...conversation, messages, used: now };
}

/** An answer was given without the last examples of its question, which had no room in the window: the question is shown with the others. */
export function leaveOutExamples(conversation: Conversation, answer: string, count: number): Conversation {
  const question = messageOf(conversation, answer)?.parent;
  const messages = conversation.messages.map((message) => {
    const { examples = [], ...rest } = message;
    if (message.id !== question || count === 0) return message;
    return { ...rest, ...given(examples.slice(0, -count)), revision: message.revision + 1 };
  });
  return { ...conversation, messages };
}

/** Shows another version of a message. */
export function choose(conversation: Conversation, message: string, index: number): Conversation {
  const found = messageOf(conversation, message);
  if (!found) return conversation;
  const version = conversation.messages.filter(({ parent }) => parent === found.parent)[index];
  return version ? withHead(conversation, { chosen: { ...conversation.chosen, [found.parent]: version.id } }) : conversation;
}

/** Shows this version of a message. */
export function showVersion(conversation: Conversation, message: string): Conversation {
  const found = messageOf(conversation, message);
  if (!found) return conversation;
  return withHead(conversation, { chosen: { ...conversation.chosen, [found.parent]: found.id } });
}

/** Adds answers beside one, which stays the one that is shown. */
export function addAnswers(
  conversation: Conversation,
  beside: string,
  answers: readonly (AnswerChange & { readonly id: string })[],
): Conversation {
  const found = messageOf(conversation, beside);
  if (!found || answers.length === 0) return conversation;
  const added = answers.map((answer) => ({ ...blank(answer.id, found.parent, 'assistant'), ...answer }));
  return { ...conversation, messages: [...conversation.messages, ...added] };
}

export function rename(conversation: Conversation, title: string): Conversation {
  return withHead(conversation, { title: title.replaceAll(/\s+/g, ' ').trim() });
}

export function pin(conversation: Conversation, pinned: Pinned): Conversation {
  return withHead(conversation, { pinned });
}

/** Keeps a question in the window with its answer, or no longer. */
export function pinTurn(conversation: Conversation, question: string, pinned: boolean): Conversation {
  const messages = conversation.messages.map((message) =>
    message.id === question && message.role === 'user' ? { ...message, pinned, revision: message.revision + 1 } : message,
  );
  return { ...conversation, messages };
}

export function messageOf({ messages }: Conversation, id: string): Message | undefined {
  return messages.find((message) => message.id === id);
}

/** Marks an answer as stopped that was being written when a window that is gone saved it. */
export function withoutStreams(conversation: Conversation): Conversation {
  if (!conversation.messages.some(({ state }) => state === 'streaming')) return conversation;
  const messages = conversation.messages.map((message) =>
    message.state === 'streaming' ? { ...message, state: 'stopped' as const } : message,
  );
  return { ...conversation, messages };
}

/** Merges two windows' versions of a conversation: all messages of both, each as it was changed last. */
export function merge(stored: Conversation, own: Conversation): Conversation {
  const known = new Map(stored.messages.map((message) => [message.id, message]));
  for (const message of own.messages) {
    const other = known.get(message.id);
    if (!other || other.revision <= message.revision) known.set(message.id, message);
  }
  const { title, pinned, chosen, revision } = stored.revision > own.revision ? stored : own;
  return {
    ...own,
    title,
    pinned,
    chosen: { ...stored.chosen, ...chosen },
    revision,
    used: Math.max(stored.used, own.used),
    messages: [...known.values()],
  };
}

/** As {@link regenerate}, of a refusal; another answer changes nothing. */
export function regenerateRefused(conversation: Conversation, refusal: string, answer: string, now: number): Conversation {
  const isRefused = messageOf(conversation, refusal)?.decision?.refused === true;
  return isRefused ? regenerate(conversation, refusal, answer, now) : conversation;
}

function blank(id: string, parent: string, role: Message['role']): Message {
  return { id, parent, role, text: '', attachments: [], state: 'done', error: '', numbers: null, doubts: [], revision: 0 };
}

function given(examples: readonly Example[]): Pick<Message, 'examples'> {
  return examples.length > 0 ? { examples } : {};
}

/** New messages are what is shown. */
function withMessages(conversation: Conversation, messages: readonly Message[], now: number): Conversation {
  const chosen = { ...conversation.chosen, ...Object.fromEntries(messages.map(({ id, parent }) => [parent, id])) };
  const added = { ...conversation, messages: [...conversation.messages, ...messages], used: now };
  return withHead(added, { chosen });
}

function withHead(conversation: Conversation, head: Partial<Pick<Conversation, 'title' | 'pinned' | 'chosen'>>): Conversation {
  return { ...conversation, ...head, revision: conversation.revision + 1 };
}
