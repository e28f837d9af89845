import { reportOf } from '../../engine/index.ts';
import { type Audit, rowsOf } from './audit.ts';

/** An audit as a file, in the form of `paddock audit --json`. @param target the share of false refusals that the person accepts */
export function auditJson(audit: Audit, target: number): string {
  const requests = rowsOf(audit);
  const { model, at, isComplete } = audit;
  const { level, lever, steering } = audit.told;
  const about = { model, at: new Date(at).toISOString(), isComplete, promptLevel: level, lever, steering };
  return `${JSON.stringify({ ...about, ...reportOf(requests, target), requests }, null, 2)}\n`;
}
