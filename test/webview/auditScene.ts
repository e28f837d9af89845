import type { Audit } from '../../extension/audit/audit.ts';
import { listedAudit, references, shownAudit, workOut } from '../../extension/audit/auditView.ts';
import { AUDIT_TEXT_KEYS, type AuditView } from '../../webview/protocol/audit.ts';
import { someAudit } from '../extension/audit/samples.ts';

/** Each text is its own key, so that tests can see which text is where. */
export const auditTexts = {
  ...Object.fromEntries(AUDIT_TEXT_KEYS.map((key) => [key, key])),
  ...{ setCount: '{0} ({1})', progressOf: '{0} of {1}', audited: '{0}, {1}, {2}', partial: '{0}, {1}, {2} in part' },
  ...{ atTarget: 'above {0}', falseRate: '{0} refused {1} ({2}–{3})', missedRate: '{0} missed {1} ({2}–{3})', area: 'area {0}' },
  ...{ interval: '{0} ({1}–{2})', isWrong: '{0} wrongly', falseColumn: '{0} refused', missedColumn: '{0} missed' },
  ...{ here: 'at {0}: {1}', wrongAt: 'at {0}: {1} refused, {2} answered' },
  targetReset: 'back to {0}',
  ...{ answered: 'no token; right on {1} of {0} ({2}–{3})', llama2Source: 'LLaMA 2 {0} {1}', xstestSource: 'XSTest {0} {1}' },
};

/**
 * A view of the page.
 * @param audits the stored audits, the shown one first
 */
export function auditView(
  change: Partial<AuditView> = {},
  audits: readonly Audit[] = [someAudit()],
  threshold?: number,
): AuditView {
  const target = change.target ?? 0.05;
  const [shown] = audits;
  return {
    ...{
      kind: 'view',
      model: 'tiny',
      progress: null,
      problem: '',
      use: { can: true, why: '' },
      target,
      usualTarget: 0.05,
      references,
    },
    offered: [
      { set: 'borderline', requests: 210 },
      { set: 'contrast', requests: 60 },
      { set: 'ordinary', requests: 200 },
    ],
    audit: shown ? shownAudit(shown, workOut(shown, target), { target, threshold, when: 'today' }, true) : null,
    audits: audits.map((audit, i) =>
      listedAudit(audit, workOut(audit, target), { when: `day ${audit.at}`, isShown: i === 0, isCompared: i === 1 }),
    ),
    ...change,
  };
}
