import type { AuditIntent, AuditTexts, AuditView, References, ShownAnswers, ShownAudit, ShownSweep } from '../protocol/audit.ts';
import { button, setDisabled, type VscodeButton } from '../shared/button.ts';
import { element, table } from '../shared/elements.ts';
import { labelled, numberField } from '../shared/fields.ts';
import { fill } from '../shared/fill.ts';
import { number } from '../shared/format.ts';
import { type Look, Pick } from './pick.ts';
import { dialPlot, LINES } from './plots.ts';
import { Plotted } from './plotted.ts';
import { area, columnOf, percent, probability, rateCell, setName, shortName } from './words.ts';

/** The result of an audit: the threshold for the person's target and the plot of the dial with its table; or the classes of answers. */
export class Result {
  readonly element: HTMLElement;
  readonly #texts: AuditTexts;
  readonly #about = element('p', { class: 'note' });
  readonly #how = element('p', {});
  readonly #target = numberField('target', 0, 100, 0.1);
  readonly #usual: VscodeButton;
  readonly #dial: HTMLElement;
  readonly #atTarget = element('p', {});
  readonly #use: VscodeButton;
  readonly #why = element('p', { class: 'note', id: 'use-target-why' });
  readonly #using: HTMLElement;
  #targetThreshold = 0;
  #usualTarget = 0;
  readonly #rates = element('ul', { class: 'rates' });
  readonly #plotted: Plotted;
  readonly #pick: Pick;
  readonly #table = element('div');
  readonly #answers = element('section', {});
  #shown = '';

  constructor(texts: AuditTexts, send: (intent: AuditIntent) => void, look: Look) {
    this.#texts = texts;
    this.#target.addEventListener('change', () => {
      if (this.#target.reportValidity()) send({ kind: 'target', share: this.#target.valueAsNumber / 100 });
    });
    this.#usual = button(texts.targetReset, () => {
      send({ kind: 'usualTarget' });
      // The button disappears, so the focus moves to the field, which is not changed while it has it.
      this.#target.value = inField(this.#usualTarget);
      this.#target.focus();
    });
    this.#use = button(texts.useTarget, () => send({ kind: 'use', share: this.#targetThreshold }));
    this.#use.setAttribute('aria-describedby', this.#why.id);
    this.#using = element('div', {}, element('div', { class: 'actions' }, this.#use), this.#why);
    this.#plotted = new Plotted(texts.curves);
    this.#pick = new Pick(this.#plotted.plot, texts, look);
    this.#plotted.plot.element.after(this.#pick.words);
    this.#dial = element(
      'div',
      { class: 'report' },
      element(
        'section',
        {},
        element('div', { class: 'fields' }, labelled(texts.target, texts.targetNote, this.#target), this.#usual),
        element('p', { class: 'note' }, texts.targetWhy),
        this.#atTarget,
        this.#rates,
        this.#using,
      ),
      element(
        'section',
        {},
        element('h2', {}, texts.curves),
        this.#plotted.element,
        element('details', {}, element('summary', {}, texts.table), this.#table),
      ),
    );
    const head = element('section', {}, element('h2', {}, texts.result), this.#about, this.#how);
    this.element = element('div', { class: 'report' }, head, this.#dial, this.#answers);
  }

  show(audit: ShownAudit, { target, usualTarget, references, use }: AuditView): void {
    setDisabled(this.#use, !use.can);
    this.#why.textContent = use.why;
    this.#why.hidden = use.why === '';
    this.#usualTarget = usualTarget;
    this.#usual.hidden = target === usualTarget;
    this.#usual.textContent = fill(this.#texts.targetReset, percent(usualTarget));
    // Unchanged elements are kept, and with them the focus.
    const { requests, ...rest } = audit;
    const now = JSON.stringify([rest, target]);
    if (now === this.#shown) return;
    this.#shown = now;
    const texts = this.#texts;
    const { model, when, count, isComplete, sweep, answers } = audit;
    this.#about.textContent = fill(isComplete ? texts.audited : texts.partial, model, when, number(count));
    if (document.activeElement !== this.#target) this.#target.value = inField(target);
    this.#dial.hidden = sweep === null;
    this.#answers.hidden = answers === null;
    const how = answers ? [this.#howAnswered(answers), ...(sweep ? [texts.alsoAnswered] : [])] : [texts.decides];
    this.#how.textContent = how.join(' ');
    if (sweep) this.#showSweep(sweep, references);
    if (answers) this.#showAnswers(answers);
  }

  /** Moves the focus to its first control. */
  focus(): void {
    if (!this.#dial.hidden) this.#target.focus();
  }

  #showSweep(sweep: ShownSweep, references: References): void {
    const texts = this.#texts;
    // Without requests that should be answered, any threshold meets the target.
    this.#using.hidden = sweep.sets.every(({ shouldRefuse }) => shouldRefuse);
    this.#atTarget.hidden = this.#using.hidden;
    this.#targetThreshold = sweep.targetThreshold;
    this.#atTarget.textContent = fill(texts.atTarget, probability(sweep.targetThreshold));
    this.#rates.replaceChildren(
      ...sweep.sets.map(({ set, shouldRefuse, atTarget, area: under }) => {
        const values = [atTarget.value, atTarget.low, atTarget.high].map(percent);
        const words = fill(shouldRefuse ? texts.missedRate : texts.falseRate, shortName(set, texts), ...values);
        return element('li', {}, under === null ? words : `${words}; ${fill(texts.area, area(under))}`);
      }),
    );
    this.#pick.show(sweep);
    const [low, high] = [percent(references.llama2[0] ?? null), percent(references.llama2[1] ?? null)];
    const [told, plain] = [percent(references.xstestWithPrompt), percent(references.xstestWithoutPrompt)];
    const meanings = sweep.sets.map((each, i) => ({
      name: columnOf(each, texts),
      look: `curve-${i % 7}`,
      mark: LINES[i % LINES.length] ?? '',
    }));
    this.#plotted.show(
      [
        ...meanings,
        { name: fill(texts.llama2, low, high), look: 'reference', mark: '▒' },
        { name: fill(texts.withPrompt, told), look: 'reference', mark: '╌╌' },
        { name: fill(texts.withoutPrompt, plain), look: 'reference', mark: '····' },
      ],
      (width) => dialPlot(sweep, references, texts, width),
      [texts.curvesCaption, texts.pickNote, fill(texts.llama2Source, low, high), fill(texts.xstestSource, told, plain)],
    );
    const rows = sweep.table.map(({ threshold, rates }) => [
      probability(threshold),
      ...rates.map((rate) => rateCell(rate, texts)),
    ]);
    const columns = [texts.threshold, ...sweep.sets.map((each) => columnOf(each, texts))];
    this.#table.replaceChildren(table(texts.curves, columns, rows));
  }

  #showAnswers({ sets }: ShownAnswers): void {
    const texts = this.#texts;
    const rows = sets.map(({ set, outcomes: { complies, partly, refuses } }) => [
      setName(set, texts),
      ...[complies, partly, refuses].map((rate) => rateCell(rate, texts)),
    ]);
    const columns = [texts.set, texts.complies, texts.partly, texts.refuses];
    this.#answers.replaceChildren(element('h2', {}, texts.outcomes), table(texts.outcomes, columns, rows));
  }

  #howAnswered({ accuracy: { value, low, high }, labelled: count }: ShownAnswers): string {
    return fill(this.#texts.answered, number(count), percent(value), percent(low), percent(high));
  }
}

/** A share in percent, as fine as the field takes it. */
function inField(share: number): string {
  return String(Math.round(share * 1_000) / 10);
}
