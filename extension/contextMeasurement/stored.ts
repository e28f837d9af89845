import type { Memory } from '../storage/memory.ts';
import { ByModel } from './byModel.ts';
import { isMeasurement, type Measurement } from './measurement.ts';
import { isRetentionTest, type RetentionTest } from './retention.ts';

const MEASUREMENTS_KEY = 'contextMeasurements';
const RETENTION_KEY = 'retentionTests';
const THRESHOLD_KEY = 'contextThreshold';
/** Nats per token: a hundredth of the usual loss of a token of code. */
const USUAL_THRESHOLD = 0.01;

/** The last measurements of each model, and the person's threshold. */
export class StoredMeasurements {
  readonly #memory: Memory;
  readonly #measurements: ByModel<Measurement>;
  readonly #retention: ByModel<RetentionTest>;

  constructor(memory: Memory) {
    this.#memory = memory;
    this.#measurements = new ByModel(memory, MEASUREMENTS_KEY, isMeasurement);
    this.#retention = new ByModel(memory, RETENTION_KEY, isRetentionTest);
  }

  /** Nats a token that doubling a window has to gain. */
  get threshold(): number {
    const stored = this.#memory.get(THRESHOLD_KEY);
    return typeof stored === 'number' && stored > 0 ? stored : USUAL_THRESHOLD;
  }

  async setThreshold(threshold: number): Promise<void> {
    await this.#memory.update(THRESHOLD_KEY, threshold);
  }

  /** @param model its key, as for the others */
  of(model: string): readonly Measurement[] {
    return this.#measurements.of(model);
  }

  keep(model: string, measurement: Measurement): Promise<void> {
    return this.#measurements.keep(model, measurement);
  }

  retentionOf(model: string): readonly RetentionTest[] {
    return this.#retention.of(model);
  }

  keepRetention(model: string, test: RetentionTest): Promise<void> {
    return this.#retention.keep(model, test);
  }
}
