import type { Constraint } from '../../protocol/chatPins.ts';
import type { ChatTextKey } from '../../protocol/chatTexts.ts';

/** What the instructions that are checked are called. */
export const CONSTRAINT_NAMES: Readonly<Record<Constraint, ChatTextKey>> = {
  typescript: 'pinTypescript',
  noComments: 'pinNoComments',
  fiveLines: 'pinFiveLines',
  chinese: 'pinChinese',
};
