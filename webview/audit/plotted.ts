import { element } from '../shared/elements.ts';
import { PlotPlace } from '../shared/plot.ts';

/** The meaning of a line style. */
export interface Meaning {
  readonly name: string;
  readonly look: string;
  readonly mark: string;
}

/** A plot with its legend and caption. */
export class Plotted {
  readonly element: HTMLElement;
  readonly #legend = element('ul', { class: 'legend', 'aria-hidden': 'true' });
  readonly plot: PlotPlace;
  readonly #captions = element('div', { class: 'captions' });

  constructor(title: string) {
    this.plot = new PlotPlace(title);
    this.element = element('div', { class: 'plotted' }, this.#legend, this.plot.element, this.#captions);
  }

  show(meanings: readonly Meaning[], draw: Parameters<PlotPlace['show']>[0], captions: readonly string[]): void {
    this.#legend.replaceChildren(
      ...meanings.map(({ name, look, mark }) => element('li', {}, element('i', { class: look }, mark), name)),
    );
    this.plot.show(draw);
    this.#captions.replaceChildren(...captions.map((caption) => element('p', { class: 'note' }, caption)));
  }
}
