import { reportOf } from '../../../engine/index.ts';
import type { DialTarget } from '../../../webview/protocol/chatRefusals.ts';
import { type Audit, rowsOf } from '../../audit/audit.ts';
import type { StoredAudits } from '../../audit/stored.ts';
import { differenceOf, type SetUp } from './setUp.ts';

/** What audits say of the dial: where it keeps the person's target of false refusals. Worked out once for each audit and target. */
export class AuditedTargets {
  readonly #audits: StoredAudits;
  readonly #known = new Map<string, number | undefined>();

  constructor(audits: StoredAudits) {
    this.#audits = audits;
  }

  /** By the last whole audit of a model under this very set-up; undefined where there is none. */
  of(model: string, now: SetUp): DialTarget | undefined {
    const share = this.#audits.targetOf(model);
    const audit = this.#audits.all.find((each) => {
      const { setUp } = each.told;
      // Without requests to answer any threshold keeps the target.
      const says = each.isComplete && each.sets.some(({ shouldRefuse }) => !shouldRefuse);
      return each.key === model && says && setUp && differenceOf(setUp, now) === undefined;
    });
    const threshold = audit && this.#thresholdOf(audit, share);
    return threshold === undefined ? undefined : { share, threshold };
  }

  #thresholdOf(audit: Audit, share: number): number | undefined {
    const key = `${audit.id} ${share}`;
    if (!this.#known.has(key)) this.#known.set(key, reportOf(rowsOf(audit), share).sweep?.target.threshold);
    return this.#known.get(key);
  }
}
