import { groupedBy } from '../../engine/index.ts';
import type { ChatView } from '../../webview/protocol/chat.ts';
import type { Examples, ShownAttachment } from '../../webview/protocol/chatAttachments.ts';
import type { ShownMessage } from '../../webview/protocol/chatMessages.ts';
import type { ShownBest, ShownJudging } from '../../webview/protocol/chatPreference.ts';
import type { ShownDecision, ShownRefusals } from '../../webview/protocol/chatRefusals.ts';
import type { Gauge, WindowControls } from '../../webview/protocol/chatWindow.ts';
import { deviceInWords } from '../deviceWords.ts';
import { type Attachment, branchOf, type Conversation, type Message } from './conversation.ts';
import type { Decision } from './dial/decision.ts';
import { judgingOf, type VoteOf } from './preference/judging.ts';
import { type Summary, titleOf } from './titles.ts';

/** What a view is made of. */
export interface ViewFacts {
  readonly conversation: Conversation;
  /** Attached to the message that is being written. */
  readonly attachments: readonly Attachment[];
  readonly examples: Examples;
  /** Tokens of attachments, by their names, as far as they are counted. */
  readonly tokens: ReadonlyMap<string, number>;
  /** Tokens of what is pinned, in each message that has it; null where nothing is or they are not counted. */
  readonly pinCost: number | null;
  /** The answer under way, and what has come of it. */
  readonly streaming: { readonly answer: string; readonly text: string; readonly drawing: number } | undefined;
  /** Whether any conversation is being answered. */
  readonly busy: boolean;
  /** Whether what the model was unsure of is shaded. */
  readonly shading: boolean;
  /** Messages that do not fit into the window, by their names. */
  readonly leftOut: ReadonlySet<string>;
  readonly gauge: Gauge | undefined;
  readonly controls: WindowControls | undefined;
  readonly dial: ViewDial;
  /** How many answers are drawn; undefined where there can be one only. */
  readonly best: ShownBest | undefined;
  readonly voteOf: VoteOf;
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
  const { conversation, attachments, examples, tokens, gauge, controls, dial, best, model, busy, shading, history, search } =
    facts;
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
    best: best ?? null,
    pinned: { constraints: [], ...conversation.pinned },
    pinCost: facts.pinCost,
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

function shownMessages(facts: ViewFacts): ShownMessage[] {
  const { conversation, streaming, leftOut, gauge, shading, dial } = facts;
  const cut = gauge?.leftOut.find(({ kind }) => kind === 'cut');
  const judgingFor = judgings(facts);
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
      summary = '',
    } = message;
    return {
      id,
      role,
      text: id === streaming?.answer ? streaming.text : text,
      attachments: attachments.map(({ id, label }) => ({ id, label })),
      examples: examples.map(({ label }) => label),
      state,
      error,
      numbers: numbers && { ...numbers, device: deviceInWords(numbers.device) },
      decision: decision ? dial.shownDecision(decision) : null,
      judging: judgingFor(message),
      doubts: shading ? doubts : [],
      unknown,
      checks,
      pinned,
      version,
      leftOut: leftOut.has(id),
      cut: cut?.message === id ? cut.count : 0,
      summary,
    };
  });
}

/** What is shown for judging each message, with all versions looked up once. */
function judgings({ conversation, streaming, voteOf }: ViewFacts): (message: Message) => ShownJudging | null {
  const versions = groupedBy(conversation.messages, ({ parent }) => parent);
  return (message) => {
    if (message.id !== streaming?.answer) return judgingOf(message, versions.get(message.parent) ?? [], voteOf);
    const { drawing } = streaming;
    return drawing > 0 ? { drawing, thumb: null, versions: [], order: [], drawn: 0, isRanked: false, vote: null } : null;
  };
}

export function shownAttachment({ id, label }: Attachment, tokens: ReadonlyMap<string, number>): ShownAttachment {
  return { id, label, tokens: tokens.get(id) ?? null };
}
