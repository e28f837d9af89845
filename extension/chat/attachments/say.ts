import * as vscode from 'vscode';
import { warn } from '../../notify.ts';
import type { Attached } from '../chatHost.ts';
import type { Outcome } from './readFiles.ts';
import { refusalOfText } from './refusal.ts';
import { refusalInWords } from './refusalWords.ts';

/** Refusals told at once. */
const MOST = 3;

/** What may be attached of what was asked for; the person is told why the rest is not. */
export function allowed(outcomes: readonly Outcome[]): Attached[] {
  const refused = outcomes.flatMap((each) => ('refusal' in each ? [refusalInWords(each.refusal, each.label)] : []));
  if (refused.length > 0) {
    const more = refused.length > MOST ? [vscode.l10n.t('And {0} more.', refused.length - MOST)] : [];
    void warn([...refused.slice(0, MOST), ...more].join(' '));
  }
  return outcomes.flatMap((each) => ('attached' in each ? [each.attached] : []));
}

/** A text that the person sees in an editor, if it may be attached. */
export function checked(attached: Attached): Outcome {
  const refusal = refusalOfText(attached.text);
  return refusal ? { refusal, label: attached.label } : { attached };
}
