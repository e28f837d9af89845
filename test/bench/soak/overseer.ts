import { createHash } from 'node:crypto';
import {
  type CandidatesParams,
  type CompleteParams,
  type CompleteResult,
  cancelled,
  type LineCandidate,
  type OnAnswerText,
  type TokenMark,
} from '../../../engine/index.ts';
import type { CompletionEngine } from '../../../extension/completion/computation.ts';

/** An answer of the engine to a text, stored as lengths and hashes so that watching takes little memory. */
interface Said {
  readonly prefixLength: number;
  readonly suffixLength: number;
  readonly prefixHash: string;
  readonly suffixHash: string;
  text: string;
}

/** Maximum length of brackets and line breaks that the editor has inserted since the request, in characters. */
const CLOSED = 64;

/** More than the capacity of the cache of suggestions. */
const KEPT = 1000;

/** Forwards requests to the engine, counts how many are pending at once, and remembers the answer to each text. */
export class Overseer implements CompletionEngine {
  readonly #engine: CompletionEngine;
  readonly #said: Said[] = [];
  #wanted = 0;
  #asked = 0;
  #mostWanted = 0;
  #mostUnanswered = 0;
  #unanswered = 0;

  constructor(engine: CompletionEngine) {
    this.#engine = engine;
  }

  /** Requests that the engine received. */
  get asked(): number {
    return this.#asked;
  }

  /** Maximum number of simultaneous requests that were not cancelled. */
  get mostWanted(): number {
    return this.#mostWanted;
  }

  /** Maximum number of simultaneous requests without an answer from the engine, including cancelled ones. */
  get mostUnanswered(): number {
    return this.#mostUnanswered;
  }

  complete(params: CompleteParams, signal: AbortSignal, onText?: OnAnswerText, enough?: AbortSignal): Promise<CompleteResult> {
    const said = this.#note(params);
    const hear = (piece: string, marks: readonly TokenMark[]) => {
      said.text += piece;
      onText?.(piece, marks);
    };
    return this.#counted(signal, async () => {
      const result = await this.#engine.complete(params, signal, hear, enough);
      said.text = result.text;
      return result;
    });
  }

  candidates(params: CandidatesParams, signal: AbortSignal): Promise<readonly LineCandidate[]> {
    return this.#counted(signal, async () => {
      const lines = await this.#engine.candidates(params, signal);
      for (const { text } of lines) this.#note(params).text = text;
      return lines;
    });
  }

  async #counted<T>(signal: AbortSignal, action: () => Promise<T>): Promise<T> {
    if (signal.aborted) throw cancelled();
    this.#asked++;
    this.#mostWanted = Math.max(this.#mostWanted, ++this.#wanted);
    this.#mostUnanswered = Math.max(this.#mostUnanswered, ++this.#unanswered);
    let isWanted = true;
    const unwant = () => {
      if (isWanted) this.#wanted--;
      isWanted = false;
    };
    signal.addEventListener('abort', unwant);
    try {
      return await action();
    } finally {
      unwant();
      signal.removeEventListener('abort', unwant);
      this.#unanswered--;
    }
  }

  /**
   * Whether the engine gave this suggestion, for this text or for the text before the last typed characters. Ignores white space, which is
   * adapted to the document's style, and what the editor inserts by itself.
   */
  hasSaid(suggestion: string, prefix: string, suffix: string): boolean {
    const wanted = squeezed(suggestion);
    return this.#said.some((said) => {
      const typedLength = prefix.length - said.prefixLength;
      const added = suffix.length - said.suffixLength;
      if (typedLength < 0 || typedLength > said.text.length || added < 0 || added > CLOSED) return false;
      if (!/^[\s)\]}'"`>]*$/.test(suffix.slice(0, added))) return false;
      if (!squeezed(said.text).startsWith(squeezed(prefix.slice(said.prefixLength)) + wanted)) return false;
      return said.prefixHash === hash(prefix.slice(0, said.prefixLength)) && said.suffixHash === hash(suffix.slice(added));
    });
  }

  #note({ prefix, suffix }: CompleteParams): Said {
    const lengths = { prefixLength: prefix.length, suffixLength: suffix.length };
    const said = { ...lengths, prefixHash: hash(prefix), suffixHash: hash(suffix), text: '' };
    this.#said.push(said);
    if (this.#said.length > KEPT) this.#said.shift();
    return said;
  }
}

const squeezed = (text: string) => text.replaceAll(/\s+/g, '');
const hash = (text: string) => createHash('sha1').update(text).digest('base64');
