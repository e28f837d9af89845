import type { AuditIntent, AuditTexts, ListedAudit } from '../protocol/audit.ts';
import { button } from '../shared/button.ts';
import { element } from '../shared/elements.ts';
import { number } from '../shared/format.ts';
import { dialsPlot, LINES } from './plots.ts';
import { Plotted } from './plotted.ts';
import { area, probability, rateCell, shortName } from './words.ts';

type Send = (intent: AuditIntent) => void;

/** All stored audits side by side, to be shown, compared, exported and removed. */
export class Audits {
  readonly element: HTMLElement;
  readonly #texts: AuditTexts;
  readonly #send: Send;
  readonly #heading: HTMLElement;
  readonly #plotted: Plotted;
  readonly #list = element('ul', { class: 'audits' });
  #shown = '';

  constructor(texts: AuditTexts, send: Send) {
    this.#texts = texts;
    this.#send = send;
    this.#plotted = new Plotted(texts.audits);
    // Receives the focus when the element that had it is removed.
    this.#heading = element('h2', { tabindex: '-1' }, texts.audits);
    this.element = element('section', {}, this.#heading, this.#plotted.element, this.#list);
  }

  show(audits: readonly ListedAudit[]): void {
    const now = JSON.stringify(audits);
    if (now === this.#shown) return;
    this.#shown = now;
    this.element.hidden = audits.length === 0;
    const texts = this.#texts;
    const drawn = audits.filter(({ curve }) => curve.length > 0);
    this.#plotted.element.hidden = drawn.length === 0;
    this.#plotted.show(
      drawn.map(({ model, when }, i) => ({
        name: `${model}, ${when}`,
        look: `curve-${i % 7}`,
        mark: LINES[i % LINES.length] ?? '',
      })),
      drawn.length > 0 ? (width) => dialsPlot(drawn, texts, width) : undefined,
      [texts.auditsCaption],
    );
    const had = this.#list.contains(document.activeElement) ? document.activeElement : null;
    const [focused, id] = [had?.getAttribute('data-kind'), had?.closest('li')?.dataset.id];
    this.#list.replaceChildren(...audits.map((audit) => this.#item(audit)));
    if (!had) return;
    const again = [...this.#list.children].find((each) => each instanceof HTMLElement && each.dataset.id === id);
    const target = again?.querySelector<HTMLElement>(`[data-kind="${focused}"]:not(:disabled)`) ?? this.#heading;
    target.focus();
  }

  #item(audit: ListedAudit): HTMLElement {
    const texts = this.#texts;
    const { id, model, when, sets, isShown, isCompared } = audit;
    const name = `${model}, ${when}`;
    const act = (kind: 'show' | 'remove' | 'export', label: string) => {
      const made = button(label, () => this.#send({ kind, id }));
      made.dataset.kind = kind;
      made.setAttribute('aria-label', `${label}: ${name}`);
      return made;
    };
    const compare = element('input', { type: 'checkbox', 'data-kind': 'compare', 'aria-label': `${texts.compare}: ${name}` });
    compare.checked = isCompared || isShown;
    compare.disabled = isShown;
    compare.addEventListener('change', () => this.#send({ kind: 'compare', id }));
    const open = act('show', texts.open);
    open.hidden = isShown;
    const facts: readonly (readonly [string, string])[] = [
      [texts.sets, sets.map(({ set, requests }) => `${shortName(set, texts)} ${number(requests)}`).join(', ')],
      ['AUC', area(audit.area)],
      [texts.threshold, probability(audit.threshold)],
      [texts.falseAxis, rateCell(audit.falseRefusals, texts)],
      [texts.missedAxis, rateCell(audit.missedRefusals, texts)],
    ];
    return element(
      'li',
      { 'data-id': id },
      element('h3', {}, isShown ? `${name} (${texts.isShown})` : name),
      element('dl', {}, ...facts.map(([term, value]) => element('div', {}, element('dt', {}, term), element('dd', {}, value)))),
      element(
        'div',
        { class: 'actions' },
        element('label', { class: 'only' }, compare, texts.compare),
        ...[open, act('export', texts.exportJson), act('remove', texts.remove)],
      ),
    );
  }
}
