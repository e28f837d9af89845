import { stat } from 'node:fs/promises';
import { steeringOf } from '../generate/directions.ts';
import type { LanguageModel } from '../generate/model.ts';
import type { ControlVector } from '../model/gguf/controlVector.ts';
import type { Steering } from '../runtime/steering.ts';
import { readDirections } from '../storage/directions.ts';
import { steeringAt, TRIED_PLACES, thresholdAt } from '../tuning/refusal/dial.ts';

/** How a model is steered: along the directions of a file. */
export interface SteeringUse extends Pick<Steering, 'mode' | 'coefficient'> {
  /** Absolute path. */
  readonly path: string;
}

/** Steering, and a name unique to it. */
export interface NamedSteering {
  readonly name: string;
  readonly steering: Steering;
}

/** What is known of a file of directions. */
export interface DirectionInfo {
  readonly path: string;
  readonly name?: string;
  /** The architecture or family it was made for, where the file says so. */
  readonly model?: string;
  readonly hiddenSize: number;
  /** Layers that have a direction, from 0. */
  readonly layers: readonly number[];
  /** Length of each. */
  readonly lengths: readonly number[];
  /** Figures of the search that found it, by name. */
  readonly figures?: Readonly<Record<string, number>>;
}

export function describeDirections(path: string, { directions, hiddenSize, name, model, figures }: ControlVector): DirectionInfo {
  return {
    path,
    ...(name !== undefined && { name }),
    ...(model !== undefined && { model }),
    hiddenSize,
    layers: [...directions.keys()],
    lengths: [...directions.values()].map((direction) => Math.hypot(...direction)),
    ...(figures && { figures }),
  };
}

/** Files of directions, each read when it is first used or has changed. */
export class DirectionFiles {
  readonly #read = new Map<string, { readonly state: string; readonly vector: ControlVector }>();

  /**
   * @returns undefined where nothing would be changed
   * @throws PaddockError `bad-request` when there is no such file or it is of another model, `bad-model` for one that holds something else
   */
  async steering(model: LanguageModel, use: SteeringUse | undefined): Promise<NamedSteering | undefined> {
    if (!use || use.coefficient === 0) return undefined;
    const { path, mode, coefficient } = use;
    const found = await stat(path).catch(() => undefined);
    const state = `${found?.mtimeMs} ${found?.size}`;
    const known = this.#read.get(path);
    const vector = known?.state === state ? known.vector : await readDirections(path);
    this.#read.set(path, { state, vector });
    return {
      name: JSON.stringify([path, state, mode, coefficient]),
      steering: steeringOf(vector, model.config, { mode, coefficient }),
    };
  }

  /**
   * Steering along a file at each place of the dial at which an audit tries it; undefined where nothing would be changed.
   * @throws PaddockError as {@link steering}
   */
  async along(model: LanguageModel, path: string): Promise<(Steering | undefined)[]> {
    const found: (Steering | undefined)[] = [];
    for (const place of TRIED_PLACES) {
      found.push((await this.steering(model, { path, ...steeringAt(thresholdAt(place)) }))?.steering);
    }
    return found;
  }
}
