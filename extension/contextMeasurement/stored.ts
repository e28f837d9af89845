import { isMeasurement, type Measurement } from './measurement.ts';

/** What is kept between windows, by names. */
export interface Memory {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

const MEASUREMENTS_KEY = 'contextMeasurements';
const THRESHOLD_KEY = 'contextThreshold';
/** Models whose last measurement is kept. */
const MOST_MODELS = 12;
/** Nats a token: one part in a hundred of what a token of code usually costs. */
const USUAL_THRESHOLD = 0.01;

/** The last measurement of each model, and the person's threshold. */
export class StoredMeasurements {
  readonly #memory: Memory;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  /** Nats a token that doubling a window has to gain. */
  get threshold(): number {
    const stored = this.#memory.get(THRESHOLD_KEY);
    return typeof stored === 'number' && stored > 0 ? stored : USUAL_THRESHOLD;
  }

  async setThreshold(threshold: number): Promise<void> {
    await this.#memory.update(THRESHOLD_KEY, threshold);
  }

  /** @param model its path */
  of(model: string): Measurement | undefined {
    const stored = this.#all[model];
    return isMeasurement(stored) ? stored : undefined;
  }

  async keep(model: string, measurement: Measurement): Promise<void> {
    const others = Object.entries(this.#all).filter(([path, each]) => path !== model && isMeasurement(each));
    const latest = others.slice(-MOST_MODELS + 1);
    await this.#memory.update(MEASUREMENTS_KEY, Object.fromEntries([...latest, [model, measurement]]));
  }

  get #all(): Readonly<Record<string, unknown>> {
    const stored = this.#memory.get(MEASUREMENTS_KEY);
    return typeof stored === 'object' && stored !== null ? { ...stored } : {};
  }
}
