/** From how many answers one can be chosen. */
export const CANDIDATE_COUNTS = [1, 2, 4, 8, 16] as const;
export type CandidateCount = (typeof CANDIDATE_COUNTS)[number];

/** At the most candidates; Touvron et al. 2023, section 3.2.3, found 1.2 to 1.3 to be best for 10 to 100 samples. */
const HIGHEST = 1.25;

/**
 * The temperature at which K candidates are sampled: the more there are, the more they may differ. 1 for two of them, on to 1.25 for
 * sixteen, evenly by doubling; one alone is the most probable answer, as without candidates.
 */
export function temperatureFor(count: CandidateCount): number {
  return count === 1 ? 0 : 1 + (HIGHEST - 1) * (Math.log2(count / 2) / 3);
}
