import type { RefusalSettings, ShownRefusals } from '../../../webview/protocol/chatRefusals.ts';

/** The system prompt of each level. In English, which models know best, whatever language the editor has. */
export const PROMPTS: ShownRefusals['prompts'] = {
  brief: 'You help a programmer with code. Answer honestly and in few words.',
  cautious:
    'You help a programmer with code. Answer honestly. Do not help with what would harm people or break into systems or data of others; say in a sentence why not. Say so when you do not know something.',
};

/** The system prompt under these settings; empty for none. */
export function systemPromptOf({ level, custom }: RefusalSettings): string {
  if (level === 'none') return '';
  return level === 'custom' ? custom.trim() : PROMPTS[level];
}
