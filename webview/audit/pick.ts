import type { AuditTexts, ShownSweep } from '../protocol/audit.ts';
import { element as make } from '../shared/elements.ts';
import { fill } from '../shared/fill.ts';
import type { PlotPlace } from '../shared/plot.ts';
import { changeFrom, END, placeOf, probabilityAt, rateAt } from './dial.ts';
import { columnOf, percent, probability } from './words.ts';

/** Step of Page Up and Page Down, in log-odds. */
const PAGE = 1;

/** Called with the threshold pointed at, and whether the person wants to go to its requests. */
export type Look = (share: number, goes: boolean) => void;

/** Makes a slider of the plot of the dial: a click or keys choose a threshold on it. */
export class Pick {
  /** The announcement of the present threshold. */
  readonly words = make('p');
  readonly #plot: PlotPlace;
  readonly #texts: AuditTexts;
  #sets: ShownSweep['sets'] = [];
  #at = 0.5;

  constructor(plot: PlotPlace, texts: AuditTexts, look: Look) {
    this.#plot = plot;
    this.#texts = texts;
    const { element } = plot;
    const ends = { 'aria-valuemin': -END, 'aria-valuemax': END, tabindex: 0 };
    const said = { role: 'slider', 'aria-label': texts.pick, 'aria-orientation': 'horizontal', ...ends };
    for (const [name, value] of Object.entries(said)) element.setAttribute(name, String(value));
    element.classList.add('pick');
    element.addEventListener('click', ({ clientX }) => {
      const place = plot.valueAt(clientX);
      if (place === undefined) return;
      this.#tell(probabilityAt(place));
      look(this.#at, false);
    });
    element.addEventListener('keydown', (event) => {
      const goes = event.key === 'Enter';
      const next = goes ? this.#at : this.#after(event.key);
      if (next === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      this.#tell(next);
      look(next, goes);
    });
  }

  show({ sets, threshold }: ShownSweep): void {
    this.#sets = sets;
    this.#tell(threshold);
  }

  #tell(share: number): void {
    this.#at = share;
    const texts = this.#texts;
    const rates = this.#sets.map((each) => `${columnOf(each, texts)} ${percent(rateAt(each.points, share).value)}`);
    const words = fill(texts.here, probability(share), rates.join('; '));
    this.words.textContent = words;
    this.#plot.element.setAttribute('aria-valuenow', placeOf(share).toFixed(2));
    this.#plot.element.setAttribute('aria-valuetext', words);
  }

  /** The threshold that a key moves to; undefined for other keys. */
  #after(key: string): number | undefined {
    const page = (direction: 1 | -1) => probabilityAt(placeOf(this.#at) + direction * PAGE);
    switch (key) {
      case 'ArrowRight':
      case 'ArrowUp':
        return changeFrom(this.#sets, this.#at, 1);
      case 'ArrowLeft':
      case 'ArrowDown':
        return changeFrom(this.#sets, this.#at, -1);
      case 'PageUp':
        return page(1);
      case 'PageDown':
        return page(-1);
      case 'Home':
        return 0;
      case 'End':
        return 1;
      default:
        return undefined;
    }
  }
}
