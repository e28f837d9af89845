/** The person's intents in the chat. */
import { ATTACHABLE, type Attachable, MOST_EXAMPLES } from './chatAttachments.ts';
import { isPinChange, type PinChange } from './chatPins.ts';
import { PREFERENCE_INTENTS, type PreferenceIntent } from './chatPreference.ts';
import { DIAL_MOVES, type DialMove, isRefusalChange, type RefusalChange } from './chatRefusals.ts';
import { isWindowChange, type WindowChange } from './chatWindow.ts';
import { type Guard, isBoolean, isCount, isId, isListOf, isObject, isOneOf, isString } from './guards.ts';

/** What can be done with a block of code in an answer. */
const CODE_ACTIONS = ['copy', 'insert', 'apply', 'newFile'] as const;
export type CodeAction = (typeof CODE_ACTIONS)[number];

interface Code {
  readonly code: string;
  /** As its fence calls it. */
  readonly language: string;
}

/** Characters of a title that a person gives, at most. */
export const LONGEST_TITLE = 200;

/** The message that is being written, and what goes with it. */
export type DraftIntent =
  /** What is being written, so that its cost can be shown. */
  | { readonly kind: 'draft'; readonly text: string }
  | { readonly kind: 'attach'; readonly what: Attachable }
  | { readonly kind: 'detach'; readonly id: string }
  /** Files dropped onto the panel, as URIs. */
  | { readonly kind: 'drop'; readonly uris: readonly string[] }
  /** How many examples questions are given, from now on. */
  | { readonly kind: 'examples'; readonly wanted: number };

/** Asks for an answer, or no longer. */
export type AnswerIntent =
  | { readonly kind: 'send'; readonly text: string }
  /** Sends a question again in other words, as a new version of it. */
  | { readonly kind: 'edit'; readonly message: string; readonly text: string }
  | { readonly kind: 'regenerate'; readonly message: string }
  /** Answers a question that was refused, as a version beside the refusal. */
  | { readonly kind: 'answerAnyway'; readonly message: string }
  | { readonly kind: 'stop' };

/** Changes the conversation that is shown. */
export type ConversationIntent =
  | { readonly kind: 'version'; readonly message: string; readonly index: number }
  | { readonly kind: 'pin'; readonly pinned: PinChange }
  /** Keeps a question in the window with its answer, or no longer. */
  | { readonly kind: 'pinTurn'; readonly message: string; readonly pinned: boolean }
  /** Moves the dial, or does not; either way it is offered no more. */
  | { readonly kind: 'moveDial'; readonly message: string; readonly move: DialMove };

/** Sets how the open model answers, or how its answers are shown. */
export type SettingIntent =
  | { readonly kind: 'controls'; readonly controls: WindowChange }
  /** Uses the window as is usual for the open model. */
  | { readonly kind: 'resetControls' }
  | { readonly kind: 'refusals'; readonly settings: RefusalChange }
  /** Shades what the model was unsure of, or does not. */
  | { readonly kind: 'shade'; readonly on: boolean };

/** The list of conversations. */
export type HistoryIntent =
  | { readonly kind: 'new' }
  | { readonly kind: 'open'; readonly id: string }
  | { readonly kind: 'rename'; readonly id: string; readonly title: string }
  | { readonly kind: 'delete'; readonly id: string }
  | { readonly kind: 'export'; readonly id: string }
  | { readonly kind: 'search'; readonly text: string };

/** What can be done with directions of refusals; `find` and `import` are about none of those there are. */
const DIRECTION_ACTS = ['find', 'import', 'export', 'rename', 'remove'] as const;
export type DirectionAct = (typeof DIRECTION_ACTS)[number];

/** What the editor does. */
export type EditorIntent =
  | { readonly kind: 'copy'; readonly message: string }
  /** Does something with code of an answer. */
  | ({ readonly kind: 'code'; readonly message: string; readonly action: CodeAction } & Code)
  /** Shows what is attached, or was. */
  | { readonly kind: 'showAttachment'; readonly id: string }
  /** A link in an answer, which is opened after its target was shown. */
  | { readonly kind: 'link'; readonly href: string }
  /** Measures what a longer window is worth. */
  | { readonly kind: 'measure' }
  /** Does something with a direction of refusals; its path is empty where it is about none of those there are. */
  | { readonly kind: 'direction'; readonly act: DirectionAct; readonly path: string }
  /** Audits refusals. */
  | { readonly kind: 'audit' }
  | { readonly kind: 'openModel' }
  /** The model that was unloaded. */
  | { readonly kind: 'loadModel' };

export type ChatIntent =
  /** The panel is there and wants its view. */
  | { readonly kind: 'ready' }
  | DraftIntent
  | AnswerIntent
  | ConversationIntent
  | SettingIntent
  | PreferenceIntent
  | HistoryIntent
  | EditorIntent;

type IntentOf<Kind extends ChatIntent['kind']> = Extract<ChatIntent, { kind: Kind }>;

/** A guard for each kind: one that is forgotten does not compile. */
const INTENTS: { readonly [Kind in ChatIntent['kind']]: Guard<IntentOf<Kind>> } = {
  ready: isObject<IntentOf<'ready'>>({ kind: isOneOf('ready') }),
  draft: isObject<IntentOf<'draft'>>({ kind: isOneOf('draft'), text: isString }),
  attach: isObject<IntentOf<'attach'>>({ kind: isOneOf('attach'), what: isOneOf(...ATTACHABLE) }),
  detach: isObject<IntentOf<'detach'>>({ kind: isOneOf('detach'), id: isId }),
  drop: isObject<IntentOf<'drop'>>({ kind: isOneOf('drop'), uris: isListOf(isString) }),
  examples: isObject<IntentOf<'examples'>>({
    kind: isOneOf('examples'),
    wanted: (value): value is number => isCount(value) && value <= MOST_EXAMPLES,
  }),
  send: isObject<IntentOf<'send'>>({ kind: isOneOf('send'), text: isString }),
  edit: isObject<IntentOf<'edit'>>({ kind: isOneOf('edit'), message: isId, text: isString }),
  regenerate: isObject<IntentOf<'regenerate'>>({ kind: isOneOf('regenerate'), message: isId }),
  answerAnyway: isObject<IntentOf<'answerAnyway'>>({ kind: isOneOf('answerAnyway'), message: isId }),
  stop: isObject<IntentOf<'stop'>>({ kind: isOneOf('stop') }),
  version: isObject<IntentOf<'version'>>({ kind: isOneOf('version'), message: isId, index: isCount }),
  pin: isObject<IntentOf<'pin'>>({ kind: isOneOf('pin'), pinned: isPinChange }),
  pinTurn: isObject<IntentOf<'pinTurn'>>({ kind: isOneOf('pinTurn'), message: isId, pinned: isBoolean }),
  moveDial: isObject<IntentOf<'moveDial'>>({ kind: isOneOf('moveDial'), message: isId, move: isOneOf(...DIAL_MOVES) }),
  controls: isObject<IntentOf<'controls'>>({ kind: isOneOf('controls'), controls: isWindowChange }),
  resetControls: isObject<IntentOf<'resetControls'>>({ kind: isOneOf('resetControls') }),
  refusals: isObject<IntentOf<'refusals'>>({ kind: isOneOf('refusals'), settings: isRefusalChange }),
  shade: isObject<IntentOf<'shade'>>({ kind: isOneOf('shade'), on: isBoolean }),
  ...PREFERENCE_INTENTS,
  new: isObject<IntentOf<'new'>>({ kind: isOneOf('new') }),
  open: isObject<IntentOf<'open'>>({ kind: isOneOf('open'), id: isId }),
  rename: isObject<IntentOf<'rename'>>({
    kind: isOneOf('rename'),
    id: isId,
    title: (value): value is string => isString(value) && value.length <= LONGEST_TITLE,
  }),
  delete: isObject<IntentOf<'delete'>>({ kind: isOneOf('delete'), id: isId }),
  export: isObject<IntentOf<'export'>>({ kind: isOneOf('export'), id: isId }),
  search: isObject<IntentOf<'search'>>({ kind: isOneOf('search'), text: isString }),
  copy: isObject<IntentOf<'copy'>>({ kind: isOneOf('copy'), message: isId }),
  code: isObject<IntentOf<'code'>>({
    kind: isOneOf('code'),
    message: isId,
    action: isOneOf(...CODE_ACTIONS),
    code: isString,
    language: isString,
  }),
  showAttachment: isObject<IntentOf<'showAttachment'>>({ kind: isOneOf('showAttachment'), id: isId }),
  link: isObject<IntentOf<'link'>>({ kind: isOneOf('link'), href: isString }),
  measure: isObject<IntentOf<'measure'>>({ kind: isOneOf('measure') }),
  direction: isObject<IntentOf<'direction'>>({ kind: isOneOf('direction'), act: isOneOf(...DIRECTION_ACTS), path: isString }),
  audit: isObject<IntentOf<'audit'>>({ kind: isOneOf('audit') }),
  openModel: isObject<IntentOf<'openModel'>>({ kind: isOneOf('openModel') }),
  loadModel: isObject<IntentOf<'loadModel'>>({ kind: isOneOf('loadModel') }),
};

export const isChatIntent: Guard<ChatIntent> = (value): value is ChatIntent =>
  Object.values<Guard<ChatIntent>>(INTENTS).some((isIntent) => isIntent(value));
