import { l10n } from 'vscode';
import type { LoadProgress } from '../../engine/index.ts';

/** Share of the whole, 0–1: of the three stages converting takes longest. */
export function overall({ stage, fraction }: LoadProgress): number {
  if (stage === 'reading') return 0.2 * fraction;
  return stage === 'converting' ? 0.2 + 0.7 * fraction : 0.9 + 0.1 * fraction;
}

export function progressInWords({ stage, fraction }: LoadProgress): string {
  const percent = Math.round(100 * fraction);
  if (stage === 'reading') return l10n.t('reading its files, {0} %', percent);
  if (stage === 'converting') return l10n.t('converting its weights, {0} %', percent);
  return l10n.t('loading');
}
