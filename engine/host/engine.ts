import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { PaddockError, throwIfCancelled } from '../errors.ts';
import { auditRefusals } from '../generate/auditRefusals.ts';
import { budgetOf, type ChatAnswer, type ChatBudget, chat } from '../generate/chat.ts';
import { type CompletionRequest, complete } from '../generate/complete.ts';
import { continueText, type TextRequest } from '../generate/continueText.ts';
import type { OnProgress } from '../generate/conversion.ts';
import { describeModel } from '../generate/describe.ts';
import { asControlVector, findRefusalDirection, refusalProbabilities } from '../generate/findDirection.ts';
import { loadLanguageModel } from '../generate/languageModel.ts';
import { type LineCandidate, lineCandidates } from '../generate/lineCandidates.ts';
import type { Precision } from '../generate/lowering.ts';
import { type MeasuredRow, measureContext } from '../generate/measureContext.ts';
import { checkMemory, openingWindow } from '../generate/memory.ts';
import type { LanguageModel, LoadOptions } from '../generate/model.ts';
import { type RetentionRow, retention } from '../generate/retention.ts';
import { type GeneratedText, untilEnd } from '../generate/streamText.ts';
import { type Pause, type Priority, Turns } from '../generate/turns.ts';
import { type MemorySize, WorkspaceMemory } from '../generate/workspaceMemory.ts';
import { RunQueue } from '../runtime/runQueue.ts';
import type { Session } from '../session/session.ts';
import { FolderConversions } from '../storage/conversions.ts';
import { FileDeviceRecords } from '../storage/deviceRecords.ts';
import { writeDirections } from '../storage/directions.ts';
import { modelName } from '../storage/modelName.ts';
import { openNodeModel } from '../storage/nodeModel.ts';
import { ChatTimelines } from './chatTimelines.ts';
import { DirectionFiles, type DirectionInfo, describeDirections } from './directionFiles.ts';
import { freeMemory } from './freeMemory.ts';
import { mayHaveGpu } from './gpuPresence.ts';
import { describe, longestContext } from './modelInfo.ts';
import type {
  AuditParams,
  AuditRow,
  CandidatesParams,
  ChatParams,
  FindDirectionParams,
  MeasureContextParams,
  ModelInfo,
  ModelInspection,
  OpenModelParams,
  RefusalsParams,
  RememberParams,
  RetentionParams,
  Role,
} from './protocol.ts';

/** More threads than this do not make a small model faster. */
const MOST_THREADS = 4;

interface Opened {
  /** What it was opened with. */
  readonly params: OpenModelParams & Pick<OpenOptions, 'precision'>;
  readonly model: LanguageModel;
  readonly session: Session;
  readonly workspace: WorkspaceMemory;
  readonly info: ModelInfo;
}

/** What opening a model takes besides the model. */
export interface OpenOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
  readonly precision?: Precision | undefined;
}

/** Begins to generate, with a timeline that no other request of the role uses meanwhile. */
type Start<Result extends GeneratedText = GeneratedText> = (opened: Opened, pause: Pause) => AsyncGenerator<string, Result>;

/** The open models, one for each role, for whoever drives them: the engine process or the command line. */
export class Engine {
  /** Who runs a model when; taken by one request at a time. */
  readonly #turns = new Turns();
  /** One model is opened after the other. */
  readonly #openings = new RunQueue();
  readonly #models = new Map<Role, Opened>();
  readonly #chats = new ChatTimelines();
  readonly #directions = new DirectionFiles();
  readonly #onModelChanged: ((role: Role, model: ModelInfo) => void) | undefined;

  /** @param onModelChanged told when an open model goes on in another way, such as on another device */
  constructor(onModelChanged?: (role: Role, model: ModelInfo) => void) {
    this.#onModelChanged = onModelChanged;
  }

  /** The model that completes. @throws PaddockError `no-model` */
  get opened(): Opened {
    return this.#openedFor('completion');
  }

  get roles(): Role[] {
    return [...this.#models.keys()];
  }

  /** Says what a model is, without loading its weights. */
  async inspect(path: string, role: Role = 'completion'): Promise<ModelInspection> {
    const model = await describeModel(await openNodeModel(path));
    return { ...model, name: model.name ?? modelName(path), freeBytes: this.#memoryFor(role) };
  }

  /**
   * Opens a model in place of the one in its role. That one answers while the new one is converted; then it goes, so that two are never
   * loaded at once. A model of which only the window is to change stays loaded.
   * @throws PaddockError `model-not-found`, `bad-model`, `unsupported-model`, `not-enough-memory`, `runtime`, `cancelled`
   */
  open(params: OpenModelParams, { signal, onProgress, precision }: OpenOptions = {}): Promise<ModelInfo> {
    return this.#openings.enqueue(async () => {
      throwIfCancelled(signal);
      const present = this.#models.get(params.role);
      if (present && isOtherWindow(present.params, { ...params, precision })) return this.#changeWindow(present, params);
      const started = performance.now();
      const threads = chosenThreads(params.threads);
      let release = () => {};
      const options: LoadOptions = {
        device: params.device,
        threads,
        memory: this.#memoryFor(params.role),
        signal,
        onProgress,
        window: params.window,
        onDeviceChange: (device, note) => this.#changed(params.role, device, note),
        beforeLoading: async () => {
          release = await this.#hold();
          await this.#dispose(params.role);
        },
        ...(precision && { precision }),
        ...(params.conversions !== undefined && {
          conversions: new FolderConversions(params.conversions),
          ...(mayHaveGpu() && { records: new FileDeviceRecords(join(params.conversions, 'devices.json')) }),
        }),
      };
      try {
        const model = await loadLanguageModel(await openNodeModel(params.path), options);
        const largest = longestContext(model, options.memory);
        const info = describe(model, params, threads, largest, performance.now() - started);
        const workspace = new WorkspaceMemory(model.tokenizer);
        this.#models.set(params.role, { params: { ...params, precision }, model, session: model.newSession(), workspace, info });
        return info;
      } finally {
        release();
      }
    });
  }

  /** Gives back the memory of a role's model, after the requests that came before. */
  unload(role: Role): Promise<void> {
    return this.#openings.enqueue(() => this.#turns.alone(() => this.#dispose(role)));
  }

  /**
   * Completes code at a cursor, before anything of less urgency.
   * @param onText is told each piece
   * @param enough aborted when nothing of what follows is wanted: it then ends with what there is
   */
  complete(
    request: CompletionRequest,
    signal?: AbortSignal,
    onText?: (piece: string) => void,
    enough?: AbortSignal,
  ): Promise<GeneratedText> {
    const start: Start = ({ model, session, workspace }, pause) =>
      complete(model, session, request, { workspace, signal, enough, pause });
    return this.#generate('completion', start, request.ahead ? 'background' : 'completion', signal, onText);
  }

  /** Completes one line in different ways, the most probable first, with the urgency of a completion. */
  candidates({ count, ...request }: CandidatesParams, signal?: AbortSignal): Promise<LineCandidate[]> {
    const task = (pause: Pause) => {
      const { model, session, workspace } = this.opened;
      return lineCandidates(model, session, request, count, { workspace, signal, pause });
    };
    return this.#turns.run('completion', task, signal);
  }

  /** Continues any text with the model of a role and with its urgency. */
  continueText(role: Role, request: TextRequest, signal?: AbortSignal, onText?: (piece: string) => void): Promise<GeneratedText> {
    const start: Start = ({ model, session }, pause) => continueText(model, session, request, signal, pause);
    return this.#generate(role, start, role, signal, onText);
  }

  /** What of a conversation fits into its window, and what that takes, without running the model. @throws PaddockError as `planChat` */
  planChat(params: ChatParams): ChatBudget {
    const { model, info } = this.#openedFor('chat');
    return budgetOf(model, info.name, this.#chats.windowOf(model, params.use), params);
  }

  /** Answers the last turn of a conversation, with the model of chats or, where there is none, the one that completes. */
  chat(params: ChatParams, signal?: AbortSignal, onText?: (piece: string) => void): Promise<ChatAnswer> {
    const start: Start<ChatAnswer> = (opened, pause) => this.#answer(opened, params, pause, signal);
    return this.#generate('chat', start, 'chat', signal, onText);
  }

  /**
   * Finds the direction that stands for refusing in the model that chats, letting everyone else go first, and writes it to a file.
   * @param onPart is told the part that is done, 0–1
   */
  findDirection(params: FindDirectionParams, signal?: AbortSignal, onPart?: (part: number) => void): Promise<DirectionInfo> {
    const task = async (pause: Pause) => {
      const { model, info } = this.#openedFor('chat');
      const { path, name, ...messages } = params;
      const found = await findRefusalDirection(model, messages, { name: info.name, signal, pause, onProgress: onPart });
      const vector = { ...asControlVector(found, model.config.layers), name, model: model.config.family };
      await writeDirections(path, vector);
      return describeDirections(path, vector);
    };
    return this.#turns.run('background', task, signal);
  }

  /** How probable a refusal is, by message, to the model that chats under steering: the first tokens' alone, nothing is generated. */
  refusals({ messages, steering, tokens }: RefusalsParams, signal?: AbortSignal): Promise<number[]> {
    const task = async (pause: Pause) => {
      const { model, info } = this.#openedFor('chat');
      const named = await this.#directions.steering(model, steering);
      const options = { name: info.name, signal, pause, ...(tokens && { tokens }) };
      return refusalProbabilities(model, messages, named?.steering, options);
    };
    return this.#turns.run('background', task, signal);
  }

  /** Measures how the model that chats uses a long context, letting everyone else go first. @param onRow is told each figure */
  measureContext(params: MeasureContextParams, onRow: (row: MeasuredRow) => void, signal?: AbortSignal): Promise<void> {
    const task = async (pause: Pause) => {
      const { model } = this.#openedFor('chat');
      checkMemory(model.memory(params.window), this.#memoryFor(this.#roleOf(model)), (tokens) => model.memory(tokens));
      for await (const row of measureContext(model, params, { ...params, signal, pause })) onRow(row);
    };
    return this.#turns.run('background', task, signal);
  }

  /** Audits what the model that chats refuses, letting everyone else go first. @param onRow is told what it makes of each request */
  auditRefusals({ requests, ...how }: AuditParams, onRow: (row: AuditRow) => void, signal?: AbortSignal): Promise<void> {
    const task = async (pause: Pause) => {
      const { model, info } = this.#openedFor('chat');
      checkMemory(model.memory(model.window), this.#memoryFor(this.#roleOf(model)), (tokens) => model.memory(tokens));
      for await (const row of auditRefusals(model, requests, { ...how, name: info.name, signal, pause })) onRow(row);
    };
    return this.#turns.run('background', task, signal);
  }

  /** Tests how long the model that chats keeps to an instruction, letting everyone else go first. @param onRow is told of each answer */
  testRetention({ window }: RetentionParams, onRow: (row: RetentionRow) => void, signal?: AbortSignal): Promise<void> {
    const task = async (pause: Pause) => {
      const { model, info } = this.#openedFor('chat');
      checkMemory(model.memory(window), this.#memoryFor(this.#roleOf(model)), (tokens) => model.memory(tokens));
      for await (const row of retention(model, { window, name: info.name, signal, pause })) onRow(row);
    };
    return this.#turns.run('background', task, signal);
  }

  /** Tokens of each text, to the model that chats. */
  countTokens(texts: readonly string[]): number[] {
    const { tokenizer } = this.#openedFor('chat').model;
    return texts.map((text) => tokenizer.encode(text).length);
  }

  /** Enters documents into the memory of the workspace, and takes others out; whoever generates comes first. */
  remember({ documents, gone }: RememberParams): Promise<MemorySize> {
    return this.#turns.run('background', async (pause) => {
      const { workspace } = this.opened;
      for (const path of gone) workspace.forget(path);
      const letOthers = async () => {
        await setImmediate(); // lets requests in, for which it then pauses
        await pause();
      };
      for (const { path, text } of documents) await workspace.remember(path, text, letOthers);
      return workspace.size;
    });
  }

  /** Empties the memory of the workspace. */
  forgetWorkspace(): void {
    this.#models.get('completion')?.workspace.clear();
  }

  async close(): Promise<void> {
    for (const role of this.roles) await this.unload(role);
  }

  async *#answer(
    { model, info }: Opened,
    params: ChatParams,
    pause: Pause,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<string, ChatAnswer> {
    const steered = await this.#directions.steering(model, params.steering);
    const session = this.#chats.timeline(model, params.use, this.#memoryFor(this.#roleOf(model)), steered);
    return yield* chat(model, session, params, { name: info.name, signal, pause });
  }

  #generate<Result extends GeneratedText>(
    role: Role,
    start: Start<Result>,
    priority: Priority,
    signal?: AbortSignal,
    onText?: (piece: string) => void,
  ): Promise<Result> {
    const task = async (pause: Pause) => untilEnd(start(this.#openedFor(role), pause), onText);
    return this.#turns.run(priority, task, signal);
  }

  /** Chats share the model that completes, unless they have one of their own. */
  #openedFor(role: Role): Opened {
    const opened = this.#models.get(role) ?? (role === 'chat' ? this.#models.get('completion') : undefined);
    if (opened) return opened;
    throw new PaddockError('no-model', 'No model is open. Open a model first.');
  }

  #roleOf(model: LanguageModel): Role {
    return this.roles.find((role) => this.#models.get(role)?.model === model) ?? 'completion';
  }

  /** Gives an open model a timeline of another length. @throws PaddockError `not-enough-memory`; the present window stays */
  #changeWindow(present: Opened, params: OpenModelParams): Promise<ModelInfo> {
    return this.#turns.alone(async () => {
      const { model } = present;
      const wish = { window: params.window, memory: this.#memoryFor(params.role) };
      const window = openingWindow(model.config.contextLength, wish, (tokens) => model.memory(tokens));
      const memoryBytes = model.memory(window).totalBytes;
      const info = { ...present.info, window, largestWindow: longestContext(model, wish.memory), memoryBytes, loadMs: 0 };
      present.session.evict();
      this.#models.set(params.role, {
        ...present,
        params: { ...present.params, window: params.window },
        session: model.newSession({ window }),
        info,
      });
      return info;
    });
  }

  /**
   * Bytes a new model may take in a role: what is free, and what the present one has taken, without what models of other roles have still
   * to take. As far as a window is not filled it is free.
   */
  #memoryFor(role: Role): number {
    let bytes = freeMemory();
    for (const [other, { model, session, info }] of this.#models) {
      bytes += model.memory(session.visible.length + this.#chats.held(model)).totalBytes;
      if (other !== role) bytes -= info.memoryBytes;
    }
    return Math.max(0, bytes);
  }

  /** Waits until no request runs, and lets none begin until the returned function is called. */
  #hold(): Promise<() => void> {
    return new Promise((resolve) => {
      void this.#turns.alone(() => new Promise<void>((release) => resolve(release)));
    });
  }

  #changed(role: Role, device: ModelInfo['device'], note: string): void {
    const opened = this.#models.get(role);
    if (!opened) return;
    const window = Math.min(opened.info.window, opened.session.contextLength);
    const info = { ...opened.info, device, window, notes: [...opened.info.notes, note] };
    this.#models.set(role, { ...opened, info });
    this.#onModelChanged?.(role, info);
  }

  async #dispose(role: Role): Promise<void> {
    const opened = this.#models.get(role);
    this.#models.delete(role);
    await opened?.model.dispose();
  }
}

/** The threads wished for; for 0 half of the cores, so that the editor keeps the rest. */
export function chosenThreads(wish: number): number {
  return wish > 0 ? wish : Math.max(1, Math.min(MOST_THREADS, Math.floor(availableParallelism() / 2)));
}

/** Whether two openings differ in the window and in nothing else; opening the same again reads the model again. */
function isOtherWindow(before: Opened['params'], after: Opened['params']): boolean {
  const { window: from, ...rest } = before;
  const { window: to, ...others } = after;
  return from !== to && JSON.stringify(rest) === JSON.stringify(others);
}
