import { l10n } from 'vscode';
import type { Obstacle } from './obstacle.ts';

/** Why the threshold of an audit cannot be put on the dial; empty where the page shows no threshold. */
export function obstacleText(obstacle: Obstacle): string {
  switch (obstacle) {
    case 'closed':
    case 'unswept':
      return '';
    case 'model':
      return l10n.t('It is of another model than the open one, so its threshold means nothing there.');
    case 'steered':
      return l10n.t(
        'Here the model was steered besides, by levers set by themselves, so its threshold means nothing on the dial.',
      );
    case 'weights':
      return l10n.t('The weights of the model are others by now, so this threshold means nothing any more. Audit it again.');
    case 'lever':
      return l10n.t('The dial drives something else by now, so this threshold means nothing there.');
    case 'direction':
      return l10n.t('The dial drives another direction by now, so this threshold means nothing there. Audit it again.');
    case 'prompt':
      return l10n.t(
        'The chat tells the model something else first than this audit did. Audit it with what the chat tells it now.',
      );
  }
}
