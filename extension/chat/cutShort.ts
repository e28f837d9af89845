import { type ChatAnswer, endsInLoop } from '../../engine/index.ts';
import type { ChatWords } from './chatHost.ts';

type Ended = Pick<ChatAnswer, 'finish' | 'text'>;

/** The state of an answer that the engine ended: `done` if the model itself had come to an end. */
export function stateOf({ finish, text }: Ended): 'done' | 'stopped' {
  return finish === 'length' || endsInLoop(text) ? 'stopped' : 'done';
}

/**
 * Why the engine ended an answer before the model did; empty if it did not.
 * @param reserve tokens that were reserved for it
 */
export function whyShort(ended: Ended, reserve: number, words: Pick<ChatWords, 'reserveFull' | 'looped'>): string {
  if (stateOf(ended) === 'done') return '';
  return ended.finish === 'length' ? words.reserveFull(reserve) : words.looped;
}
