import { l10n } from 'vscode';
import type { LoadProgress } from '../../engine/index.ts';
import { percent } from '../format.ts';

/** Share of the whole, 0–1: of the three stages converting takes longest. */
export function overall({ stage, fraction }: LoadProgress): number {
  if (stage === 'reading') return 0.2 * fraction;
  return stage === 'converting' ? 0.2 + 0.7 * fraction : 0.9 + 0.1 * fraction;
}

/** What is being done. */
export function stageInWords({ stage }: LoadProgress): string {
  if (stage === 'reading') return l10n.t('reading its files');
  return stage === 'converting' ? l10n.t('converting its weights') : l10n.t('loading');
}

/** The same, with how much of it. */
export function progressInWords(progress: LoadProgress): string {
  const words = stageInWords(progress);
  return progress.stage === 'loading' ? words : l10n.t('{0}, {1}', words, percent(progress.fraction));
}
