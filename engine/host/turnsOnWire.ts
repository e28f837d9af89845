import type { Content, Conversation, Turn } from '../chat/conversation.ts';
import { PaddockError } from '../errors.ts';

/** A turn as it crosses to the engine: a number is the place of a part in the last turn of the request before. */
export type TurnOnWire = Omit<Turn, 'content'> & { readonly content: readonly (Content | number)[] };

/** A conversation as it crosses to the engine: without the turns at its beginning that the request before had, too. */
export type ConversationOnWire = Omit<Conversation, 'turns'> & {
  /** So many turns at the beginning are those of the request before. */
  readonly unchanged: number;
  /** The turns that follow. */
  readonly turns: readonly TurnOnWire[];
};

/**
 * Leaves out of conversations what the engine has from the request before, so that what somebody types below a long conversation, or beside
 * large attachments, crosses alone. What is the same object is known to be the same.
 */
export class TurnsToEngine {
  #sent: readonly Turn[] = [];

  /** What is to be sent for a conversation; it has to be, in this order. */
  shorten({ turns, ...rest }: Conversation): ConversationOnWire {
    const before = this.#sent;
    const parts = before.at(-1)?.content ?? [];
    const differing = turns.findIndex((turn, i) => turn !== before[i]);
    const unchanged = differing < 0 ? turns.length : differing;
    this.#sent = turns;
    const shortened = (part: Content) => {
      const place = parts.indexOf(part);
      return place < 0 ? part : place;
    };
    return {
      ...rest,
      unchanged,
      turns: turns.slice(unchanged).map((turn) => ({ ...turn, content: turn.content.map(shortened) })),
    };
  }
}

/** Makes conversations whole again that {@link TurnsToEngine} has shortened. */
export class TurnsOfHost {
  #received: readonly Turn[] = [];

  /** @throws PaddockError `bad-request` for one that goes on from another than came before */
  whole({ unchanged, turns, ...rest }: ConversationOnWire): Conversation {
    const before = this.#received;
    if (unchanged > before.length) throw unknownTurns();
    const parts = before.at(-1)?.content ?? [];
    const content = (turn: TurnOnWire) => turn.content.map((part) => (typeof part === 'number' ? known(parts[part]) : part));
    this.#received = [...before.slice(0, unchanged), ...turns.map((turn) => ({ ...turn, content: content(turn) }))];
    return { ...rest, turns: this.#received };
  }
}

function known(part: Content | undefined): Content {
  if (!part) throw unknownTurns();
  return part;
}

function unknownTurns(): PaddockError {
  return new PaddockError('bad-request', 'The conversation goes on from one that the engine does not know.');
}
