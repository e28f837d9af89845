import { CONSTRAINTS, type Constraint, instructionOf, isAbout, keeps } from '../chat/constraints.ts';
import type { Conversation, Turn } from '../chat/conversation.ts';
import { throwIfCancelled } from '../errors.ts';
import type { Session, SessionOptions } from '../session/session.ts';
import { chat } from './chat.ts';
import type { ChatOptions, ChatOverflow } from './chatRequest.ts';
import type { LanguageModel } from './model.ts';
import { untilEnd } from './streamText.ts';

/** Tokens of an answer, at most: what is checked shows in the first lines. */
const ANSWER = 96;

/** A plausible conversation about code; nothing in it repeats the instruction. */
const QUESTIONS = [
  'Write a function that adds two numbers.',
  'Write a function that reverses a string.',
  'Write a function that counts the words of a text.',
  'Write a function that finds the largest number in a list.',
  'Write a function that tells whether a number is even.',
  'Write a function that removes duplicates from a list.',
  'Write a function that sums the squares of a list.',
  'Write a function that tells whether a string is a palindrome.',
  'Write a function that turns degrees Celsius into Fahrenheit.',
  'Write a function that joins names with commas.',
  'Write a function that sorts people by age.',
  'Write a function that groups words by their first letter.',
  'Write a function that returns the last element of a list.',
  'Write a function that repeats a string.',
  'Write a function that rounds a price to cents.',
  'Write a function that counts the vowels of a word.',
  'Write a function that merges two sorted lists.',
  'Write a function that checks for a valid email address.',
  'Write a function that returns the keys of an object.',
  'Write a function that waits for a number of milliseconds.',
] as const;

/** Turns of the conversation. */
export const RETENTION_TURNS = QUESTIONS.length;

/** Whether one answer followed an instruction. */
export interface RetentionRow {
  readonly constraint: Constraint;
  /** Whether it was pinned, and so repeated with every question; otherwise it was given once, with the first. */
  readonly pinned: boolean;
  /** From 1. */
  readonly turn: number;
  /** Null where the answer has nothing to which the instruction applies, such as no code. */
  readonly kept: boolean | null;
  /** Done of all, 0–1. */
  readonly fraction: number;
}

/** What is tested, as a person has set it. */
export interface RetentionSettings {
  /** The oldest turns go unless told. */
  readonly overflow?: ChatOverflow;
  /** Words that are told together with each instruction; none unless told. */
  readonly text?: string;
  /** Instructions that are tested, one after the other; all of them unless told. */
  readonly constraints?: readonly Constraint[];
}

/** A test, and how the context is used in it. */
export interface RetentionOptions extends ChatOptions, RetentionSettings {
  readonly use: Omit<SessionOptions, 'window'> & { readonly window: number };
  /** Turns of each conversation, at most {@link RETENTION_TURNS}; all of them unless told. */
  readonly turns?: number;
}

/**
 * How long a model follows an instruction in a conversation, with pinning and without: the question of Ghost Attention (Touvron et al.
 * 2023, section 3.3), for instructions that a program can check. The conversation continues with the model's own answers; what no longer
 * fits is left out.
 * @yields one answer after the other, those of an instruction said once before those of the same one pinned
 * @throws PaddockError `bad-request` for a model that does not converse or a window without room, `cancelled`, `runtime`
 */
export async function* retention(model: LanguageModel, options: RetentionOptions): AsyncGenerator<RetentionRow> {
  const { text = '', constraints = CONSTRAINTS, use } = options;
  const all = constraints.length * 2 * questionsFor(options).length;
  let done = 0;
  for (const constraint of constraints) {
    const instruction = text === '' ? instructionOf(constraint) : `${text}\n${instructionOf(constraint)}`;
    for (const pinned of [false, true]) {
      const session = model.newSession(use);
      try {
        for await (const { turn, answer } of conversation(model, session, instruction, pinned, options)) {
          const kept = isAbout(constraint, answer) ? keeps(constraint, answer) : null;
          yield { constraint, pinned, turn, kept, fraction: ++done / all };
        }
      } finally {
        session.evict();
      }
    }
  }
}

function questionsFor({ turns = RETENTION_TURNS }: RetentionOptions): readonly string[] {
  return QUESTIONS.slice(0, turns);
}

async function* conversation(
  model: LanguageModel,
  session: Session,
  instruction: string,
  isPinned: boolean,
  options: RetentionOptions,
): AsyncGenerator<{ readonly turn: number; readonly answer: string }> {
  const pinned: Conversation['pinned'] = isPinned ? { text: instruction, mode: 'every' } : { text: '', mode: 'off' };
  const turns: Turn[] = [];
  for (const [i, question] of questionsFor(options).entries()) {
    throwIfCancelled(options.signal);
    const text = i === 0 && !isPinned ? `${instruction}\n\n${question}` : question;
    const asked: Turn = { content: [{ kind: 'text', text }] };
    const request = {
      conversation: { system: '', pinned, turns: [...turns, asked] },
      overflow: options.overflow ?? 'oldest',
      maxTokens: Math.min(ANSWER, options.use.window >> 2),
      // A refusal would say nothing about the instruction.
      refuseAbove: 1,
    };
    const { text: answer } = await untilEnd(chat(model, session, request, options));
    turns.push({ ...asked, answer });
    yield { turn: i + 1, answer };
  }
}
