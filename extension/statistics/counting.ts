import { distance } from 'fastest-levenshtein';
import type { Observed } from '../../engine/index.ts';
import { isKey } from '../completion/editKind.ts';
import type { Counter } from './counts.ts';
import { type Offer, type Piece, Suggestion } from './suggestion.ts';
import { follow, type Replacement, type Span } from './trackedRange.ts';

/** A suggestion counts as shown after this many milliseconds on the screen, enough to read it; or when it is accepted. */
export const READABLE_MS = 750;
/** How long after its acceptance a text is checked, in milliseconds. */
export const FOLLOWED_MS = 30_000;
/** Share of its characters that may have changed by then. */
const MOST_CHANGED = 0.2;

/** Stores the counts, and knows the documents. */
export interface Surroundings<Document> {
  count(document: Document, counter: Counter, times?: number): void;
  latency(document: Document, ms: number): void;
  /** Whether suggestions come in a document while typing, so that what is typed there by hand is compared with them. */
  isCompleted(document: Document): boolean;
  textOf(document: Document, span: Span): string;
  /** A readable suggestion was accepted, in part or whole, or was not; not called for one that was typed to its end. */
  settled?(seen: Observed, isTaken: boolean): void;
}

interface OnScreen<Document> {
  readonly document: Document;
  readonly suggestion: Suggestion;
  readonly since: number;
  readonly latencyMs: number;
  readonly seen: Observed | undefined;
  isShown: boolean;
  followed: Followed<Document> | undefined;
}

/** A character that agrees with the suggestion, until the cursor shows whether it was typed, or was an accepted word of one character. */
interface Key<Document> {
  readonly document: Document;
  readonly piece: Piece;
  readonly whole: boolean;
}

interface Followed<Document> {
  readonly document: Document;
  span: Span;
  text: string;
  dueAt: number;
}

/**
 * Counts what becomes of suggestions. VS Code does not report that a suggestion was shown or a word of it accepted, so both are inferred
 * from what the editor was given, the edits, the cursor and the time. All times are milliseconds of one clock.
 */
export class Counting<Document> {
  readonly #around: Surroundings<Document>;
  #screen: OnScreen<Document> | undefined;
  #key: Key<Document> | undefined;
  #followed: Followed<Document>[] = [];

  constructor(around: Surroundings<Document>) {
    this.#around = around;
  }

  /** When {@link tick} has something to do next. */
  get due(): number | undefined {
    const due = this.#followed.map(({ dueAt }) => dueAt);
    if (this.#screen && !this.#screen.isShown) due.push(this.#screen.since + READABLE_MS);
    return due.length === 0 ? undefined : Math.min(...due);
  }

  /**
   * The editor was given suggestions.
   * @param latencyMs since it asked
   * @param seen the first of them as the model saw it
   */
  offered(document: Document, offer: Offer, latencyMs: number, now: number, seen?: Observed): void {
    this.#settleKey(false, now);
    if (this.#screen?.document === document && this.#screen.suggestion.becomes(offer)) return;
    this.left(now);
    const suggestion = new Suggestion(offer);
    this.#screen = { document, suggestion, since: now, latencyMs, seen, isShown: false, followed: undefined };
  }

  /** @param isAgain whether the editor has undone or redone something, which nobody typed and nobody accepted */
  edited(document: Document, replacements: readonly Replacement[], isAgain: boolean, now: number): void {
    this.#settleKey(false, now);
    for (const followed of this.#followed) {
      if (followed.document === document) followed.span = follow(followed.span, replacements);
    }
    const screen = this.#screen?.document === document ? this.#screen : undefined;
    const effect = screen?.suggestion.edit(replacements) ?? ({ kind: 'none' } as const);
    if (!isAgain && effect.kind === 'typed' && effect.perhaps) {
      this.#key = { document, piece: effect.perhaps, whole: effect.whole };
      return;
    }
    const typed = !isAgain && replacements.length > 0 && replacements.every(({ text }) => isKey(text));
    if (typed) this.#typed(document, replacements.length);
    if (!screen || effect.kind === 'none') return;
    if (effect.kind === 'gone' || isAgain) {
      this.left(now);
      return;
    }
    if (effect.kind === 'taken') this.#taken(screen, effect.piece, now);
    if (effect.whole) this.#end(screen, effect.kind === 'taken' ? 'accepted' : undefined, now, effect.kind === 'typed');
  }

  /**
   * @param offset of the only cursor; undefined when there are several, or text is selected
   * @param byKey whether a key moved it there, typing among them, rather than a command of the editor
   */
  cursorAt(document: Document, offset: number | undefined, byKey: boolean, now: number): void {
    if (this.#key?.document === document) this.#settleKey(!byKey, now);
    if (this.#screen?.document === document && this.#screen.suggestion.cursor !== offset) this.left(now);
  }

  /** The suggestion is not on the screen any more. */
  left(now: number): void {
    this.#settleKey(false, now);
    if (this.#screen) this.#end(this.#screen, undefined, now);
  }

  /** A document's content is no longer known, so accepted text in it can no longer be followed. */
  closed(document: Document, now: number): void {
    if (this.#screen?.document === document) this.left(now);
    this.#followed = this.#followed.filter((followed) => followed.document !== document);
  }

  /** Does whatever is due. */
  tick(now: number): void {
    if (this.#screen && now >= this.#screen.since + READABLE_MS) this.#show(this.#screen);
    const due = this.#followed.filter(({ dueAt }) => now >= dueAt);
    this.#followed = this.#followed.filter((followed) => !due.includes(followed));
    for (const { document, span, text } of due) {
      this.#around.count(document, 'followed');
      if (isRetained(text, this.#around.textOf(document, span))) this.#around.count(document, 'retained');
    }
  }

  /** Forgets the documents. */
  clear(): void {
    this.#screen = undefined;
    this.#key = undefined;
    this.#followed = [];
  }

  #settleKey(isAccepted: boolean, now: number): void {
    const [key, screen] = [this.#key, this.#screen];
    this.#key = undefined;
    if (!key) return;
    if (!isAccepted) this.#typed(key.document, 1);
    if (!screen) return;
    if (isAccepted) this.#taken(screen, key.piece, now);
    if (key.whole) this.#end(screen, isAccepted ? 'accepted' : undefined, now, !isAccepted);
  }

  #typed(document: Document, characters: number): void {
    if (this.#around.isCompleted(document)) this.#around.count(document, 'typedCharacters', characters);
  }

  #show(screen: OnScreen<Document>): void {
    if (screen.isShown) return;
    screen.isShown = true;
    this.#around.count(screen.document, 'shown');
    this.#around.latency(screen.document, screen.latencyMs);
  }

  #taken(screen: OnScreen<Document>, { from, to, characters }: Piece, now: number): void {
    this.#show(screen);
    const { document } = screen;
    this.#around.count(document, 'acceptedCharacters', characters);
    // Pieces of one suggestion are followed as one text.
    const isOpen = screen.followed !== undefined && this.#followed.includes(screen.followed);
    const followed = isOpen && screen.followed ? screen.followed : { document, span: { from, to }, text: '', dueAt: 0 };
    followed.span = { from: followed.span.from, to };
    followed.text = this.#around.textOf(document, followed.span);
    followed.dueAt = now + FOLLOWED_MS;
    if (!isOpen) this.#followed.push(followed);
    screen.followed = followed;
  }

  #end(screen: OnScreen<Document>, accepted: 'accepted' | undefined, now: number, isTyped = false): void {
    this.#screen = undefined;
    if (now >= screen.since + READABLE_MS) this.#show(screen);
    if (!screen.isShown) return;
    const counter = accepted ?? (screen.followed ? 'partlyAccepted' : 'rejected');
    this.#around.count(screen.document, counter);
    if (screen.seen && !(isTyped && counter === 'rejected')) this.#around.settled?.(screen.seen, counter !== 'rejected');
  }
}

/** Whether a text is still essentially the accepted one. Line breaks may have changed their kind. */
export function isRetained(accepted: string, now: string): boolean {
  const [before, after] = [accepted, now].map((text) => text.replaceAll('\r\n', '\n')) as [string, string];
  if (Math.abs(before.length - after.length) > MOST_CHANGED * before.length) return false;
  return distance(before, after) <= MOST_CHANGED * before.length;
}
