import { PaddockError } from '../errors.ts';
import { auditedTokens, auditRefusals } from '../generate/auditRefusals.ts';
import { dialCrossing } from '../generate/dialCrossing.ts';
import { asControlVector, findRefusalDirection, refusalProbabilities, studiedTokens } from '../generate/findDirection.ts';
import { type MeasuredRow, measureContext } from '../generate/measureContext.ts';
import { type RetentionRow, retention } from '../generate/retention.ts';
import type { Pause, Turns } from '../generate/turns.ts';
import type { OtherKind } from '../runtime/otherGraphs.ts';
import { writeDirections } from '../storage/directions.ts';
import { timelineOf, windowOf } from './chatTimelines.ts';
import { type DirectionFiles, type DirectionInfo, describeDirections } from './directionFiles.ts';
import type { Opened, OpenModels } from './openModels.ts';
import type {
  AuditParams,
  AuditRow,
  DialCrossingParams,
  FindDirectionParams,
  MeasureContextParams,
  RefusalsParams,
  RetentionParams,
} from './protocol.ts';

/**
 * Measurements and searches on the chat model. All of them yield to every other request, and fail with `no-model` if another model than
 * the intended one is open when their turn comes.
 */
export class Studies {
  readonly #models: OpenModels;
  readonly #turns: Turns;
  readonly #directions: DirectionFiles;

  constructor(models: OpenModels, turns: Turns, directions: DirectionFiles) {
    this.#models = models;
    this.#turns = turns;
    this.#directions = directions;
  }

  /**
   * Finds the direction that stands for refusing in the model that chats, and writes it to a file.
   * @param onPart is told the part that is done, 0–1
   */
  findDirection(params: FindDirectionParams, signal?: AbortSignal, onPart?: (part: number) => void): Promise<DirectionInfo> {
    const task = async (pause: Pause) => {
      const { model: meant, path, name, ...messages } = params;
      const { model, info } = this.#opened(meant);
      // First it is observed, then steered: one graph beside the plain one, two where it was steered before.
      const graph = model.runtime.otherGraphs?.includes('steered') ? 'observed' : 'steered';
      this.#models.checkWindow(model, studiedTokens(model), [graph]);
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
      const { model, info } = this.#models.openedFor('chat');
      const named = await this.#directions.steering(model, steering);
      this.#models.checkWindow(model, studiedTokens(model), graphsFor(named));
      const options = { name: info.name, signal, pause, ...(tokens && { tokens }) };
      return refusalProbabilities(model, messages, named?.steering, options);
    };
    return this.#turns.run('background', task, signal);
  }

  /** Measures how the model that chats uses a long context. @param onRow is told each figure */
  measureContext(params: MeasureContextParams, onRow: (row: MeasuredRow) => void, signal?: AbortSignal): Promise<void> {
    const task = async (pause: Pause) => {
      const { model } = this.#opened(params.model);
      this.#models.checkWindow(model, params.window);
      for await (const row of measureContext(model, params, { ...params, signal, pause })) onRow(row);
    };
    return this.#turns.run('background', task, signal);
  }

  /** Audits what the model that chats refuses. @param onRow is told what it makes of each request */
  auditRefusals(
    { model: meant, requests, steering, along, ...how }: AuditParams,
    onRow: (row: AuditRow) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    const task = async (pause: Pause) => {
      const { model, info } = this.#opened(meant);
      const named = await this.#directions.steering(model, steering);
      const places = along === undefined ? undefined : await this.#directions.along(model, along);
      this.#models.checkWindow(model, auditedTokens(model, places), graphsFor(named, ...(places ?? [])));
      const steered = { ...(named && { steering: named.steering }), ...(places && { along: places }) };
      const options = { ...how, ...steered, name: info.name, signal, pause };
      for await (const row of auditRefusals(model, requests, options)) onRow(row);
    };
    return this.#turns.run('background', task, signal);
  }

  /** Up to where on the dial the model that chats refuses a question along a direction; undefined where nothing says it. */
  dialCrossing({ model: meant, along, use, ...request }: DialCrossingParams, signal?: AbortSignal): Promise<number | undefined> {
    const task = async (pause: Pause) => {
      const { model, info } = this.#opened(meant);
      const window = windowOf(model, use);
      const steering = await this.#directions.along(model, along);
      this.#models.checkWindow(model, window, graphsFor(...steering));
      return dialCrossing(model, request, steering, timelineOf(use, window), { name: info.name, signal, pause });
    };
    return this.#turns.run('background', task, signal);
  }

  /** Tests how long the model that chats keeps to an instruction. @param onRow is told of each answer */
  testRetention(
    { model: meant, use, ...settings }: RetentionParams,
    onRow: (row: RetentionRow) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    const task = async (pause: Pause) => {
      const { model, info } = this.#opened(meant);
      const window = windowOf(model, use);
      this.#models.checkWindow(model, window);
      const options = { ...settings, use: { ...use, window }, name: info.name, signal, pause };
      for await (const row of retention(model, options)) onRow(row);
    };
    return this.#turns.run('background', task, signal);
  }

  #opened(meant: string | undefined): Opened {
    const opened = this.#models.openedFor('chat');
    if (meant === undefined || meant === opened.info.path) return opened;
    throw new PaddockError('no-model', 'Another model was opened meanwhile. Open the one that was meant, and begin again.');
  }
}

/** Graphs that are needed beside the plain one where there is any steering. */
function graphsFor(...steering: readonly unknown[]): OtherKind[] {
  return steering.some((each) => each !== undefined) ? ['steered'] : [];
}
