import { median } from '../../engine/host/median.ts';
import { inChild } from './child.ts';
import type { Job, Measurement } from './measure.ts';

/** Measurements, one per round. */
export type Rounds = Pick<Series, 'rounds'>;

/** A job and its measurements of each round. */
export interface Series {
  /** The first cells of its row. */
  readonly label: string;
  readonly job: Job;
  readonly rounds: Measurement[];
}

export function series(label: string, job: Job): Series {
  return { label, job, rounds: [] };
}

/** Runs all jobs in each round, so that a machine that becomes slower affects all of them. */
export async function measureRounds(title: string, all: readonly Series[], rounds: number): Promise<void> {
  for (let round = 1; round <= rounds; round++) {
    for (const { label, job, rounds: found } of all) {
      const measurement = await inChild(job);
      found.push(measurement);
      const words = Object.entries(measurement).map(([name, value]) => `${name} ${value.toPrecision(3)}`);
      process.stderr.write(`${title}, round ${round}: ${label}, threads ${job.threads}: ${words.join(', ')}\n`);
    }
  }
}

/** Median of a measure over all rounds. */
export function middle({ rounds }: Rounds, key: string): number {
  return median(rounds.map((round) => round[key] ?? Number.NaN));
}

/** Median of the ratios within each round. */
export function ratio(own: Rounds, peer: Rounds, key: string): number {
  return median(own.rounds.map((round, i) => (round[key] ?? Number.NaN) / (peer.rounds[i]?.[key] ?? Number.NaN)));
}

/** Of one engine's series at several numbers of threads, the one with the highest rate. */
export function fastest<T extends Rounds>(all: readonly T[], key: string): T {
  const [best] = [...all].sort((a, b) => middle(b, key) - middle(a, key));
  if (!best) throw new Error('There is nothing to choose from.');
  return best;
}
