import type { ChatView } from '../../webview/protocol/chat.ts';
import type { Examples, ShownAttachment } from '../../webview/protocol/chatAttachments.ts';
import type { ShownMessage } from '../../webview/protocol/chatMessages.ts';
import type { ShownDecision, ShownRefusals } from '../../webview/protocol/chatRefusals.ts';
import type { Gauge, WindowControls } from '../../webview/protocol/chatWindow.ts';
import { type Attachment, branchOf, type Conversation } from './conversation.ts';
import type { Decision } from './dial/decision.ts';
import { type Summary, titleOf } from './titles.ts';

/** What a view is made of. */
export interface ViewFacts {
  readonly conversation: Conversation;
  /** Attached to the message that is being written. */
  readonly attachments: readonly Attachment[];
  readonly examples: Examples;
  /** Tokens of attachments, by their names, as far as they are counted. */
  readonly tokens: ReadonlyMap<string, number>;
  /** The answer under way, and what has come of it. */
  readonly streaming: { readonly answer: string; readonly text: string } | undefined;
  /** Whether any conversation is being answered. */
  readonly busy: boolean;
  /** Whether what the model was unsure of is shaded. */
  readonly shading: boolean;
  /** Messages that do not fit into the window, by their names. */
  readonly leftOut: ReadonlySet<string>;
  readonly gauge: Gauge | undefined;
  readonly controls: WindowControls | undefined;
  readonly dial: ViewDial;
  readonly model: ChatView['model'];
  /** Those that fit the search, in order. */
  readonly history: readonly Summary[];
  readonly search: string;
}

/** What is set of refusals, and how they came about. */
export interface ViewDial {
  readonly shown: ShownRefusals | null;
  shownDecision(decision: Decision): ShownDecision;
}

/** Words and dates in the language of the editor. */
export interface ViewWords {
  readonly untitled: string;
  readonly when: (time: number) => string;
}

/** All that the panel shows. */
export function chatView(facts: ViewFacts, words: ViewWords): ChatView {
  const { conversation, attachments, examples, tokens, gauge, controls, dial, model, busy, shading, history, search } = facts;
  return {
    kind: 'view',
    id: conversation.id,
    title: titleOf(conversation),
    messages: shownMessages(facts),
    attachments: attachments.map((attachment) => shownAttachment(attachment, tokens)),
    examples,
    gauge: gauge ?? null,
    controls: controls ?? null,
    refusals: dial.shown,
    pinned: { constraints: [], ...conversation.pinned },
    model,
    busy,
    shading,
    history: history.map(({ id, title, used, messages }) => ({
      id,
      title: title || words.untitled,
      when: words.when(used),
      messages,
    })),
    search,
  };
}

function shownMessages({ conversation, streaming, leftOut, tokens, shading, dial }: ViewFacts): ShownMessage[] {
  return branchOf(conversation).map(({ message, version }) => {
    const {
      id,
      role,
      text,
      attachments,
      examples = [],
      state,
      error,
      numbers,
      decision,
      doubts,
      unknown = [],
      checks = [],
      pinned = false,
    } = message;
    return {
      id,
      role,
      text: id === streaming?.answer ? streaming.text : text,
      attachments: attachments.map((attachment) => shownAttachment(attachment, tokens)),
      examples: examples.map(({ label }) => label),
      state,
      error,
      numbers,
      decision: decision ? dial.shownDecision(decision) : null,
      doubts: shading ? doubts : [],
      unknown,
      checks,
      pinned,
      version,
      leftOut: leftOut.has(id),
    };
  });
}

export function shownAttachment({ id, label }: Attachment, tokens: ReadonlyMap<string, number>): ShownAttachment {
  return { id, label, tokens: tokens.get(id) ?? null };
}
