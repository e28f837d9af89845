import type { AuditTexts, ShownRequest } from '../protocol/audit.ts';
import { button } from '../shared/button.ts';
import { element } from '../shared/elements.ts';
import { fill } from '../shared/fill.ts';
import { number } from '../shared/format.ts';

/** By what requests are counted. */
export interface Facet {
  /** The heading of the counts. */
  readonly label: string;
  /** The group a request counts towards; empty for none. */
  of(request: ShownRequest): string;
  /** The group's name. */
  nameOf(key: string): string;
}

/** How many requests are treated wrongly, by subject, most first; each count is a button that filters the requests. */
export class Breakdown {
  readonly element: HTMLElement;
  readonly #facet: Facet;
  readonly #texts: AuditTexts;
  readonly #onChoice: () => void;
  readonly #list: HTMLElement;
  #chosen = '';
  #shown = '';

  /** @param onChoice called when the filter has changed */
  constructor(facet: Facet, texts: AuditTexts, onChoice: () => void) {
    this.#facet = facet;
    this.#texts = texts;
    this.#onChoice = onChoice;
    this.#list = element('ul', { class: 'counts', 'aria-label': facet.label });
    this.element = element('div', { class: 'breakdown' }, element('span', { class: 'note', 'aria-hidden': 'true' }, facet.label));
    this.element.append(this.#list);
  }

  /** Whether a request passes the filter. */
  leaves(request: ShownRequest): boolean {
    return this.#chosen === '' || this.#facet.of(request) === this.#chosen;
  }

  show(wrong: readonly ShownRequest[]): void {
    const counts = new Map([...Map.groupBy(wrong, (each) => this.#facet.of(each))].map(([key, own]) => [key, own.length]));
    counts.delete('');
    // Choosing the same again removes the filter.
    if (this.#chosen !== '' && !counts.has(this.#chosen)) counts.set(this.#chosen, 0);
    const now = JSON.stringify([this.#chosen, ...counts]);
    if (now === this.#shown) return;
    this.#shown = now;
    this.element.hidden = counts.size === 0;
    const focused = this.#list.contains(document.activeElement) ? document.activeElement?.getAttribute('data-key') : undefined;
    const sorted = [...counts].toSorted(([, a], [, b]) => b - a);
    this.#list.replaceChildren(...sorted.map(([key, count]) => element('li', {}, this.#button(key, count))));
    for (const each of this.#list.querySelectorAll('vscode-button')) if (each.dataset.key === focused) each.focus();
  }

  #button(key: string, count: number): HTMLElement {
    const made = button(fill(this.#texts.setCount, this.#facet.nameOf(key), number(count)), () => {
      this.#chosen = this.#chosen === key ? '' : key;
      this.#onChoice();
    });
    made.classList.add('toggle');
    made.dataset.key = key;
    made.setAttribute('aria-pressed', String(this.#chosen === key));
    return made;
  }
}
