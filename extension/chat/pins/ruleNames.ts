import { l10n } from 'vscode';
import type { Constraint } from '../../../engine/index.ts';

/** What the rules that are checked in answers are called in the language of the editor. */
export function ruleNames(): Readonly<Record<Constraint, string>> {
  return {
    typescript: l10n.t('TypeScript only'),
    noComments: l10n.t('No comments'),
    fiveLines: l10n.t('At most 5 lines'),
    chinese: l10n.t('Answer in 中文'),
  };
}
