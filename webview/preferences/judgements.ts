import type { PreferencesTexts, PreferencesView } from '../protocol/preferences.ts';
import { element, table } from '../shared/elements.ts';
import { number } from '../shared/format.ts';

/** The number of judgements, by kind. */
export class Judgements {
  readonly element: HTMLElement;
  readonly #texts: PreferencesTexts;
  readonly #shown = element('div');

  constructor(texts: PreferencesTexts) {
    this.#texts = texts;
    const note = element('p', { class: 'note' }, texts.judgementsNote);
    this.element = element('section', {}, element('h2', {}, texts.judgements), this.#shown, note);
  }

  show(counts: PreferencesView['counts']): void {
    const texts = this.#texts;
    const rows = counts.map(({ kind, count }) => [texts[kind], number(count)]);
    const isEmpty = counts.every(({ count }) => count === 0);
    this.#shown.replaceChildren(
      isEmpty ? element('p', { class: 'empty' }, texts.none) : table(texts.judgements, [texts.kind, texts.count], rows),
    );
  }
}
