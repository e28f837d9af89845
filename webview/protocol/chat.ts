/** Messages between the chat panel and the extension. The panel keeps no state of its own: each view replaces the one before. */
import { type Examples, isAttachment, isExamples, type ShownAttachment } from './chatAttachments.ts';
import { isMessage, type ShownMessage } from './chatMessages.ts';
import { isPin, type ShownPin } from './chatPins.ts';
import { isShownBest, type ShownBest } from './chatPreference.ts';
import { isShownRefusals, type ShownRefusals } from './chatRefusals.ts';
import { type Gauge, isControls, isGauge, type WindowControls } from './chatWindow.ts';
import { type Guard, isBoolean, isCount, isListOf, isNullable, isObject, isOneOf, isString } from './guards.ts';

export interface ShownConversation {
  readonly id: string;
  readonly title: string;
  /** When it was last used, as the person writes it. */
  readonly when: string;
  readonly messages: number;
}

/** All that the panel shows. */
export interface ChatView {
  readonly kind: 'view';
  readonly id: string;
  readonly title: string;
  readonly messages: readonly ShownMessage[];
  /** Attached to the message that is being written. */
  readonly attachments: readonly ShownAttachment[];
  readonly examples: Examples;
  readonly gauge: Gauge | null;
  readonly controls: WindowControls | null;
  readonly refusals: ShownRefusals | null;
  /** Null where several answers cannot be drawn. */
  readonly best: ShownBest | null;
  readonly pinned: ShownPin;
  /** Tokens of the pinned instruction in each message that has it; null where there is none or they are not counted. */
  readonly pinCost: number | null;
  /** The model in one sentence, whether it can answer, and whether it can be opened again just so. */
  readonly model: {
    readonly name: string;
    readonly sentence: string;
    readonly canAnswer: boolean;
    readonly isUnloaded: boolean;
  };
  readonly busy: boolean;
  /** Whether what the model was unsure of is shaded. */
  readonly shading: boolean;
  /** Those that fit the search, the latest first. */
  readonly history: readonly ShownConversation[];
  readonly search: string;
}

/** A piece of the answer that is being written. */
export interface ChatPiece {
  readonly kind: 'piece';
  readonly message: string;
  readonly text: string;
}

/** The window, the costs of attachments and of what is pinned; everything else is as in the last view. */
export interface ChatGauge {
  readonly kind: 'gauge';
  readonly gauge: Gauge | null;
  readonly attachments: readonly ShownAttachment[];
  readonly pinCost: number | null;
}

/** Text to put into the field for the next message. */
export interface ChatDraft {
  readonly kind: 'draft';
  readonly text: string;
}

/** The person has begun a new conversation, with a button or a command, and the next key belongs to its first message. */
export interface ChatBegun {
  readonly kind: 'begun';
}

export type ChatUpdate = ChatView | ChatPiece | ChatGauge | ChatDraft | ChatBegun;

const isView = isObject<ChatView>({
  kind: isOneOf('view'),
  id: isString,
  title: isString,
  messages: isListOf(isMessage),
  attachments: isListOf(isAttachment),
  examples: isExamples,
  gauge: isNullable(isGauge),
  controls: isNullable(isControls),
  refusals: isNullable(isShownRefusals),
  best: isNullable(isShownBest),
  pinned: isPin,
  pinCost: isNullable(isCount),
  model: isObject<ChatView['model']>({ name: isString, sentence: isString, canAnswer: isBoolean, isUnloaded: isBoolean }),
  busy: isBoolean,
  shading: isBoolean,
  history: isListOf(isObject<ShownConversation>({ id: isString, title: isString, when: isString, messages: isCount })),
  search: isString,
});
const isPiece = isObject<ChatPiece>({ kind: isOneOf('piece'), message: isString, text: isString });
const isGaugeUpdate = isObject<ChatGauge>({
  kind: isOneOf('gauge'),
  gauge: isNullable(isGauge),
  attachments: isListOf(isAttachment),
  pinCost: isNullable(isCount),
});
const isDraft = isObject<ChatDraft>({ kind: isOneOf('draft'), text: isString });
const isBegun = isObject<ChatBegun>({ kind: isOneOf('begun') });

export const isChatUpdate: Guard<ChatUpdate> = (value): value is ChatUpdate =>
  isPiece(value) || isGaugeUpdate(value) || isDraft(value) || isBegun(value) || isView(value);
