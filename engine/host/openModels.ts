import { join } from 'node:path';
import { PaddockError, throwIfCancelled } from '../errors.ts';
import type { OnProgress } from '../generate/conversion.ts';
import { loadLanguageModel } from '../generate/languageModel.ts';
import type { Precision } from '../generate/lowering.ts';
import { openingWindow } from '../generate/memory.ts';
import type { LanguageModel, LoadOptions } from '../generate/model.ts';
import type { Turns } from '../generate/turns.ts';
import { WorkspaceMemory } from '../generate/workspaceMemory.ts';
import type { OtherKind } from '../runtime/otherGraphs.ts';
import { RunQueue } from '../runtime/runQueue.ts';
import type { Session } from '../session/session.ts';
import { FolderConversions } from '../storage/conversions.ts';
import { FileDeviceRecords } from '../storage/deviceRecords.ts';
import { openNodeModel } from '../storage/nodeModel.ts';
import { weightsMark } from '../storage/weightsMark.ts';
import type { ChatTimelines } from './chatTimelines.ts';
import { freeMemory } from './freeMemory.ts';
import { gpuMark, mayHaveGpu } from './gpuPresence.ts';
import { describe, longestContext } from './modelInfo.ts';
import { checkFits, memoryOf } from './modelMemory.ts';
import type { ModelInfo, OpenModelParams, Role } from './protocol.ts';
import { chosenThreads } from './threads.ts';

/** An open model, its timeline of completions, and what it remembers of the workspace. */
export interface Opened {
  /** What it was opened with. */
  readonly params: OpenModelParams & Pick<OpenOptions, 'precision'>;
  readonly model: LanguageModel;
  readonly session: Session;
  readonly workspace: WorkspaceMemory;
  readonly info: ModelInfo;
}

/** What opening a model needs besides the model. */
export interface OpenOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
  readonly precision?: Precision | undefined;
}

export type OnModelChanged = (role: Role, model: ModelInfo) => void;

/** The open models, one for each role: opens them, frees their memory, and knows how much memory there is. */
export class OpenModels {
  readonly #turns: Turns;
  readonly #chats: ChatTimelines;
  readonly #onModelChanged: OnModelChanged | undefined;
  /** One model is opened after the other. */
  readonly #openings = new RunQueue();
  readonly #models = new Map<Role, Opened>();

  /**
   * @param turns taken exclusively while a model is closed or gets another window
   * @param chats whose timelines take memory, too
   * @param onModelChanged called when a model changes how it runs, such as on another device
   */
  constructor(turns: Turns, chats: ChatTimelines, onModelChanged?: OnModelChanged) {
    this.#turns = turns;
    this.#chats = chats;
    this.#onModelChanged = onModelChanged;
  }

  get roles(): Role[] {
    return [...this.#models.keys()];
  }

  /** The timelines of completions and of conversations, over all open models. */
  get timelines(): Session[] {
    return [...this.#models.values()].flatMap(({ model, session }) => {
      const chat = this.#chats.of(model);
      return chat ? [session, chat] : [session];
    });
  }

  /** The model of a role; chats share the completion model unless they have one of their own. @throws PaddockError `no-model` */
  openedFor(role: Role): Opened {
    const opened = this.#models.get(role) ?? (role === 'chat' ? this.#models.get('completion') : undefined);
    if (opened) return opened;
    throw new PaddockError('no-model', 'No model is open. Open a model first.');
  }

  /**
   * Opens a model in place of the one in its role. The old one answers while the new one is converted and is then closed, so that two are
   * never loaded at once. If only the window changes, the model stays loaded.
   * @throws PaddockError `model-not-found`, `bad-model`, `unsupported-model`, `not-enough-memory`, `runtime`, `cancelled`
   */
  open(params: OpenModelParams, { signal, onProgress, precision }: OpenOptions = {}): Promise<ModelInfo> {
    return this.#openings.enqueue(async () => {
      throwIfCancelled(signal);
      const present = this.#models.get(params.role);
      if (present && isOtherWindow(present.params, { ...params, precision })) return this.#changeWindow(present, params);
      const started = performance.now();
      let release = () => {};
      const options: Omit<LoadOptions, 'threads'> = {
        device: params.device,
        memory: this.memoryFor(params.role),
        signal,
        onProgress,
        window: params.window,
        shrinks: params.role === 'chat',
        onDeviceChange: (device, note) => this.#changed(params.role, device, note),
        beforeLoading: async () => {
          release = await this.#hold();
          await this.#dispose(params.role);
        },
        ...(precision && { precision }),
        ...(params.conversions !== undefined && {
          conversions: new FolderConversions(params.conversions),
          ...(mayHaveGpu() && { records: new FileDeviceRecords(join(params.conversions, 'devices.json'), gpuMark()) }),
        }),
      };
      try {
        const model = await loadLanguageModel(await openNodeModel(params.path), ({ parameters }) => ({
          ...options,
          threads: chosenThreads(params.threads, parameters),
        }));
        const largest = longestContext(model, options.memory);
        const loadMs = performance.now() - started;
        const info = describe(model, params, { largest, weights: await weightsMark(params.path), loadMs });
        const workspace = new WorkspaceMemory(model.tokenizer);
        this.#models.set(params.role, { params: { ...params, precision }, model, session: model.newSession(), workspace, info });
        return info;
      } finally {
        release();
      }
    });
  }

  /** Frees the memory of a role's model, after the requests that came before. */
  unload(role: Role): Promise<void> {
    return this.#openings.enqueue(() => this.#turns.alone(() => this.#dispose(role)));
  }

  async close(): Promise<void> {
    for (const role of this.roles) await this.unload(role);
  }

  /**
   * Checks that there is memory for a timeline of so many tokens.
   * @param graphs that it needs beside the plain one
   * @throws PaddockError `not-enough-memory`, with what would fit
   */
  checkWindow(model: LanguageModel, window: number, graphs: readonly OtherKind[] = []): void {
    checkFits(model, window, this.memoryFor(this.roleOf(model)), graphs);
  }

  /** The role of an open model; completion for one that was closed. */
  roleOf(model: LanguageModel): Role {
    return this.roles.find((role) => this.#models.get(role)?.model === model) ?? 'completion';
  }

  /**
   * Bytes a new model may take in a role: what is free, and what the present one has taken, without what models of other roles have still
   * to take. The unfilled part of a window counts as free.
   */
  memoryFor(role: Role): number {
    let bytes = freeMemory();
    for (const [other, { model, session, info }] of this.#models) {
      bytes += memoryOf(model, session.visible.length + (this.#chats.of(model)?.visible.length ?? 0)).totalBytes;
      if (other !== role) bytes -= memoryOf(model, info.window).totalBytes;
    }
    return Math.max(0, bytes);
  }

  /** Gives an open model a timeline of another length. @throws PaddockError `not-enough-memory`; the present window stays */
  #changeWindow(present: Opened, params: OpenModelParams): Promise<ModelInfo> {
    return this.#turns.alone(async () => {
      const { model } = present;
      const wish = { window: params.window, memory: this.memoryFor(params.role), shrinks: params.role === 'chat' };
      const window = openingWindow(model.config.contextLength, wish, (tokens) => memoryOf(model, tokens));
      const memoryBytes = model.memory(window).totalBytes;
      present.session.evict();
      const session = model.newSession({ window });
      const info = {
        ...present.info,
        window: session.contextLength, // after the loss of a GPU less than asked for
        largestWindow: longestContext(model, wish.memory),
        memoryBytes,
        loadMs: 0,
      };
      this.#models.set(params.role, { ...present, params: { ...present.params, window: params.window }, session, info });
      return info;
    });
  }

  /** Waits until no request runs, and blocks new ones until the returned function is called. */
  #hold(): Promise<() => void> {
    return new Promise((resolve) => {
      void this.#turns.alone(() => new Promise<void>((release) => resolve(release)));
    });
  }

  #changed(role: Role, device: ModelInfo['device'], note: string): void {
    const opened = this.#models.get(role);
    if (!opened) return;
    // After a second loss the window can be larger again: the next device has room for all of it.
    const window = opened.session.contextLength;
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

/** Whether two requests to open differ only in the window; an identical request reads the model again. */
function isOtherWindow(before: Opened['params'], after: Opened['params']): boolean {
  const { window: from, ...rest } = before;
  const { window: to, ...others } = after;
  return from !== to && JSON.stringify(rest) === JSON.stringify(others);
}
