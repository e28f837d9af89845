import { isKey } from '../completion/editKind.ts';
import type { Replacement, Span } from './trackedRange.ts';

/** What the editor was given to show. Texts have the document's own line breaks. */
export interface Offer {
  /** Offset in the document of what the suggestion replaces. */
  readonly at: number;
  /** What it replaces: what stands there before the cursor, and after it. */
  readonly before: string;
  readonly after: string;
  /** Whole texts, of which the editor shows the first, and the others when the person looks through them. */
  readonly texts: readonly string[];
  /** Length of their part that comes from the entry selected in the editor's list, not from the model. */
  readonly given: number;
}

/** What an edit means for a suggestion on the screen. */
export type Effect =
  /** It was elsewhere. */
  | { readonly kind: 'none' }
  /** It disagrees with the suggestion, or removes what agreed. */
  | { readonly kind: 'gone' }
  /** What the person typed, or chose from the editor's list, agrees with it. A single character may be a word of it that was accepted. */
  | { readonly kind: 'typed'; readonly whole: boolean; readonly perhaps?: Piece }
  /** A word, a line or the rest was accepted. */
  | { readonly kind: 'taken'; readonly whole: boolean; readonly piece: Piece };

/** A piece that was accepted: where it stands, and how many characters that was, line breaks counting one. */
export interface Piece extends Span {
  readonly characters: number;
}

/** A suggestion on the screen, which shrinks while it is typed or accepted piece by piece. */
export class Suggestion {
  #offer: Offer;

  constructor(offer: Offer) {
    this.#offer = offer;
  }

  /** Offset of the cursor at which it can be seen. */
  get cursor(): number {
    return this.#offer.at + this.#offer.before.length;
  }

  /** Whether an offer is the rest of this one, or extends it; if so, it replaces it. */
  becomes(offer: Offer): boolean {
    const [mine, theirs] = [rest(this.#offer), rest(offer)];
    const same = mine !== '' && theirs !== '' && (mine.startsWith(theirs) || theirs.startsWith(mine));
    if (!same || offer.at + offer.before.length !== this.cursor) return false;
    // The editor may replace what was typed along with the rest, so it is remembered from where the first offer began.
    const { at, before } = this.#offer;
    const lead = before.slice(0, Math.max(0, offer.at - at));
    const texts = offer.texts.map((text) => lead + text);
    const given = offer.given === 0 ? 0 : lead.length + offer.given;
    this.#offer = { ...offer, at: offer.at - lead.length, before: lead + offer.before, texts, given };
    return true;
  }

  /** Takes in an edit of its document. @param replacements as VS Code tells them, with the document's own line breaks */
  edit(replacements: readonly Replacement[]): Effect {
    const { at, before, after } = this.#offer;
    const end = at + before.length + after.length;
    const inside = replacements.filter(({ rangeOffset, rangeLength }) => rangeOffset + rangeLength >= at && rangeOffset <= end);
    const earlier = replacements.filter(({ rangeOffset, rangeLength }) => rangeOffset + rangeLength < at);
    const moved = earlier.reduce((sum, { text, rangeLength }) => sum + text.length - rangeLength, 0);
    const [change] = inside;
    if (change === undefined) {
      this.#offer = { ...this.#offer, at: at + moved };
      return { kind: 'none' };
    }
    if (inside.length > 1 || moved !== 0) return { kind: 'gone' };
    return this.#advance(change);
  }

  #advance({ rangeOffset, rangeLength, text }: Replacement): Effect {
    const { at, before, after, texts, given } = this.#offer;
    const segment = before + after;
    const start = rangeOffset - at;
    if (start < 0 || start + rangeLength < before.length) return { kind: 'gone' };
    const key = isKey(text);
    // Of an auto-closed pair only the first half was typed; the cursor is between them.
    const typed = key && text.length === 2 && !/\s/.test(text) ? text.slice(0, 1) : text;
    const now = segment.slice(0, start) + typed;
    const behind = text.slice(typed.length) + segment.slice(start + rangeLength);
    const agreeing = texts.filter((each) => each.startsWith(now));
    const stood = agreeing.some((each) => each.startsWith(before)) ? before.length : 0;
    if (agreeing.length === 0 || now.length <= stood) return { kind: 'gone' };
    this.#offer = { ...this.#offer, before: now, after: behind, texts: agreeing };
    const whole = agreeing.some((each) => each === now || each === now + behind);
    const from = Math.max(stood, given);
    // Closing brackets that stood there and were replaced are not new; one of several suggestions may replace more than the first.
    const replaced = start + rangeLength - before.length - (text.length - typed.length);
    const characters = oneForALineBreak(now.slice(from)) - Math.max(0, replaced);
    if (now.length <= given || characters <= 0) return { kind: 'typed', whole };
    const piece = { from: at + from, to: at + now.length, characters };
    return key ? { kind: 'typed', whole, perhaps: piece } : { kind: 'taken', whole, piece };
  }
}

/** What is left to show of an offer. */
function rest({ before, texts: [text = ''] }: Offer): string {
  return text.startsWith(before) ? text.slice(before.length) : text;
}

function oneForALineBreak(text: string): number {
  return text.replaceAll('\r\n', '\n').length;
}
