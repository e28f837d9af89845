/** Messages between the chat panel and the extension. The panel holds no truth: each view replaces the one before. */
import {
  isRefusalSettings,
  isShownDecision,
  isShownRefusals,
  type RefusalSettings,
  type ShownDecision,
  type ShownRefusals,
} from './chatRefusals.ts';
import { type Guard, isBoolean, isCount, isFiniteNumber, isListOf, isNullable, isObject, isOneOf, isString } from './guards.ts';

/** What a part of the window is taken by, in the order in which it is drawn. */
export const SEGMENTS = ['system', 'pinned', 'history', 'examples', 'attachments', 'message', 'reserve'] as const;
export type Segment = (typeof SEGMENTS)[number];

/** What goes when a conversation is longer than the window; `summary`: the oldest turns, for which the model's own summary stands. */
export const OVERFLOW_POLICIES = ['oldest', 'middle', 'left', 'summary'] as const;
export type OverflowPolicy = (typeof OVERFLOW_POLICIES)[number];

export const PIN_MODES = ['off', 'first', 'every'] as const;
export type PinMode = (typeof PIN_MODES)[number];

/** How far a message has come; an answer that was ended by the person is `stopped`. */
export const MESSAGE_STATES = ['done', 'streaming', 'stopped', 'failed'] as const;
export type MessageState = (typeof MESSAGE_STATES)[number];

/** Instructions whose keeping is checked in every answer. */
export const CONSTRAINTS = ['typescript', 'noComments', 'fiveLines', 'chinese'] as const;
export type Constraint = (typeof CONSTRAINTS)[number];

/** Whether an answer keeps to an instruction. */
export interface Check {
  readonly constraint: Constraint;
  readonly kept: boolean;
}

/** What is said throughout a conversation. */
export interface ShownPin {
  /** In the person's words; empty for none. */
  readonly text: string;
  readonly mode: PinMode;
  readonly constraints: readonly Constraint[];
}

/** Ways to scale rotary positions; `own`: as the model says. */
export const SCALINGS = ['own', 'none', 'linear', 'base', 'ntk', 'yarn', 'dynamic'] as const;
export type Scaling = (typeof SCALINGS)[number];

/** Something that goes with a message. */
export interface ShownAttachment {
  readonly id: string;
  readonly label: string;
  /** What it costs; null while it is counted. */
  readonly tokens: number | null;
}

/** An example of how a question like this is answered, from the workspace: an answer of a sibling. */
export interface ShownExample {
  /** Of what it is: a name, and where it stands. */
  readonly label: string;
  /** What it costs; null while it is counted. */
  readonly tokens: number | null;
}

/** Examples that can be asked for with one question. */
export const MOST_EXAMPLES = 3;

/** The examples that go with the message that is being written. */
export interface Examples {
  /** How many are wished for, for each question that can have some. */
  readonly wanted: number;
  /** Those that were found, the most alike first; null while they are looked for. */
  readonly found: readonly ShownExample[] | null;
}

/** How an answer came about. */
export interface AnswerNumbers {
  readonly tokens: number;
  readonly tokensPerSecond: number;
  readonly firstTokenMs: number;
  readonly device: string;
}

/** How sure a model can be of what it says: less probable than not, and next to a guess. */
export const DOUBT_LEVELS = ['low', 'lowest'] as const;

/** A stretch of an answer that the model gave little probability to, in characters of its text. */
export interface Doubt {
  readonly from: number;
  readonly to: number;
  readonly level: (typeof DOUBT_LEVELS)[number];
}

export interface ShownMessage {
  readonly id: string;
  readonly role: 'user' | 'assistant';
  /** Markdown, of an answer; as typed, of a question. */
  readonly text: string;
  readonly attachments: readonly ShownAttachment[];
  /** Labels of the examples that were given with a question. */
  readonly examples: readonly string[];
  readonly state: MessageState;
  /** Why it failed; empty otherwise. */
  readonly error: string;
  readonly numbers: AnswerNumbers | null;
  /** Of an answer, of models that decide by a first token. */
  readonly decision: ShownDecision | null;
  /** What is to be shaded, in order; none where shading is off. */
  readonly doubts: readonly Doubt[];
  /** Names in its code that existed nowhere when it was given. */
  readonly unknown: readonly string[];
  /** Whether an answer keeps to what was pinned when it was given. */
  readonly checks: readonly Check[];
  /** Of a question: whether it stays in the window with its answer. */
  readonly pinned: boolean;
  /** Which of so many versions of this message is shown, from 0. */
  readonly version: { readonly index: number; readonly count: number };
  /** Whether it was left out of the last prompt, for want of room. */
  readonly leftOut: boolean;
}

/** The window, and what takes it. */
export interface Gauge {
  readonly segments: readonly { readonly segment: Segment; readonly tokens: number }[];
  readonly window: number;
  /** Tokens of context the model was trained on. */
  readonly trained: number;
  /** Bytes of keys and values that the used part takes. */
  readonly cacheBytes: number;
  /** What was left out, in words; empty for nothing. */
  readonly leftOut: string;
  /** Why the message cannot be sent as it is; empty where it can. */
  readonly problem: string;
}

/** How the window of the present model is used. */
export interface WindowControls {
  /** Tokens. */
  readonly window: number;
  readonly largestWindow: number;
  readonly scaling: Scaling;
  /** The scaling's factor, or the base. */
  readonly scalingValue: number;
  readonly slides: boolean;
  readonly overflow: OverflowPolicy;
  /** Tokens kept free for the answer. */
  readonly reserve: number;
}

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
  readonly pinned: ShownPin;
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

/** The window anew, and what attachments cost; all else is as in the last view. */
export interface ChatGauge {
  readonly kind: 'gauge';
  readonly gauge: Gauge | null;
  readonly attachments: readonly ShownAttachment[];
}

/** Text to put into the field for the next message. */
export interface ChatDraft {
  readonly kind: 'draft';
  readonly text: string;
}

export type ChatUpdate = ChatView | ChatPiece | ChatGauge | ChatDraft;

export const ATTACHABLE = ['file', 'selection', 'symbol', 'problems', 'terminal'] as const;
export type Attachable = (typeof ATTACHABLE)[number];

/** What can be done with a block of code in an answer. */
export const CODE_ACTIONS = ['copy', 'insert', 'apply', 'newFile'] as const;
export type CodeAction = (typeof CODE_ACTIONS)[number];

/** What the person wants. */
export type ChatIntent =
  /** The panel is there and wants its view. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'send'; readonly text: string }
  /** What is being written, so that its cost can be shown. */
  | { readonly kind: 'draft'; readonly text: string }
  | { readonly kind: 'stop' }
  | { readonly kind: 'regenerate'; readonly message: string }
  /** Sends a question again in other words, as a new version of it. */
  | { readonly kind: 'edit'; readonly message: string; readonly text: string }
  | { readonly kind: 'version'; readonly message: string; readonly index: number }
  | { readonly kind: 'copy'; readonly message: string }
  | { readonly kind: 'code'; readonly action: CodeAction; readonly code: string; readonly language: string }
  | { readonly kind: 'attach'; readonly what: Attachable }
  | { readonly kind: 'detach'; readonly id: string }
  /** How many examples questions are given, from now on. */
  | { readonly kind: 'examples'; readonly wanted: number }
  /** Files dropped onto the panel, as URIs. */
  | { readonly kind: 'drop'; readonly uris: readonly string[] }
  | { readonly kind: 'new' }
  | { readonly kind: 'open'; readonly id: string }
  | { readonly kind: 'rename'; readonly id: string; readonly title: string }
  | { readonly kind: 'delete'; readonly id: string }
  | { readonly kind: 'export'; readonly id: string }
  | { readonly kind: 'search'; readonly text: string }
  /** Shades what the model was unsure of, or does not. */
  | { readonly kind: 'shade'; readonly on: boolean }
  | ({ readonly kind: 'pin' } & ShownPin)
  /** Keeps a question in the window with its answer, or no longer. */
  | { readonly kind: 'pinTurn'; readonly message: string; readonly pinned: boolean }
  | { readonly kind: 'controls'; readonly controls: WindowControls }
  | { readonly kind: 'refusals'; readonly settings: RefusalSettings }
  /** Answers a question that was refused, as a version beside the refusal. */
  | { readonly kind: 'answerAnyway'; readonly message: string }
  /** Moves the dial to where it would have let such a question pass, or does not; either way it is offered no more. */
  | { readonly kind: 'moveDial'; readonly message: string; readonly move: boolean }
  /** Measures what a longer window is worth. */
  | { readonly kind: 'measure' }
  /** A link in an answer, which is opened after its target was shown. */
  | { readonly kind: 'link'; readonly href: string }
  | { readonly kind: 'openModel' }
  /** The model that was unloaded. */
  | { readonly kind: 'loadModel' };

const isAttachment = isObject<ShownAttachment>({ id: isString, label: isString, tokens: isNullable(isCount) });

export const isConstraint = isOneOf(...CONSTRAINTS);
export const isCheck = isObject<Check>({ constraint: isConstraint, kept: isBoolean });

const isExamples = isObject<Examples>({
  wanted: isCount,
  found: isNullable(isListOf(isObject<ShownExample>({ label: isString, tokens: isNullable(isCount) }))),
});

export const isDoubt = isObject<Doubt>({ from: isCount, to: isCount, level: isOneOf(...DOUBT_LEVELS) });

export const isAnswerNumbers = isObject<AnswerNumbers>({
  tokens: isCount,
  tokensPerSecond: isFiniteNumber,
  firstTokenMs: isFiniteNumber,
  device: isString,
});

const isMessage = isObject<ShownMessage>({
  id: isString,
  role: isOneOf('user', 'assistant'),
  text: isString,
  attachments: isListOf(isAttachment),
  examples: isListOf(isString),
  state: isOneOf(...MESSAGE_STATES),
  error: isString,
  numbers: isNullable(isAnswerNumbers),
  decision: isNullable(isShownDecision),
  doubts: isListOf(isDoubt),
  unknown: isListOf(isString),
  checks: isListOf(isCheck),
  pinned: isBoolean,
  version: isObject<ShownMessage['version']>({ index: isCount, count: isCount }),
  leftOut: isBoolean,
});

const isGauge = isObject<Gauge>({
  segments: isListOf(isObject<Gauge['segments'][number]>({ segment: isOneOf(...SEGMENTS), tokens: isCount })),
  window: isCount,
  trained: isCount,
  cacheBytes: isCount,
  leftOut: isString,
  problem: isString,
});

const isControls = isObject<WindowControls>({
  window: isCount,
  largestWindow: isCount,
  scaling: isOneOf(...SCALINGS),
  scalingValue: isFiniteNumber,
  slides: isBoolean,
  overflow: isOneOf(...OVERFLOW_POLICIES),
  reserve: isCount,
});

const isPin = isObject<ShownPin>({ text: isString, mode: isOneOf(...PIN_MODES), constraints: isListOf(isConstraint) });

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
  pinned: isPin,
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
});
const isDraft = isObject<ChatDraft>({ kind: isOneOf('draft'), text: isString });

export const isChatUpdate: Guard<ChatUpdate> = (value): value is ChatUpdate =>
  isPiece(value) || isGaugeUpdate(value) || isDraft(value) || isView(value);

type IntentOf<Kind extends ChatIntent['kind']> = Extract<ChatIntent, { kind: Kind }>;

/** A guard for each kind: one that is forgotten does not compile. */
const INTENTS: { readonly [Kind in ChatIntent['kind']]: Guard<IntentOf<Kind>> } = {
  ready: isObject<IntentOf<'ready'>>({ kind: isOneOf('ready') }),
  send: isObject<IntentOf<'send'>>({ kind: isOneOf('send'), text: isString }),
  draft: isObject<IntentOf<'draft'>>({ kind: isOneOf('draft'), text: isString }),
  stop: isObject<IntentOf<'stop'>>({ kind: isOneOf('stop') }),
  regenerate: isObject<IntentOf<'regenerate'>>({ kind: isOneOf('regenerate'), message: isString }),
  edit: isObject<IntentOf<'edit'>>({ kind: isOneOf('edit'), message: isString, text: isString }),
  version: isObject<IntentOf<'version'>>({ kind: isOneOf('version'), message: isString, index: isCount }),
  copy: isObject<IntentOf<'copy'>>({ kind: isOneOf('copy'), message: isString }),
  code: isObject<IntentOf<'code'>>({
    kind: isOneOf('code'),
    action: isOneOf(...CODE_ACTIONS),
    code: isString,
    language: isString,
  }),
  attach: isObject<IntentOf<'attach'>>({ kind: isOneOf('attach'), what: isOneOf(...ATTACHABLE) }),
  detach: isObject<IntentOf<'detach'>>({ kind: isOneOf('detach'), id: isString }),
  examples: isObject<IntentOf<'examples'>>({
    kind: isOneOf('examples'),
    wanted: (value): value is number => isCount(value) && value <= MOST_EXAMPLES,
  }),
  drop: isObject<IntentOf<'drop'>>({ kind: isOneOf('drop'), uris: isListOf(isString) }),
  new: isObject<IntentOf<'new'>>({ kind: isOneOf('new') }),
  open: isObject<IntentOf<'open'>>({ kind: isOneOf('open'), id: isString }),
  rename: isObject<IntentOf<'rename'>>({ kind: isOneOf('rename'), id: isString, title: isString }),
  delete: isObject<IntentOf<'delete'>>({ kind: isOneOf('delete'), id: isString }),
  export: isObject<IntentOf<'export'>>({ kind: isOneOf('export'), id: isString }),
  search: isObject<IntentOf<'search'>>({ kind: isOneOf('search'), text: isString }),
  shade: isObject<IntentOf<'shade'>>({ kind: isOneOf('shade'), on: isBoolean }),
  pin: isObject<IntentOf<'pin'>>({
    kind: isOneOf('pin'),
    text: isString,
    mode: isOneOf(...PIN_MODES),
    constraints: isListOf(isConstraint),
  }),
  pinTurn: isObject<IntentOf<'pinTurn'>>({ kind: isOneOf('pinTurn'), message: isString, pinned: isBoolean }),
  controls: isObject<IntentOf<'controls'>>({ kind: isOneOf('controls'), controls: isControls }),
  refusals: isObject<IntentOf<'refusals'>>({ kind: isOneOf('refusals'), settings: isRefusalSettings }),
  answerAnyway: isObject<IntentOf<'answerAnyway'>>({ kind: isOneOf('answerAnyway'), message: isString }),
  moveDial: isObject<IntentOf<'moveDial'>>({ kind: isOneOf('moveDial'), message: isString, move: isBoolean }),
  measure: isObject<IntentOf<'measure'>>({ kind: isOneOf('measure') }),
  link: isObject<IntentOf<'link'>>({ kind: isOneOf('link'), href: isString }),
  openModel: isObject<IntentOf<'openModel'>>({ kind: isOneOf('openModel') }),
  loadModel: isObject<IntentOf<'loadModel'>>({ kind: isOneOf('loadModel') }),
};

export const isChatIntent: Guard<ChatIntent> = (value): value is ChatIntent =>
  Object.values<Guard<ChatIntent>>(INTENTS as Record<string, Guard<ChatIntent>>).some((isIntent) => isIntent(value));
