import type { ContextIntent, ContextTexts } from '../protocol/context.ts';
import { button, type VscodeButton } from '../shared/button.ts';
import { fill } from '../shared/fill.ts';

/** Leads from figures that were stopped before their end to the last complete ones, and back. */
export class OtherFigures {
  readonly element: VscodeButton;
  readonly #texts: ContextTexts;

  constructor(of: Extract<ContextIntent, { kind: 'other' }>['of'], texts: ContextTexts, send: (intent: ContextIntent) => void) {
    this.#texts = texts;
    this.element = button('', () => send({ kind: 'other', of }));
  }

  /** @param other when those began that are not shown; null where there are none */
  show(other: string | null, isComplete: boolean): void {
    this.element.hidden = other === null;
    this.element.textContent = fill(isComplete ? this.#texts.showStopped : this.#texts.showComplete, other ?? '');
  }
}
