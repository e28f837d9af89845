import type { ChatUpdate } from '../../webview/protocol/chat.ts';
import type { Attachable } from '../../webview/protocol/chatAttachments.ts';
import type { CodeAction, DirectionAct } from '../../webview/protocol/chatIntents.ts';
import type { EngineState } from '../engineState.ts';
import type { Memory } from '../storage/memory.ts';
import type { ViewWords } from './chatView.ts';
import type { AnswerCode } from './code/answerCode.ts';
import type { Attachment, Example } from './conversation.ts';
import type { LeverSource } from './dial/leverSource.ts';
import type { Wanted } from './fewShot/example.ts';
import type { GaugeWords } from './gauge.ts';
import type { Speakers } from './markdown.ts';
import type { PreferenceDoor } from './preference/door.ts';

/** An attachment, as it is handed over. */
export interface Attached {
  readonly label: string;
  /** The language of its code, as the editor calls it; empty when there is none. */
  readonly language: string;
  readonly text: string;
}

/** Texts in the language of the editor. */
export interface ChatWords extends ViewWords, GaugeWords {
  readonly speakers: Speakers;
  /** The open model, or why there is none, in a sentence. */
  readonly model: (state: EngineState) => string;
  /** An answer that ended because it had as many tokens as were kept free for it. */
  readonly reserveFull: (tokens: number) => string;
  /** An answer that was ended because it said the same thing over and over. */
  readonly looped: string;
  /** A command that needs code and has none. */
  readonly noCode: string;
}

/** What the editor does for the chat. */
export interface ChatHost {
  readonly words: ChatWords;
  /** Of the workspace, and of all. */
  readonly workspace: Memory;
  readonly everywhere: Memory;
  newId(): string;
  /** To the panel, if it can be seen. */
  post(update: ChatUpdate): void;
  /** A short word to the person. */
  tell(message: string): void;
  log(message: string): void;
  copy(text: string): Promise<void>;
  /** Opens a link after its target was shown and agreed to; others than those of the web never. */
  openLink(href: string): Promise<void>;
  /** Opens a document that is not saved. */
  showMarkdown(text: string): Promise<void>;
  openModel(): Promise<void>;
  /** Opens the page that measures what a longer window is worth. */
  measureContext(): Promise<void>;
  /** What is known of models' refusals; nothing where absent. */
  readonly levers?: LeverSource;
  /** Finds a direction of refusals, takes one from a file, writes one to a file, or removes it. */
  direction(act: DirectionAct, path: string): Promise<void>;
  /** Opens the page that audits refusals. */
  audit(): Promise<void>;
  /** The panel has become visible; an engine that is off is started. */
  wakeEngine(): void;
  /** Opens the model again that was unloaded. */
  loadModel(): void;
  /** Asks for what is to be attached, and tells the person where there is nothing. */
  attach(what: Attachable): Promise<readonly Attached[]>;
  /** What is selected in the editor; undefined where nothing is, without a word. */
  selection(): Attached | undefined;
  attachUris(uris: readonly string[]): Promise<readonly Attached[]>;
  /** Shows what the model is given, or was, to be read only. */
  showAttachment(attachment: Attachment): Promise<void>;
  /** Similar code of the workspace, with its answers; at most this many. */
  examples(wanted: Wanted, count: number, signal: AbortSignal): Promise<readonly Example[]>;
  runCode(action: CodeAction, code: AnswerCode): Promise<void>;
  /** Judgements of answers, and what follows from them. */
  readonly preferences: PreferenceDoor;
  /** Names in the code of an answer that exist nowhere. Never rejects. @param said what was said and attached before it */
  unknownIn(answer: string, said: readonly string[]): Promise<readonly string[]>;
}

/** What the chat needs from other parts of the extension. */
export type ChatDoors = Pick<
  ChatHost,
  'attach' | 'attachUris' | 'examples' | 'runCode' | 'selection' | 'wakeEngine' | 'loadModel' | 'preferences' | 'levers'
>;
