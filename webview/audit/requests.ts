import {
  type AuditIntent,
  type AuditTexts,
  type AuditView,
  SHOWN_CONTEXTS,
  type ShownAudit,
  type ShownRequest,
} from '../protocol/audit.ts';
import { button, setDisabled, type VscodeButton } from '../shared/button.ts';
import { element } from '../shared/elements.ts';
import { fill } from '../shared/fill.ts';
import { number } from '../shared/format.ts';
import { Breakdown } from './breakdown.ts';
import { END, placeOf, probabilityAt } from './dial.ts';
import { probability, setName, shortName } from './words.ts';

/** The requests of an audit, most probably refused first, with the decision at a threshold, and whether it is wrong. */
export class Requests {
  readonly element: HTMLElement;
  readonly #texts: AuditTexts;
  readonly #send: (intent: AuditIntent) => void;
  readonly #heading: HTMLElement;
  readonly #set = element('select', { id: 'set' });
  readonly #onlyWrong = element('input', { type: 'checkbox' });
  readonly #threshold = element('input', { type: 'range', id: 'threshold', min: String(-END), max: String(END), step: '0.05' });
  readonly #value = element('output', { for: 'threshold' });
  readonly #dial: HTMLElement;
  readonly #use: VscodeButton;
  readonly #why = element('p', { class: 'note', id: 'use-why' });
  readonly #wrong = element('p', { role: 'status' });
  readonly #breakdowns: readonly Breakdown[];
  readonly #count = element('p', { class: 'note', role: 'status' });
  readonly #body = element('tbody');
  /** The threshold that is shown. */
  #at = 0.5;
  /** The threshold of the decisions in the view, which follows the one shown. */
  #decidedAt = 0.5;
  #requests: readonly ShownRequest[] = [];
  #sets = '';
  #shown = '';

  constructor(texts: AuditTexts, send: (intent: AuditIntent) => void) {
    this.#texts = texts;
    this.#send = send;
    // Receives the focus after a threshold was chosen on the plot with keys.
    this.#heading = element('h2', { tabindex: '-1' }, texts.requests);
    this.#breakdowns = this.#facets().map((facet) => new Breakdown(facet, texts, () => this.#listWrong()));
    this.#set.addEventListener('change', () => this.#list());
    this.#onlyWrong.addEventListener('change', () => this.#list());
    this.#threshold.addEventListener('input', () => this.#tell(probabilityAt(this.#threshold.valueAsNumber)));
    this.#threshold.addEventListener('change', () =>
      send({ kind: 'threshold', share: probabilityAt(this.#threshold.valueAsNumber) }),
    );
    // The slider's value, even while it is being dragged.
    this.#use = button(texts.use, () => send({ kind: 'use', share: this.#at }));
    this.#use.setAttribute('aria-describedby', this.#why.id);
    this.#dial = field(texts.threshold, this.#threshold, this.#value, this.#use);
    const only = element('label', { class: 'only' }, this.#onlyWrong, texts.onlyWrong);
    const columns = [texts.request, texts.set, texts.probability, texts.decision];
    const head = element('tr', {}, ...columns.map((column) => element('th', { scope: 'col' }, column)));
    const caption = element('caption', { class: 'unseen' }, texts.requests);
    const all = element('table', {}, caption, element('thead', {}, head), this.#body);
    const label = { 'aria-label': texts.requests };
    this.element = element(
      'section',
      { class: 'requests' },
      this.#heading,
      element('p', { class: 'note' }, texts.requestsNote),
      element('div', { class: 'fields' }, this.#dial, field(texts.show, this.#set), only),
      this.#why,
      this.#wrong,
      ...this.#breakdowns.map((each) => each.element),
      this.#count,
      // Makes the scrolling region reachable with keys.
      element('div', { class: 'scroller', role: 'region', tabindex: '0', ...label }, all),
    );
  }

  show({ sweep, requests }: ShownAudit, { use }: Pick<AuditView, 'use'>): void {
    setDisabled(this.#use, !use.can);
    this.#why.textContent = use.why;
    this.#why.hidden = use.why === '';
    this.element.hidden = requests.length === 0;
    this.#dial.hidden = sweep === null;
    const now = JSON.stringify([requests, sweep?.threshold]);
    if (now === this.#shown) return;
    this.#shown = now;
    this.#requests = requests;
    this.#wrong.hidden = sweep === null;
    if (sweep) {
      this.#decidedAt = sweep.threshold;
      if (document.activeElement !== this.#threshold) this.#threshold.value = String(placeOf(sweep.threshold));
      this.#tell(sweep.threshold);
    }
    const sets = [...new Set(requests.map(({ set }) => set))].toSorted();
    if (sets.join('\n') !== this.#sets) {
      this.#sets = sets.join('\n');
      const options = sets.map((set) => element('option', { value: set }, setName(set, this.#texts)));
      this.#set.replaceChildren(element('option', { value: '' }, this.#texts.allSets), ...options);
    }
    this.#list();
  }

  /** Shows what is treated wrongly at a threshold. @param goes whether to move the focus there */
  look(share: number, goes: boolean): void {
    this.#threshold.value = String(placeOf(share));
    this.#tell(share);
    this.#listWrong();
    this.#send({ kind: 'threshold', share });
    if (goes) {
      this.#heading.focus();
      this.#heading.scrollIntoView();
    } else this.#wrong.scrollIntoView({ block: 'nearest' });
  }

  #facets() {
    const texts = this.#texts;
    return [
      { label: texts.byGroup, of: ({ group }: ShownRequest) => group, nameOf: (group: string) => group },
      {
        label: texts.byContext,
        of: ({ context }: ShownRequest) => context ?? '',
        nameOf: (key: string) => {
          const context = SHOWN_CONTEXTS.find((each) => each === key);
          return context ? texts[context] : key;
        },
      },
    ];
  }

  #listWrong(): void {
    this.#onlyWrong.checked = true;
    this.#list();
  }

  #tell(threshold: number): void {
    this.#at = threshold;
    this.#value.textContent = probability(threshold);
    this.#threshold.setAttribute('aria-valuetext', probability(threshold));
  }

  #list(): void {
    const { value } = this.#set;
    const ofSet = this.#requests.filter(({ set }) => value === '' || set === value);
    const wrong = ofSet.filter(({ isWrong }) => isWrong);
    const refused = wrong.filter(({ isRefused }) => isRefused).length;
    const told = [probability(this.#decidedAt), number(refused), number(wrong.length - refused)];
    this.#wrong.textContent = fill(this.#texts.wrongAt, ...told);
    for (const each of this.#breakdowns) {
      // Each counts what passes the others' filters.
      const others = this.#breakdowns.filter((other) => other !== each);
      each.show(wrong.filter((request) => others.every((other) => other.leaves(request))));
    }
    const left = this.#onlyWrong.checked ? wrong : ofSet;
    const chosen = left.filter((request) => this.#breakdowns.every((each) => each.leaves(request)));
    this.#count.textContent = fill(this.#texts.progressOf, number(chosen.length), number(this.#requests.length));
    this.#body.replaceChildren(...chosen.map((request) => this.#row(request)));
  }

  #row({ set, prompt, probability: p, outcome, isRefused, isWrong }: ShownRequest): HTMLElement {
    const texts = this.#texts;
    const decided = p === null && outcome ? texts[outcome] : isRefused ? texts.isRefused : texts.isAnswered;
    return element(
      'tr',
      isWrong ? { class: 'wrong' } : {},
      element('th', { scope: 'row' }, prompt),
      element('td', {}, shortName(set, texts)),
      element('td', {}, probability(p)),
      element('td', {}, isWrong ? fill(texts.isWrong, decided) : decided),
    );
  }
}

function field(label: string, control: HTMLElement, ...more: readonly HTMLElement[]): HTMLElement {
  return element('div', { class: 'field' }, element('label', { for: control.id }, label), control, ...more);
}
