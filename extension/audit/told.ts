import type { Audit, AuditTold } from './audit.ts';

/** Under what an audit was made; before that was kept, nothing was told and only the token could be swept. */
export function toldIn({ told, sets }: Pick<Audit, 'told' | 'sets'>): AuditTold {
  if (told) return told;
  const isSwept = sets.some(({ probabilities }) => probabilities.some((each) => each !== null));
  return { level: 'none', lever: isSwept ? 'token' : null, steering: '' };
}
