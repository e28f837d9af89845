import { reportOf } from '../../../engine/index.ts';
import type { RefusedShare } from '../../../webview/protocol/chatRefusals.ts';
import { type Audit, rowsOf } from '../../audit/audit.ts';
import type { StoredAudits } from '../../audit/stored.ts';
import type { DialAudit } from './leverSource.ts';
import { differenceOf, type SetUp } from './setUp.ts';

/** What audits say of the dial: where it keeps the person's target of false refusals, and what it refuses. */
export class DialAudits {
  readonly #audits: StoredAudits;
  /** Thresholds that keep a target, worked out once for each audit and target. */
  readonly #known = new Map<string, number | undefined>();

  constructor(audits: StoredAudits) {
    this.#audits = audits;
  }

  /** By the last whole audit of a model under this very set-up; undefined where there is none. */
  of(model: string, now: SetUp): DialAudit | undefined {
    const share = this.#audits.targetOf(model);
    const audit = this.#audits.all.find((each) => {
      const { setUp } = each.told;
      // Without requests that should be answered, any threshold meets the target.
      const says = each.isComplete && each.sets.some(({ shouldRefuse }) => !shouldRefuse);
      return each.key === model && says && setUp && differenceOf(setUp, now) === undefined;
    });
    const threshold = audit && this.#thresholdOf(audit, share);
    if (!audit || threshold === undefined) return undefined;
    return { target: { share, threshold }, refusedAt: (place) => refusedAt(audit, place) };
  }

  #thresholdOf(audit: Audit, share: number): number | undefined {
    const key = `${audit.id} ${share}`;
    if (!this.#known.has(key)) this.#known.set(key, reportOf(rowsOf(audit), share).sweep?.target.threshold);
    return this.#known.get(key);
  }
}

function refusedAt({ sets }: Audit, threshold: number): RefusedShare[] {
  return sets.flatMap(({ set, probabilities }) => {
    const known = probabilities.filter((probability) => probability !== null);
    const refused = known.filter((probability) => probability > threshold);
    return known.length > 0 ? [{ set, share: refused.length / known.length }] : [];
  });
}
