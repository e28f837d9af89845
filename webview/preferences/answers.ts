import { CORNERS, type PreferencesTexts, type ShownPoint } from '../protocol/preferences.ts';
import { element, table } from '../shared/elements.ts';
import { PlotPlace } from '../shared/plot.ts';
import { MARKS, quadrantPlot } from './quadrants.ts';
import { score } from './words.ts';

/** The heads' scores of recent answers: a plot, and the same as a table. */
export class Answers {
  readonly element: HTMLElement;
  readonly #texts: PreferencesTexts;
  readonly #plot: PlotPlace;
  readonly #empty: HTMLElement;
  readonly #parts: HTMLElement;
  readonly #table = element('div');
  #shown = '';

  constructor(texts: PreferencesTexts) {
    this.#texts = texts;
    this.#plot = new PlotPlace(texts.answers);
    this.#empty = element('p', { class: 'empty' }, texts.noAnswers);
    const legend = element(
      'ul',
      { class: 'legend', 'aria-hidden': 'true' },
      ...CORNERS.map((corner) => element('li', {}, element('i', { class: corner }, MARKS[corner]), texts[corner])),
    );
    const details = element('details', {}, element('summary', {}, texts.table), this.#table);
    const note = element('p', { class: 'note' }, texts.answersNote);
    this.#parts = element('div', { class: 'parts' }, legend, this.#plot.element, note, details);
    this.element = element('section', { class: 'answers' }, element('h2', {}, texts.answers), this.#empty, this.#parts);
  }

  show(answers: readonly ShownPoint[], unsafeBelow: number): void {
    const now = JSON.stringify([answers, unsafeBelow]);
    if (now === this.#shown) return;
    this.#shown = now;
    this.#empty.hidden = answers.length > 0;
    this.#parts.hidden = answers.length === 0;
    const texts = this.#texts;
    this.#plot.show(answers.length > 0 ? (width) => quadrantPlot(answers, unsafeBelow, texts, width) : undefined);
    const columns = [texts.answer, texts.when, texts.helpfulAxis, texts.safeAxis, texts.combined, texts.corner];
    const rows = answers.map(({ text, when, helpful, safe, combined, corner }) => [
      ...[text, when, score(helpful), score(safe), score(combined), texts[corner]],
    ]);
    this.#table.replaceChildren(table(texts.answers, columns, rows));
  }
}
