/** What goes with a question: what the person attaches, and examples from the workspace. */
import { isCount, isListOf, isNullable, isObject, isString } from './guards.ts';

export const ATTACHABLE = ['file', 'selection', 'symbol', 'problems', 'terminal'] as const;
export type Attachable = (typeof ATTACHABLE)[number];

/** Something that goes with a message. */
export interface ShownAttachment {
  readonly id: string;
  readonly label: string;
  /** What it costs; null while it is counted. */
  readonly tokens: number | null;
}

/** Something that went with a message. */
export type SentAttachment = Omit<ShownAttachment, 'tokens'>;

/** An example of how a question like this is answered, from the workspace: an answer of a sibling. */
export interface ShownExample {
  /** Of what it is: a name, and where it stands. */
  readonly label: string;
  /** What it costs; null while it is counted. */
  readonly tokens: number | null;
}

/**
 * Examples that can be asked for with one question: as many as few-shot prompts have (Brown et al. 2020, section 2). Those that have no room
 * in the window are left out.
 */
export const MOST_EXAMPLES = 100;

/** The examples that go with the message that is being written. */
export interface Examples {
  /** How many are wished for, for each question that can have some. */
  readonly wanted: number;
  /** Those that were found, the most alike first; null while they are looked for. */
  readonly found: readonly ShownExample[] | null;
}

export const isSentAttachment = isObject<SentAttachment>({ id: isString, label: isString });

export const isAttachment = isObject<ShownAttachment>({ id: isString, label: isString, tokens: isNullable(isCount) });

export const isExamples = isObject<Examples>({
  wanted: isCount,
  found: isNullable(isListOf(isObject<ShownExample>({ label: isString, tokens: isNullable(isCount) }))),
});
