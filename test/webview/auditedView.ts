import { AUDIT_SETS } from '../../engine/index.ts';
import { type Audit, shipped } from '../../extension/audit/audit.ts';
import { auditModel } from '../../extension/audit/auditing.ts';
import { listedAudit, references, shownAudit, workOut } from '../../extension/audit/auditView.ts';
import type { AuditView } from '../../webview/protocol/audit.ts';
import { withDefaultModel } from './defaultModel.ts';

const TARGET = 0.05;

/**
 * The page's view of an audit of the default model, run now.
 * @param threshold at which decisions are shown
 */
export async function auditedView(conversions: string, threshold: number): Promise<AuditView> {
  const requests = AUDIT_SETS.flatMap((set) => shipped(set) ?? []);
  let audit: Audit | undefined;
  const name = await withDefaultModel(conversions, async (client, model) => {
    const engine = { auditRefusals: client.auditRefusals.bind(client) };
    const under = { system: '', told: { level: 'none', lever: 'token', steering: '', setUp: null } } as const;
    const task = { id: 'now', model, requests, under, signal: AbortSignal.timeout(10 * 60_000), now: () => Date.now() };
    await auditModel(engine, { ...task, onProgress: (sofar) => (audit = sofar) });
    return model.name;
  });
  if (!audit) throw new Error('Nothing was audited.');
  const worked = workOut(audit, TARGET);
  return {
    ...{
      kind: 'view',
      model: name,
      progress: null,
      problem: '',
      use: { can: true, why: '' },
      target: TARGET,
      usualTarget: TARGET,
      references,
    },
    offered: audit.sets.map(({ set, ids }) => ({ set, requests: ids.length })),
    audit: shownAudit(audit, worked, { target: TARGET, threshold, when: 'today' }, true),
    audits: [listedAudit(audit, worked, { when: 'today', isShown: true, isCompared: false })],
  };
}
