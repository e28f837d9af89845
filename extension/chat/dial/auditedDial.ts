import { basename } from 'node:path';
import type { Under } from '../../../webview/protocol/audit.ts';
import type { AuditedUnder } from '../../audit/auditing.ts';
import type { AuditedDial } from '../../audit/auditPage.ts';
import type { Dial } from './dial.ts';
import { systemPromptOf } from './promptLevels.ts';

/**
 * The conditions the open model is audited under. The dial's lever is swept. Levers set individually apply only if the chat's own state
 * was chosen; then only the token is swept.
 */
function underOf(dial: Dial, under: Under): readonly AuditedUnder[] {
  const { settings } = dial;
  const levels = ['none', 'brief', 'cautious', ...(settings.custom.trim() === '' ? [] : (['custom'] as const))] as const;
  const chosen = under === 'none' ? (['none'] as const) : under === 'chat' ? [settings.level] : levels;
  const { steering } = under === 'chat' && settings.own ? dial.toldFor({}) : {};
  const { setUp, lever = null } = dial;
  const along = lever === 'direction' && !steering ? dial.direction : undefined;
  return chosen.map((level) => ({
    system: systemPromptOf({ ...settings, level }),
    told: {
      level,
      lever: steering && lever === 'direction' ? null : lever,
      steering: steering ? `${basename(steering.path, '.gguf')} × ${steering.coefficient}` : '',
      setUp: (!steering && setUp && { ...setUp, prompt: systemPromptOf({ ...settings, level }) }) || null,
    },
    ...(steering && { steering }),
    ...(along !== undefined && { along }),
  }));
}

/** The dial of the chat, for the page of audits. */
export function auditedDial(chat: { readonly dial: Dial; turnTo(threshold: number): Promise<void> }): AuditedDial {
  return {
    under: (under) => underOf(chat.dial, under),
    get setUp() {
      return chat.dial.setUp;
    },
    turnTo: (threshold) => chat.turnTo(threshold),
  };
}
