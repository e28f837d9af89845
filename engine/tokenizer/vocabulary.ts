import { PaddockError } from '../errors.ts';
import type { TokenizerFacts } from './facts.ts';

/** What a token is, numbered as in SentencePiece's `Type` and in GGUF's `tokenizer.ggml.token_type`. */
export const TokenType = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 } as const;

/** A vocabulary as GGUF files and SentencePiece models state it, before it becomes a `tokenizer.json`. */
export interface Vocabulary {
  /** Token texts by number, as the vocabulary writes them. */
  readonly pieces: readonly string[];
  /** {@link TokenType} by number. */
  readonly types: ArrayLike<number>;
  readonly facts: Partial<TokenizerFacts>;
  /** For messages. */
  readonly path: string;
}

/** Entries of `added_tokens` of a `tokenizer.json`. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  /** A control token: never part of a text. */
  readonly special: boolean;
  readonly normalized?: boolean;
  /** Whether white space behind a control token is taken as part of it. */
  readonly rstrip?: boolean;
}

/** More tokens than any model has: a file that says so is damaged. */
export const MAX_TOKENS = 4_000_000;

/** @throws PaddockError `bad-model` */
export function badVocabulary(path: string, what: string): PaddockError {
  return new PaddockError('bad-model', `The vocabulary in ${path} is damaged: ${what}. Copy or download the file again.`);
}

/**
 * Splits a vocabulary into what merging may produce and what it may not: control tokens never come from text, and tokens defined
 * by the user are cut out of the text before anything else.
 */
export function splitVocabulary({ pieces, types }: Vocabulary, userText: (piece: string) => string = (piece) => piece) {
  // Without a prototype, so that a token named __proto__ is a token.
  const text: Record<string, number> = Object.create(null);
  const added: AddedToken[] = [];
  pieces.forEach((content, id) => {
    const type = types[id];
    if (type === TokenType.userDefined && content !== '') {
      added.push({ id, content: userText(content), special: false, normalized: false });
    } else if (type === TokenType.control || type === TokenType.unknown || type === TokenType.unused || content === '') {
      added.push({ id, content, special: true });
    } else {
      text[content] ??= id;
    }
  });
  return { text, added };
}
