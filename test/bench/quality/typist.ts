import { setTimeout } from 'node:timers/promises';
import type { Engine } from '../../../engine/host/engine.ts';
import { Completer } from '../../../extension/completion/completer.ts';
import { cursorContext } from '../../../extension/completion/context.ts';
import type { LlamaCppLines } from './llamaCppLines.ts';
import type { SourceFile } from './repository.ts';

/** What is typed anew, between what is there already. */
export interface Stretch {
  readonly path: string;
  readonly before: string;
  readonly text: string;
  readonly after: string;
}

/** What came of one key. */
export interface Key {
  /** Until the suggestion was there, or until it was clear that there would be none. */
  readonly ms: number;
  readonly suggested: boolean;
  /** Whether the model had to run for it. */
  readonly computed: boolean;
  readonly promptTokens: number;
  readonly reusedTokens: number;
  /** Characters that the key entered: one, or an accepted suggestion. */
  readonly entered: number;
  readonly accepted: boolean;
  /** The same prompt and one line in llama.cpp; NaN without it. */
  readonly peerMs: number;
}

const MAX_TOKENS = 64;

/** Shorter suggestions are typed rather than taken. */
const WORTH_TAKING = 3;

const LANGUAGES: Readonly<Record<string, string>> = { py: 'python', js: 'javascript', mjs: 'javascript', tsx: 'typescriptreact' };

/** Whole lines of about so many characters from a random line on. */
export function stretchOf({ path, text }: SourceFile, characters: number, next: () => number): Stretch | undefined {
  const starts = [...text.matchAll(/^(?=[ \t]*\S)/gm)].map(({ index }) => index).filter((at) => at + characters < text.length);
  const start = starts[Math.floor(next() * starts.length)];
  if (start === undefined) return undefined;
  const end = text.indexOf('\n', start + characters);
  const stop = end < 0 ? text.length : end;
  return { path, before: text.slice(0, start), text: text.slice(start, stop), after: text.slice(stop) };
}

/** Someone who types a stretch key by key and takes of each suggestion, with one key, what is right of it. */
export class Typist {
  readonly #completer: Completer;
  readonly #peer: LlamaCppLines | undefined;
  readonly #pauseMs: number;

  /** @param pauseMs between keys; what is computed ahead is computed meanwhile */
  constructor(engine: Engine, peer: LlamaCppLines | undefined, pauseMs: number) {
    const nothing = () => {};
    this.#completer = new Completer(engine, { onAsk: nothing, onAnswer: nothing, onError: nothing });
    this.#peer = peer;
    this.#pauseMs = pauseMs;
  }

  async type(stretch: Stretch): Promise<Key[]> {
    const keys: Key[] = [];
    let afterAcceptance = false;
    for (let at = 0; at < stretch.text.length; ) {
      const prefix = stretch.before + stretch.text.slice(0, at);
      const languageId = LANGUAGES[stretch.path.split('.').at(-1) ?? ''] ?? 'typescript';
      const started = performance.now();
      const outcome = await this.#completer.complete(
        {
          context: cursorContext({ path: stretch.path, prefix, suffix: stretch.after }, languageId),
          manual: false,
          eagerness: 'balanced',
          afterAcceptance,
          lookAhead: true,
          waitMs: 0,
          maxTokens: MAX_TOKENS,
          memory: true,
        },
        new AbortController().signal,
      );
      const ms = performance.now() - started;
      await setTimeout(this.#pauseMs);
      const peerMs = (await this.#peer?.line({ prefix, suffix: stretch.after, path: stretch.path }, MAX_TOKENS)) ?? Number.NaN;
      const text = 'text' in outcome ? outcome.text : '';
      const taken = rightPart(text, stretch.text.slice(at));
      const accepted = taken.trim().length >= WORTH_TAKING;
      const { promptTokens = 0, reusedTokens = 0 } = outcome.stats ?? {};
      const computed = outcome.stats !== undefined;
      const entered = accepted ? taken.length : 1;
      keys.push({ ms, suggested: text !== '', computed, promptTokens, reusedTokens, entered, accepted, peerMs });
      at += entered;
      afterAcceptance = accepted;
    }
    this.#completer.clear();
    return keys;
  }
}

/** What of a suggestion one takes: all if it is right, else its first lines as far as they are. */
function rightPart(suggestion: string, wanted: string): string {
  if (wanted.startsWith(suggestion)) return suggestion;
  let right = '';
  for (const line of suggestion.split(/(?<=\n)/)) {
    if (!line.endsWith('\n') || !wanted.startsWith(right + line)) break;
    right += line;
  }
  return right.replace(/\n$/, '');
}
