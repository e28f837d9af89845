import type { SilenceReason } from './silence.ts';

/** `manual`: nothing is asked for while typing. */
export const TRIGGERS = ['automatic', 'manual'] as const;
export type Trigger = (typeof TRIGGERS)[number];

export interface Situation {
  /** Whether the person asked, rather than the editor while they type. */
  readonly manual: boolean;
  /** When the person wants suggestions. */
  readonly trigger: Trigger;
  readonly cursors: number;
  readonly lineSuffix: string;
  /** Whether the document holds no text before the cursor but white space. */
  readonly blankPrefix: boolean;
  /** Whether the last edit of this document took text away. */
  readonly afterDeleting: boolean;
  /** Whether the cursor stands in a comment and suggestions there are turned off. */
  readonly inUnwantedComment: boolean;
}

/** Why not to ask the engine at all; undefined when it is worth asking. */
export function reasonNotToAsk(situation: Situation): SilenceReason | undefined {
  if (!situation.manual && situation.trigger === 'manual') return 'only-by-hand';
  if (situation.cursors > 1) return 'several-cursors';
  if (isInsideWord(situation.lineSuffix)) return 'word-right-of-cursor';
  if (situation.manual) return undefined;
  if (situation.afterDeleting) return 'after-deleting';
  if (situation.inUnwantedComment) return 'in-comment';
  if (situation.blankPrefix) return 'empty-document';
  return undefined;
}

/** Whether a word goes on right of the cursor. */
export function isInsideWord(lineSuffix: string): boolean {
  return /^[\p{L}\p{N}_$]/u.test(lineSuffix);
}

/** Fewer characters than this are typed faster than read. */
const WORTH_READING = 4;

/** Whether a suggestion is worth showing to a person who did not ask for it. */
export function isWorthReading(text: string): boolean {
  return text.trim().length >= WORTH_READING;
}

/** Whether a language is on: its own entry, else that of `*`, else on. */
export function isLanguageOn(languages: Readonly<Record<string, boolean>>, languageId: string): boolean {
  return languages[languageId] ?? languages['*'] ?? true;
}
