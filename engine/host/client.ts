import { type ChildProcess, fork } from 'node:child_process';
import {
  CancellationTokenSource,
  createMessageConnection,
  type MessageConnection,
  type ProgressType,
  type RequestType,
  ResponseError,
} from 'vscode-jsonrpc';
import { IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';
import { inWords, PaddockError, throwIfCancelled } from '../errors.ts';
import * as protocol from './protocol.ts';
import { sendable } from './samplingOnWire.ts';
import { TurnsToEngine } from './turnsOnWire.ts';

/**
 * Size of V8's young generation, in MB. By default V8 takes more than 100 MB on a machine with much memory, fills it with garbage from
 * encoding a workspace, and seldom returns it; the runs of the model need next to none of it.
 */
const V8_FLAGS = ['--max-semi-space-size=16'];

/**
 * How glibc holds memory that was freed (`mallopt(3)`). Buffers from the threshold on are returned at once: by default it rises up to
 * 32 MiB, so that weights, graphs and buffers of closed models leave holes in a heap that does not shrink. After some reopenings of the
 * default model, 60 MB were in use and up to 109 MB more were held; with the threshold, 25 MB. All threads share one heap, since the holes
 * of one are of no use to the others: less is held, and it does not grow with a long session (`npm run bench:soak`).
 */
const MALLOC = { MALLOC_MMAP_THRESHOLD_: String(128 * 1024), MALLOC_ARENA_MAX: '1' };

export interface EngineClientOptions {
  /** Path of the engine's entry file, `dist/engine.js` in the package. */
  readonly entry: string;
  readonly log: (level: 'info' | 'warn' | 'error', message: string) => void;
  /** Called when an open model changes how it runs; the last of its notes says why. */
  readonly onModelChanged?: (role: protocol.Role, model: protocol.ModelInfo) => void;
  /** Called once, when the process has ended for whatever reason but {@link EngineClient.dispose}. */
  readonly onExit: (reason: string) => void;
}

/** The engine process as seen from the extension. One client is one process; a new one is started by a new client. */
export class EngineClient {
  readonly #process: ChildProcess;
  readonly #connection: MessageConnection;
  readonly #hello: Promise<void>;
  readonly #turns = new TurnsToEngine();
  #gone: string | undefined;
  #requests = 0;

  constructor(options: EngineClientOptions) {
    // In an Electron host process.execPath is Electron; this variable makes it behave as Node.
    const env = { ...MALLOC, ...process.env, ELECTRON_RUN_AS_NODE: '1' };
    this.#process = fork(options.entry, [], { env, execArgv: V8_FLAGS, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    this.#process.stdout?.on('data', (data) => options.log('info', String(data).trimEnd()));
    this.#process.stderr?.on('data', (data) => options.log('warn', String(data).trimEnd()));
    this.#connection = createMessageConnection(new IPCMessageReader(this.#process), new IPCMessageWriter(this.#process));
    this.#connection.onNotification(protocol.Log, ({ level, message }) => options.log(level, message));
    this.#connection.onNotification(protocol.ModelChanged, ({ role, model }) => options.onModelChanged?.(role, model));
    // A write to a dead process is reported here as well as by the exit; the exit is what counts.
    this.#connection.onError(([error]) => options.log('warn', `Engine channel: ${error.message}`));
    const ended = (reason: string) => {
      if (this.#gone) return;
      this.#end(reason);
      options.onExit(reason);
    };
    this.#process.once('exit', (code, signal) => ended(signal ? `ended by ${signal}` : `ended with exit code ${code}`));
    this.#process.once('error', (error) => ended(`could not be started: ${error.message}`));
    this.#connection.listen();
    this.#hello = this.#connection.sendRequest(protocol.Hello).then(
      ({ version }) => this.#checkVersion(version),
      (error) => Promise.reject(this.#typed(error)),
    );
    // The first request awaits the greeting and reports its failure; there may never be one, so the rejection is handled here.
    this.#hello.catch(() => undefined);
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /**
   * Describes a model without loading its weights.
   * @throws PaddockError `model-not-found`, `bad-model`, `unsupported-model`, `cancelled`, `engine-gone`
   */
  inspectModel(path: string, signal?: AbortSignal): Promise<protocol.ModelInspection> {
    return this.#send(protocol.InspectModel, { path }, signal);
  }

  /**
   * Opens a model in place of the one that is open in its role.
   * @param onProgress called with the progress, at most a hundred times per stage
   * @throws PaddockError `model-not-found`, `bad-model`, `unsupported-model`, `not-enough-memory`, `runtime`, `cancelled`, `engine-gone`
   */
  openModel(
    params: protocol.OpenModelParams,
    signal?: AbortSignal,
    onProgress?: (progress: protocol.LoadProgress) => void,
  ): Promise<protocol.ModelInfo> {
    return this.#sendWithProgress(protocol.OpenModel, params, signal, protocol.OpeningProgress, onProgress);
  }

  /** Frees the memory of a role's model. @returns the roles in which a model is left */
  async unloadModel(role: protocol.Role): Promise<readonly protocol.Role[]> {
    return (await this.#send(protocol.UnloadModel, { role })).left;
  }

  /**
   * Completes code at a cursor.
   * @param onText is told each piece of text as it is generated, with the tokens since the one before
   * @param enough aborted when nothing of what follows is wanted: it then ends within one step with what there is
   * @throws PaddockError `cancelled`, `no-model`, `engine-gone`, `runtime`
   */
  async complete(
    params: protocol.CompleteParams,
    signal?: AbortSignal,
    onText?: protocol.OnAnswerText,
    enough?: AbortSignal,
  ): Promise<protocol.CompleteResult> {
    return this.#sendWithProgress(protocol.Complete, sendable(params), signal, protocol.AnswerText, tellerOf(onText), enough);
  }

  /**
   * Completes one line in different ways, the most probable first.
   * @throws PaddockError as {@link complete}
   */
  async candidates(params: protocol.CandidatesParams, signal?: AbortSignal): Promise<protocol.LineCandidate[]> {
    return this.#send(protocol.Candidates, sendable(params), signal);
  }

  /**
   * Keeps the model from running until the signal is aborted: what is under way pauses at its next token.
   * @throws PaddockError `cancelled` where it was aborted before that began; `engine-gone`
   */
  giveWay(signal: AbortSignal): Promise<void> {
    return this.#send(protocol.GiveWay, {}, signal);
  }

  /**
   * Continues any text.
   * @param onText is told each piece of text as it is generated
   * @throws PaddockError `bad-request` for an empty text or one that does not fit the window; others as {@link complete}
   */
  async continueText(
    params: protocol.ContinueParams,
    signal?: AbortSignal,
    onText?: (piece: string) => void,
  ): Promise<protocol.CompleteResult> {
    return this.#sendWithProgress(protocol.ContinueText, sendable(params), signal, protocol.GeneratedText, onText);
  }

  /**
   * Answers the last turn of a conversation.
   * @param onText is told each piece of the answer as it is generated, with the tokens since the one before
   * @throws PaddockError `bad-request` for one that does not fit its window, before anything is run; `not-enough-memory` for the window;
   * others as {@link complete}
   */
  async chat(params: protocol.ChatParams, signal?: AbortSignal, onText?: protocol.OnAnswerText): Promise<protocol.ChatAnswer> {
    return this.#sendWithProgress(protocol.Chat, sendable(params), signal, protocol.AnswerText, tellerOf(onText));
  }

  /**
   * Answers the last turn of a conversation several times over one prompt, to choose from.
   * @param onNews is told each piece of each candidate; they come side by side, or one group after the other where there is no room
   * @param enough aborted when no more is wanted: it then ends within one step with those that have ended, else with the longest
   * @throws PaddockError as {@link chat}
   */
  async chatCandidates(
    params: protocol.ChatCandidatesParams,
    signal?: AbortSignal,
    onNews?: (news: protocol.CandidateNews) => void,
    enough?: AbortSignal,
  ): Promise<protocol.ChatCandidates> {
    return this.#sendWithProgress(protocol.AnswerSeveralTimes, sendable(params), signal, protocol.CandidateText, onNews, enough);
  }

  /**
   * What of a conversation fits into its window, and what that takes. Too quick to be cancelled.
   * @throws PaddockError `bad-request` for one that does not fit, `no-model`, `engine-gone`
   */
  planChat({ conversation, ...params }: protocol.ChatParams): Promise<protocol.ChatBudget> {
    return this.#send(protocol.PlanChat, { ...params, conversation: this.#turns.shorten(conversation) });
  }

  /**
   * Measures how the model that chats uses a long context, behind whatever else is asked of it.
   * @param onRow is told each figure as it comes
   * @throws PaddockError `bad-request` where no text is long enough; others as {@link complete}
   */
  measureContext(
    params: protocol.MeasureContextParams,
    signal: AbortSignal,
    onRow: (row: protocol.MeasuredRow) => void,
  ): Promise<void> {
    return this.#sendWithProgress(protocol.MeasureContext, params, signal, protocol.MeasuredContext, onRow);
  }

  /**
   * Audits what the model that chats refuses, behind whatever else is asked of it.
   * @param onRow is told what the model makes of each request, in their order
   * @throws PaddockError `bad-request` for a model that does not converse; others as {@link complete}
   */
  auditRefusals(params: protocol.AuditParams, signal: AbortSignal, onRow: (row: protocol.AuditRow) => void): Promise<void> {
    return this.#sendWithProgress(protocol.AuditRefusals, params, signal, protocol.AuditedRequest, onRow);
  }

  /**
   * Tests how long the model that chats keeps to an instruction, behind whatever else is asked of it.
   * @param onRow is told of each answer as it comes
   * @throws PaddockError `bad-request` for a model that does not converse; others as {@link complete}
   */
  testRetention(
    params: protocol.RetentionParams,
    signal: AbortSignal,
    onRow: (row: protocol.RetentionRow) => void,
  ): Promise<void> {
    return this.#sendWithProgress(protocol.TestRetention, params, signal, protocol.RetentionFound, onRow);
  }

  /**
   * Finds the direction that stands for refusing in the model that chats, and writes it to a file.
   * @param onPart is told the part that is done, 0–1
   * @throws PaddockError `bad-request` for a model that cannot be steered, too few messages, or where there is no such direction; others as
   * {@link complete}
   */
  findDirection(
    params: protocol.FindDirectionParams,
    signal?: AbortSignal,
    onPart?: (part: number) => void,
  ): Promise<protocol.DirectionInfo> {
    return this.#sendWithProgress(protocol.FindDirection, params, signal, protocol.FindingProgress, onPart);
  }

  /**
   * How probable a refusal is, by message, from a prefill each.
   * @throws PaddockError `bad-request` for directions of another model, or where nothing says what a refusal begins with; others as
   * {@link complete}
   */
  refusals(params: protocol.RefusalsParams, signal?: AbortSignal): Promise<readonly number[]> {
    return this.#send(protocol.Refusals, params, signal);
  }

  /**
   * Up to which threshold of the dial the last turn of a conversation is refused along a direction, 0–1, behind whatever else is asked.
   * @returns undefined where nothing says what a refusal begins with
   * @throws PaddockError `bad-request` for directions of another model or a turn that does not fit; others as {@link complete}
   */
  async dialCrossing(params: protocol.DialCrossingParams, signal?: AbortSignal): Promise<number | undefined> {
    return (await this.#send(protocol.DialCrossing, params, signal)) ?? undefined;
  }

  /** What a file of directions holds. @throws PaddockError `bad-request`, `bad-model`, `engine-gone` */
  inspectDirections(path: string): Promise<protocol.DirectionInfo> {
    return this.#send(protocol.InspectDirections, { path });
  }

  /** Tokens of each text, to the model that chats. @throws PaddockError `no-model`, `engine-gone` */
  countTokens(texts: readonly string[]): Promise<readonly number[]> {
    return this.#send(protocol.CountTokens, { texts });
  }

  /**
   * Enters documents into the memory of the workspace, and takes others out.
   * @throws PaddockError `no-model`, `engine-gone`
   */
  remember(params: protocol.RememberParams): Promise<protocol.MemorySize> {
    return this.#send(protocol.Remember, params);
  }

  /** Empties the memory of the workspace. @throws PaddockError `engine-gone` */
  forgetWorkspace(): Promise<void> {
    return this.#send(protocol.ForgetWorkspace, {});
  }

  /** Ends the process; pending requests fail with `engine-gone`. */
  dispose(): void {
    if (this.#gone) return;
    this.#end('was stopped');
    this.#process.kill('SIGKILL');
  }

  #end(reason: string): void {
    this.#gone = reason;
    this.#connection.dispose(); // rejects everything pending
  }

  #checkVersion(version: number): void {
    if (version === protocol.PROTOCOL_VERSION) return;
    throw new PaddockError(
      'engine-gone',
      `The engine speaks protocol ${version}, the extension ${protocol.PROTOCOL_VERSION}. Reload the window.`,
    );
  }

  /** Listens to the progress of the request for as long as it runs. */
  async #sendWithProgress<P extends object, R, N>(
    type: RequestType<P & { readonly progressToken: string }, R, protocol.ErrorData>,
    params: P,
    signal: AbortSignal | undefined,
    progressType: ProgressType<N>,
    listener: ((news: N) => void) | undefined,
    enough?: AbortSignal,
  ): Promise<R> {
    const progressToken = `request-${++this.#requests}`;
    const progress = listener && this.#connection.onProgress(progressType, progressToken, listener);
    const tellEnough = () => void this.#connection.sendNotification(protocol.Enough, { progressToken }).catch(() => undefined);
    enough?.addEventListener('abort', tellEnough);
    try {
      return await this.#send(type, { ...params, progressToken }, signal);
    } finally {
      enough?.removeEventListener('abort', tellEnough);
      progress?.dispose();
    }
  }

  async #send<P, R>(type: RequestType<P, R, protocol.ErrorData>, params: P, signal?: AbortSignal): Promise<R> {
    const source = new CancellationTokenSource();
    const cancel = () => source.cancel();
    signal?.addEventListener('abort', cancel);
    try {
      await this.#hello;
      if (this.#gone) throw new PaddockError('engine-gone', `The engine process ${this.#gone}.`);
      throwIfCancelled(signal);
      // By its name: the library's types cannot follow a request of any kind.
      return await this.#connection.sendRequest<R>(type.method, params, source.token);
    } catch (error) {
      throw this.#typed(error);
    } finally {
      signal?.removeEventListener('abort', cancel);
      source.dispose();
    }
  }

  #typed(error: unknown): PaddockError {
    if (error instanceof PaddockError) return error;
    if (this.#gone) return new PaddockError('engine-gone', `The engine process ${this.#gone}.`, { cause: error });
    const message = inWords(error);
    const data = error instanceof ResponseError ? (error.data as protocol.ErrorData | undefined) : undefined;
    const { code = 'runtime', ...facts } = data ?? {};
    return new PaddockError(code, message, { cause: error, ...facts });
  }
}

function tellerOf(onText: protocol.OnAnswerText | undefined): ((piece: protocol.AnswerPiece) => void) | undefined {
  return onText && (({ text, marks }) => onText(text, marks));
}
