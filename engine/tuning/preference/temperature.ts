/** From how many answers one can be chosen. */
export const CANDIDATE_COUNTS = [1, 2, 4, 8, 16] as const;
export type CandidateCount = (typeof CANDIDATE_COUNTS)[number];

/**
 * Where the best of K answers of the default model gains most, as far as can be told: changed where `npm run bench:preference` finds a peak
 * that is clearly higher. Touvron et al. 2023, section 3.2.3, who measured it anew for every model, found 1.2 to 1.3 to be best for 10 to
 * 100 samples. The peak is so flat that the questions one person asks would not tell a better one.
 */
const TUNED: Readonly<Record<CandidateCount, number>> = { 1: 0, 2: 1.25, 4: 1.35, 8: 1.35, 16: 1.3 };

/** The temperature at which K candidates are sampled. One alone is the most probable answer, as without candidates. */
export function temperatureFor(count: CandidateCount): number {
  return TUNED[count];
}
