import { setImmediate, setTimeout } from 'node:timers/promises';
import { Completer, type CompletionQuery, type Outcome } from '../../../extension/completion/completer.ts';
import { cursorContext } from '../../../extension/completion/context.ts';
import { replacedClosers } from '../../../extension/completion/overlap.ts';
import { reasonNotToAsk } from '../../../extension/completion/when.ts';
import type { Overseer } from './overseer.ts';
import type { Page } from './page.ts';

/** The person's actions with one key, with their shares. */
const ACTS = {
  type: 0.7,
  mistype: 0.04,
  delete: 0.07,
  accept: 0.08,
  undo: 0.03,
  leave: 0.035,
  turn: 0.025,
  stop: 0.01,
  trigger: 0.01,
};
type Act = keyof typeof ACTS;

/** Number of characters that are typed again at a place. */
const STRETCH = 160;

/** An accept takes the whole suggestion, its first word or its first line. */
const TAKEN: readonly RegExp[] = [/^[\s\S]*$/, /^[\s\S]*$/, /^\s*(?:[\p{L}\p{N}_$]+|\S)/u, /^\n?[^\n]*/];

/** The settings of completion, which may change at any key. */
export type Habits = Pick<CompletionQuery, 'eagerness' | 'lookAhead' | 'maxTokens' | 'memory'>;

/** What the person reports. */
export interface Findings {
  readonly acts: Record<Act, number>;
  readonly outcomes: Record<string, number>;
  readonly accepted: number;
  /** Suggestions that do not fit the text they were requested for. */
  readonly stale: readonly string[];
}

/**
 * Someone who types parts of files again: types on or waits, makes mistakes, deletes, accepts suggestions in whole or in part, undoes, and
 * goes to other places and files. Every key cancels the previous request, as in the editor.
 */
export class Person {
  readonly #pages: readonly Page[];
  readonly #overseer: Overseer;
  readonly #completer: Completer;
  readonly #random: () => number;
  readonly #acts: Record<Act, number>;
  readonly #outcomes: Record<string, number> = {};
  readonly #stale: string[] = [];
  #page: Page;
  #shown = '';
  #accepted = 0;
  #token = new AbortController();

  constructor(pages: readonly Page[], overseer: Overseer, random: () => number, onError: (error: unknown) => void) {
    this.#pages = pages;
    this.#page = pages[0] as Page;
    this.#overseer = overseer;
    this.#random = random;
    this.#acts = Object.fromEntries(Object.keys(ACTS).map((act) => [act, 0])) as Record<Act, number>;
    this.#completer = new Completer(overseer, { onAsk: () => {}, onAnswer: () => {}, onError });
  }

  get findings(): Findings {
    return { acts: this.#acts, outcomes: this.#outcomes, accepted: this.#accepted, stale: this.#stale };
  }

  /** The active document. */
  get page(): Page {
    return this.#page;
  }

  /** One key, and the editor's request for it. Resolves when the person goes on, with or without an answer. */
  async press(habits: Habits): Promise<void> {
    const act = this.#act();
    this.#token.abort();
    this.#token = new AbortController();
    this.#do(act);
    this.#acts[act]++;
    this.#shown = '';
    const { path, prefix, suffix } = this.#page;
    const context = cursorContext({ path, prefix, suffix }, languageOf(path));
    const manual = act === 'trigger';
    const isQuiet = reasonNotToAsk({
      manual,
      trigger: 'automatic',
      cursors: 1,
      lineSuffix: context.lineSuffix,
      blankPrefix: prefix.trim() === '',
      afterDeleting: act === 'delete',
      inUnwantedComment: false,
    });
    if (isQuiet) {
      this.#count(isQuiet);
      this.#completer.stop();
      return;
    }
    const waitMs = this.#random() < 0.1 ? 20 * this.#random() : 0;
    const query = { ...habits, context, manual, waitMs, afterAcceptance: act === 'accept' };
    const { signal } = this.#token;
    const answered = this.#completer.complete(query, signal).then((outcome) => this.#see(outcome, prefix, suffix, signal));
    const patience = this.#random();
    if (patience < 0.5) await answered;
    else if (patience < 0.7) await setTimeout(30 * this.#random());
    else await setImmediate();
  }

  /** Stops waiting and clears the caches, as when the model changes. */
  forget(): void {
    this.#completer.clear();
  }

  #see(outcome: Outcome, prefix: string, suffix: string, signal: AbortSignal): void {
    this.#count('text' in outcome ? 'shown' : outcome.silence);
    // The editor ignores answers to requests it has cancelled.
    if (!('text' in outcome) || signal.aborted) return;
    const isHere = this.#page.prefix === prefix && this.#page.suffix === suffix;
    if (!isHere || !this.#overseer.hasSaid(outcome.text, prefix, suffix)) {
      this.#stale.push(`${JSON.stringify(prefix.slice(-60))} + ${JSON.stringify(outcome.text)}`);
    }
    this.#shown = outcome.text;
  }

  #act(): Act {
    let left = this.#random();
    for (const [act, share] of Object.entries(ACTS)) {
      left -= share;
      if (left < 0) return act as Act;
    }
    return 'type';
  }

  #do(act: Act): void {
    if (act === 'accept') this.#accept();
    else if (act === 'mistype') this.#page.type('x', false);
    else if (act === 'delete') this.#page.delete(1 + Math.floor(5 * this.#random()));
    else if (act === 'undo') this.#page.undo();
    else if (act === 'turn') this.#turn();
    else if (act === 'leave') this.#goSomewhere();
    else if (act === 'stop') this.#completer.stop();
    else if (act === 'type') this.#type();
  }

  #type(): void {
    if (this.#page.rest === '') this.#goSomewhere();
    this.#page.type(this.#page.rest[0] ?? '\n', this.#random() < 0.5);
  }

  /** Accepts the visible suggestion or a part of it; types if there is none. */
  #accept(): void {
    const { prefix, suffix, path } = this.#page;
    const taken = TAKEN[Math.floor(TAKEN.length * this.#random())]?.exec(this.#shown)?.[0] ?? '';
    if (taken === '') {
      this.#type();
      return;
    }
    const closers = taken === this.#shown ? replacedClosers(taken, cursorContext({ path, prefix, suffix }, languageOf(path))) : 0;
    this.#page.insert(taken, closers);
    this.#accepted++;
  }

  #turn(): void {
    this.#page.revert();
    this.#page = this.#pages[Math.floor(this.#pages.length * this.#random())] as Page;
    this.#goSomewhere();
  }

  #goSomewhere(): void {
    this.#page.goTo(Math.floor(this.#page.text.length * this.#random()), STRETCH);
  }

  #count(outcome: string): void {
    this.#outcomes[outcome] = (this.#outcomes[outcome] ?? 0) + 1;
  }
}

const LANGUAGES: Readonly<Record<string, string>> = { py: 'python', js: 'javascript', mjs: 'javascript', tsx: 'typescriptreact' };

function languageOf(path: string): string {
  return LANGUAGES[path.split('.').at(-1) ?? ''] ?? 'typescript';
}
