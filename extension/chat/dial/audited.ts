import { reportOf } from '../../../engine/index.ts';
import type { DialTarget, Lever, PromptLevel } from '../../../webview/protocol/chatRefusals.ts';
import { type Audit, rowsOf } from '../../audit/audit.ts';
import type { StoredAudits } from '../../audit/stored.ts';
import { toldIn } from '../../audit/told.ts';

/** What audits say of the dial: where it keeps the person's target of false refusals. Worked out once for each audit and target. */
export class AuditedTargets {
  readonly #audits: StoredAudits;
  readonly #known = new Map<string, number | undefined>();

  constructor(audits: StoredAudits) {
    this.#audits = audits;
  }

  /** By the last whole audit of a model with this lever and prompt; undefined where there is none. */
  of(model: string, audited: { readonly lever: Lever; readonly level: PromptLevel }): DialTarget | undefined {
    const share = this.#audits.target;
    const audit = this.#audits.all.find((each) => {
      const { lever, level } = toldIn(each);
      // Without requests to answer any threshold keeps the target.
      const says = each.isComplete && each.sets.some(({ shouldRefuse }) => !shouldRefuse);
      return each.key === model && says && lever === audited.lever && level === audited.level;
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
