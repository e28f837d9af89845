/** The purpose of a piece of a prompt; the window is shown in these segments. */
export const SEGMENTS = ['system', 'pinned', 'history', 'examples', 'attachments', 'message'] as const;
export type Segment = (typeof SEGMENTS)[number];

/** What a person writes or attaches, in the order in which the model is to read it. */
export type Content =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'attachment'; readonly label: string; readonly language: string; readonly text: string };

/** A question and its answer. In the last turn of a conversation the answer is missing, or is the beginning of one to be continued. */
export interface Turn {
  readonly content: readonly Content[];
  readonly answer?: string;
  /** Whether it stays in the window, whatever else is left out; absent means no. */
  readonly pinned?: boolean;
}

/**
 * Where a pinned instruction is given: with the first message only, or with every message. Ghost Attention trains models not to need the
 * latter (Touvron et al. 2023, section 3.3).
 */
export type PinMode = 'off' | 'first' | 'every';

export interface Conversation {
  /** Empty for none. */
  readonly system: string;
  readonly pinned: { readonly text: string; readonly mode: PinMode };
  /** The oldest first; at least one. */
  readonly turns: readonly Turn[];
  /**
   * Questions with answers that show how to answer the last turn (few-shot; Brown et al. 2020), the most relevant last. They stand right
   * before it, and nothing is pinned to them.
   */
  readonly examples?: readonly Turn[];
}

/** What a segment takes of the window. */
export interface SegmentTokens {
  readonly segment: Segment;
  readonly tokens: number;
}

export type ChatRole = 'system' | 'user' | 'assistant';

export interface Piece {
  readonly segment: Segment;
  readonly text: string;
}

/** A message as a model's chat template takes it. */
export interface ChatMessage {
  readonly role: ChatRole;
  readonly pieces: readonly Piece[];
  /** The turn it belongs to; undefined for the system's. */
  readonly turn: number | undefined;
}

/** The messages of a conversation. Everything before the last turn is history, except examples and what is pinned. */
export function messagesOf({ system, pinned, turns, examples = [] }: Conversation): ChatMessage[] {
  const messages: ChatMessage[] = [];
  if (system !== '') messages.push({ role: 'system', pieces: [{ segment: 'system', text: system }], turn: undefined });
  for (const [turn, { content, answer, pinned: stays }] of turns.entries()) {
    const isLast = turn === turns.length - 1;
    const before = stays ? 'pinned' : 'history';
    if (isLast) messages.push(...examples.flatMap(exampleMessages));
    const isPinned = pinned.text !== '' && (pinned.mode === 'every' || (pinned.mode === 'first' && turn === 0));
    const pin: Piece[] = isPinned ? [{ segment: 'pinned', text: `${pinned.text}\n\n` }] : [];
    const pieces = piecesOf(content, (kind) => (isLast ? (kind === 'text' ? 'message' : 'attachments') : before));
    messages.push({ role: 'user', pieces: [...pin, ...pieces], turn });
    if (answer !== undefined) {
      messages.push({ role: 'assistant', pieces: [{ segment: isLast ? 'message' : before, text: answer }], turn });
    }
  }
  return messages;
}

function exampleMessages({ content, answer = '' }: Turn): ChatMessage[] {
  return [
    { role: 'user', pieces: piecesOf(content, () => 'examples'), turn: undefined },
    { role: 'assistant', pieces: [{ segment: 'examples', text: answer }], turn: undefined },
  ];
}

function piecesOf(content: readonly Content[], segmentOf: (kind: Content['kind']) => Segment): Piece[] {
  return content.map((part, place) => {
    const end = place === content.length - 1 ? '' : '\n\n';
    return { segment: segmentOf(part.kind), text: (part.kind === 'text' ? part.text : attachmentText(part)) + end };
  });
}

/** Text as a fenced block of Markdown; one that itself holds a fence gets a longer one. */
export function fenced(text: string, info: string): string {
  let ticks = '```';
  while (text.includes(ticks)) ticks += '`';
  return `${ticks}${info}\n${text.replace(/\n$/, '')}\n${ticks}`;
}

/** What the model reads of an attachment. */
export function attachmentText({ label, language, text }: Extract<Content, { kind: 'attachment' }>): string {
  return label === '' ? fenced(text, language) : `${label}:\n${fenced(text, language)}`;
}
