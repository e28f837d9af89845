import { setImmediate } from 'node:timers/promises';
import { budgetOf, type ChatAnswer, type ChatBudget, chat } from '../generate/chat.ts';
import { type CandidateNews, type ChatCandidates, chatCandidates } from '../generate/chatCandidates.ts';
import type { ChatOptions } from '../generate/chatRequest.ts';
import { type CompletionRequest, complete } from '../generate/complete.ts';
import { continueText, type TextRequest } from '../generate/continueText.ts';
import { describeModel } from '../generate/describe.ts';
import { type LineCandidate, lineCandidates } from '../generate/lineCandidates.ts';
import { type GeneratedText, type TokenMark, untilEnd } from '../generate/streamText.ts';
import { type Pause, type Priority, Turns } from '../generate/turns.ts';
import type { MemorySize } from '../generate/workspaceMemory.ts';
import type { Session } from '../session/session.ts';
import { modelName } from '../storage/modelName.ts';
import { openNodeModel } from '../storage/nodeModel.ts';
import { CacheRoom } from './cacheRoom.ts';
import { ChatTimelines, windowOf } from './chatTimelines.ts';
import { DirectionFiles } from './directionFiles.ts';
import { type OnModelChanged, type Opened, OpenModels, type OpenOptions } from './openModels.ts';
import type {
  CandidatesParams,
  ChatCandidatesParams,
  ChatParams,
  ModelInfo,
  ModelInspection,
  OnAnswerText,
  OpenModelParams,
  RememberParams,
  Role,
} from './protocol.ts';
import { Studies } from './studies.ts';

/** Starts a generation on a timeline that no other request of the role uses in the meantime. */
type Start<Result extends GeneratedText = GeneratedText> = (opened: Opened, pause: Pause) => AsyncGenerator<string, Result>;

/** Generates with the open models, one request at a time, for whoever drives them: the engine process or the command line. */
export class Engine {
  /** Measurements and searches on the chat model. */
  readonly studies: Studies;
  /** Decides which request runs a model; one at a time. */
  readonly #turns = new Turns();
  readonly #chats = new ChatTimelines();
  readonly #directions = new DirectionFiles();
  readonly #models: OpenModels;
  readonly #caches: CacheRoom;

  constructor(onModelChanged?: OnModelChanged) {
    this.#models = new OpenModels(this.#turns, this.#chats, onModelChanged);
    this.#caches = new CacheRoom(() => this.#models.timelines);
    this.studies = new Studies(this.#models, this.#turns, this.#directions);
  }

  /** The model that completes. @throws PaddockError `no-model` */
  get opened(): Opened {
    return this.#models.openedFor('completion');
  }

  get roles(): Role[] {
    return this.#models.roles;
  }

  /** Describes a model without loading its weights. */
  async inspect(path: string, role: Role = 'completion'): Promise<ModelInspection> {
    const model = await describeModel(await openNodeModel(path));
    return { ...model, name: model.name ?? modelName(path), freeBytes: this.#models.memoryFor(role) };
  }

  /**
   * Opens a model in place of the one in its role.
   * @throws PaddockError as {@link OpenModels.open}
   */
  open(params: OpenModelParams, options?: OpenOptions): Promise<ModelInfo> {
    return this.#models.open(params, options);
  }

  /** Frees the memory of a role's model, after the requests that came before. */
  unload(role: Role): Promise<void> {
    return this.#models.unload(role);
  }

  /**
   * Completes code at a cursor, before anything of less urgency.
   * @param onText is told each piece, with the tokens since the one before
   * @param enough aborted when nothing of what follows is wanted: it then ends with what there is
   */
  complete(
    request: CompletionRequest,
    signal?: AbortSignal,
    onText?: OnAnswerText,
    enough?: AbortSignal,
  ): Promise<GeneratedText> {
    const { onToken, tell } = inPieces(onText);
    const start: Start = ({ model, session, workspace }, pause) =>
      this.#on(session, complete(model, session, request, { workspace, signal, enough, pause, onToken }));
    return this.#generate('completion', start, request.ahead ? 'background' : 'completion', signal, tell);
  }

  /** Completes one line in different ways, the most probable first, with the urgency of a completion. */
  candidates({ count, ...request }: CandidatesParams, signal?: AbortSignal): Promise<LineCandidate[]> {
    const task = async (pause: Pause) => {
      const { model, session, workspace } = this.opened;
      return this.#caches.during(session, () => lineCandidates(model, session, request, count, { workspace, signal, pause }));
    };
    return this.#turns.run('completion', task, signal);
  }

  /**
   * Runs no model until the signal is aborted, as if a completion did: what is under way pauses, and what comes waits.
   * @throws PaddockError `cancelled` where it is aborted before its turn has come
   */
  giveWay(signal: AbortSignal): Promise<void> {
    return this.#turns.run('completion', () => untilAborted(signal), signal);
  }

  /** Continues any text with the model of a role and with its urgency. */
  continueText(role: Role, request: TextRequest, signal?: AbortSignal, onText?: (piece: string) => void): Promise<GeneratedText> {
    const start: Start = ({ model, session }, pause) => this.#on(session, continueText(model, session, request, signal, pause));
    return this.#generate(role, start, role, signal, onText);
  }

  /** What of a conversation fits into its window, and what that takes, without running the model. @throws PaddockError as `planChat` */
  planChat(params: ChatParams): ChatBudget {
    const { model, info } = this.#models.openedFor('chat');
    return budgetOf(model, info.name, windowOf(model, params.use), params);
  }

  /**
   * Answers the last turn of a conversation, with the chat model or, if there is none, the completion model.
   * @param onText is told each piece, with the tokens since the one before
   */
  chat(params: ChatParams, signal?: AbortSignal, onText?: OnAnswerText): Promise<ChatAnswer> {
    const { onToken, tell } = inPieces(onText);
    const start: Start<ChatAnswer> = (opened, pause) => this.#answer(opened, params, { signal, onToken, pause });
    return this.#generate('chat', start, 'chat', signal, tell);
  }

  /**
   * Answers the last turn of a conversation several times.
   * @param onNews is told each piece of each candidate
   * @param enough aborted when no more is wanted: it then ends with what there is
   */
  chatCandidates(
    params: ChatCandidatesParams,
    signal?: AbortSignal,
    onNews?: (news: CandidateNews) => void,
    enough?: AbortSignal,
  ): Promise<ChatCandidates> {
    const task = async (pause: Pause) => {
      const opened = this.#models.openedFor('chat');
      const { model, info } = opened;
      const session = await this.#timeline(opened, params);
      const options = { name: info.name, signal, enough, pause };
      return this.#caches.during(session, () => chatCandidates(model, session, params, options, onNews));
    };
    return this.#turns.run('chat', task, signal);
  }

  /** Tokens of each text, to the model that chats. */
  countTokens(texts: readonly string[]): number[] {
    const { tokenizer } = this.#models.openedFor('chat').model;
    return texts.map((text) => tokenizer.encode(text).length);
  }

  /** Enters documents into the memory of the workspace, and takes others out; whoever generates comes first. */
  remember({ documents, gone }: RememberParams): Promise<MemorySize> {
    return this.#turns.run('background', async (pause) => {
      const { workspace } = this.opened;
      for (const path of gone) workspace.forget(path);
      const letOthers = async () => {
        await setImmediate(); // lets requests in, and then pauses for them
        await pause();
      };
      for (const { path, text } of documents) await workspace.remember(path, text, letOthers);
      return workspace.size;
    });
  }

  /** Empties the memory of the workspace. */
  forgetWorkspace(): void {
    if (this.roles.includes('completion')) this.opened.workspace.clear();
  }

  close(): Promise<void> {
    return this.#models.close();
  }

  async *#answer(opened: Opened, params: ChatParams, options: Omit<ChatOptions, 'name'>): AsyncGenerator<string, ChatAnswer> {
    const { model, info } = opened;
    const session = await this.#timeline(opened, params);
    return yield* this.#on(session, chat(model, session, params, { ...options, name: info.name }));
  }

  /** A generation, with room for the whole window of its timeline. */
  async *#on<Result>(session: Session, text: AsyncGenerator<string, Result>): AsyncGenerator<string, Result> {
    const release = this.#caches.hold(session);
    try {
      return yield* text;
    } finally {
      release();
    }
  }

  /** The timeline that a conversation goes on in. */
  async #timeline({ model }: Opened, { use, steering }: Pick<ChatParams, 'use' | 'steering'>): Promise<Session> {
    const steered = await this.#directions.steering(model, steering);
    return this.#chats.timeline(model, use, this.#models.memoryFor(this.#models.roleOf(model)), steered);
  }

  #generate<Result extends GeneratedText>(
    role: Role,
    start: Start<Result>,
    priority: Priority,
    signal?: AbortSignal,
    onText?: (piece: string) => void,
  ): Promise<Result> {
    const task = async (pause: Pause) => untilEnd(start(this.#models.openedFor(role), pause), onText);
    return this.#turns.run(priority, task, signal);
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Tells each piece of text together with the tokens since the one before. */
function inPieces(onText: OnAnswerText | undefined) {
  const marks: TokenMark[] = [];
  return {
    onToken: (mark: TokenMark) => void marks.push(mark),
    tell: (piece: string) => onText?.(piece, marks.splice(0)),
  };
}
