import { l10n } from 'vscode';
import type { AuditTold } from './audit.ts';

/** The conditions of an audit, shown after its date; empty if the model was unchanged. */
export function toldWords({ level, lever, steering }: AuditTold): string {
  const levels = {
    none: '',
    brief: l10n.t('told to be brief'),
    cautious: l10n.t('told to be cautious'),
    custom: l10n.t('told something of your own'),
  };
  const levers = lever === 'direction' ? l10n.t('along a direction') : lever === 'opening' ? l10n.t('by first words') : '';
  return [levels[level], levers, steering].filter((each) => each !== '').join(', ');
}
