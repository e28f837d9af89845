import { setTimeout } from 'node:timers/promises';
import { Completer, type Outcome } from '../../../extension/completion/completer.ts';
import type { CompletionEngine } from '../../../extension/completion/computation.ts';
import { cursorContext } from '../../../extension/completion/context.ts';
import type { Eagerness } from '../../../extension/completion/showFilter.ts';
import { ToldSuffix } from '../../../extension/completion/toldSuffix.ts';
import { Desk, type Stretch } from './desk.ts';
import type { LlamaCppLines } from './llamaCppLines.ts';
import type { SourceFile } from './repository.ts';
import { type InVain, NOTHING_IN_VAIN, Watched } from './watched.ts';

/** The outcome of one key. */
export interface Key {
  /** Time until the suggestion was there, or until it was clear that there would be none. */
  readonly ms: number;
  readonly suggested: boolean;
  /** Whether the model had to run for this key. */
  readonly computed: boolean;
  /** Whether this was the first run at the place, which has nothing to reuse. */
  readonly first: boolean;
  readonly promptTokens: number;
  readonly reusedTokens: number;
  /** Characters that the key entered: one, an accepted suggestion, or a line break with its indentation. */
  readonly entered: number;
  readonly accepted: boolean;
  /** Decode steps since the previous key, and those without a visible result; known only at the end of a stretch, at its last key. */
  readonly steps: number;
  readonly inVain: InVain;
  /** The time for the same prompt and one line in llama.cpp; NaN without it. */
  readonly peerMs: number;
}

/** How someone types. */
export interface Habits {
  /** Time between keys in milliseconds, in which suggestions are computed ahead. */
  readonly pauseMs: number;
  readonly eagerness: Eagerness;
  readonly lookAhead: boolean;
}

export const MAX_TOKENS = 64;

/** Shorter suggestions are typed rather than accepted. */
const WORTH_TAKING = 3;

export const LANGUAGES: Readonly<Record<string, string>> = {
  py: 'python',
  js: 'javascript',
  mjs: 'javascript',
  tsx: 'typescriptreact',
};

/** Whole lines of about this many characters from a random line on. */
export function stretchOf({ path, text }: SourceFile, characters: number, next: () => number): Stretch | undefined {
  const starts = [...text.matchAll(/^(?=[ \t]*\S)/gm)].map(({ index }) => index).filter((at) => at + characters < text.length);
  const start = starts[Math.floor(next() * starts.length)];
  if (start === undefined) return undefined;
  const end = text.indexOf('\n', start + characters);
  const stop = end < 0 ? text.length : end;
  return { path, before: text.slice(0, start), text: text.slice(start, stop), after: text.slice(stop) };
}

/** Types a stretch key by key, and accepts with one key the part of each suggestion that is right. */
export class Typist {
  readonly #engine: CompletionEngine;
  readonly #peer: LlamaCppLines | undefined;
  readonly #habits: Habits;

  constructor(engine: CompletionEngine, peer: LlamaCppLines | undefined, habits: Habits) {
    this.#engine = engine;
    this.#peer = peer;
    this.#habits = habits;
  }

  async type(stretch: Stretch): Promise<Key[]> {
    const { pauseMs, eagerness, lookAhead } = this.#habits;
    const engine = new Watched(this.#engine);
    const errors: unknown[] = [];
    // The same prompts for both: with the text after the cursor as the completer passes it.
    const told = new ToldSuffix();
    const completer = new Completer(engine, { onAsk: nothing, onAnswer: nothing, onError: (error) => errors.push(error) });
    const desk = new Desk(stretch);
    const languageId = LANGUAGES[stretch.path.split('.').at(-1) ?? ''] ?? 'typescript';
    const usual = { manual: false, eagerness, lookAhead, waitMs: 0, maxTokens: MAX_TOKENS, memory: true };
    const keys: Key[] = [];
    let afterAcceptance = false;
    while (desk.rest !== '') {
      const place = { path: stretch.path, prefix: desk.prefix, suffix: desk.suffix };
      const query = { ...usual, context: cursorContext(place, languageId), afterAcceptance };
      const started = performance.now();
      const outcome = await completer.complete(query, new AbortController().signal);
      const ms = performance.now() - started;
      if (errors.length > 0) throw errors[0];
      await setTimeout(pauseMs);
      const peerMs = (await this.#peer?.line({ ...place, suffix: told.at(place) }, MAX_TOKENS)) ?? Number.NaN;
      const text = 'text' in outcome ? outcome.text : '';
      engine.note(place.prefix, outcome);
      const taken = rightPart(text, desk.rest);
      afterAcceptance = taken.trim().length >= WORTH_TAKING;
      if (afterAcceptance) desk.take(taken);
      else desk.press();
      const entered = desk.prefix.length - place.prefix.length;
      const first = !keys.some(({ computed }) => computed);
      keys.push({ ...came(outcome, first), ms, entered, accepted: afterAcceptance, peerMs, steps: 0, inVain: NOTHING_IN_VAIN });
    }
    completer.clear();
    const last = keys.pop();
    return last ? [...keys, { ...last, steps: engine.steps, inVain: engine.inVain }] : [];
  }
}

const nothing = () => {};

/**
 * The outcome of a key.
 * @param first whether nothing was computed before it
 */
export function came(outcome: Outcome, first: boolean) {
  const { promptTokens = 0, reusedTokens = 0 } = outcome.stats ?? {};
  const computed = outcome.stats !== undefined;
  return { suggested: 'text' in outcome, computed, first: computed && first, promptTokens, reusedTokens };
}

/** The part of a suggestion that is accepted: all if it is right, else its first lines as far as they are. */
function rightPart(suggestion: string, wanted: string): string {
  if (wanted.startsWith(suggestion)) return suggestion;
  let right = '';
  for (const line of suggestion.split(/(?<=\n)/)) {
    if (!line.endsWith('\n') || !wanted.startsWith(right + line)) break;
    right += line;
  }
  return right.replace(/\n$/, '');
}
