import type { ContextIntent, ContextTexts, ContextView, MeasuredCurve, ShownMeasurement } from '../protocol/context.ts';
import { button } from '../shared/button.ts';
import { element, table } from '../shared/elements.ts';
import { labelled, numberField } from '../shared/fields.ts';
import { fill } from '../shared/fill.ts';
import { number, share } from '../shared/format.ts';
import { PlotPlace } from '../shared/plot.ts';
import { nats, parameter, written } from './format.ts';
import { OtherFigures } from './other.ts';
import { pictureOf } from './picture.ts';
import { lossPlot, retrievalPlot } from './plots.ts';
import { recommendationWords, scalingName } from './words.ts';

type Send = (intent: ContextIntent) => void;

/** The shapes of plots.ts, in the order of the curves. */
export const MARKS = ['○', '□', '△', '◇', '☆', '✕', 'Y'];

/** What a colour and a shape stand for. */
interface Meaning {
  readonly name: string;
  readonly look: string;
  readonly mark: string;
}

/** What was measured: the recommendation, two plots with their tables. It keeps its elements, so that open tables stay open. */
export class Report {
  readonly element: HTMLElement;
  readonly #texts: ContextTexts;
  readonly #send: Send;
  readonly #when = element('p', { class: 'note' });
  readonly #other: OtherFigures;
  readonly #threshold = numberField('threshold', 0.001, 1, 0.001);
  readonly #recommendations = element('ul', { class: 'recommendations' });
  readonly #loss: Plotted;
  readonly #laws = element('div');
  readonly #retrieval: Plotted;
  readonly #noRetrieval: HTMLElement;
  #shown = '';

  constructor(texts: ContextTexts, send: Send) {
    this.#texts = texts;
    this.#send = send;
    this.#threshold.addEventListener('change', () => {
      if (this.#threshold.reportValidity()) send({ kind: 'threshold', threshold: this.#threshold.valueAsNumber });
    });
    this.#other = new OtherFigures('measurement', texts, send);
    this.#loss = new Plotted(texts.loss, [texts.lossCaption, `${texts.lawNote}. ${texts.referencesNote}`], texts, (svg) =>
      send({ kind: 'svg', name: 'loss', svg }),
    );
    this.#retrieval = new Plotted(texts.retrieval, [texts.retrievalCaption], texts, (svg) =>
      send({ kind: 'svg', name: 'retrieval', svg }),
    );
    this.#noRetrieval = element('p', { class: 'note' }, texts.noRetrieval);
    this.#loss.element.append(this.#laws);
    this.element = element(
      'div',
      { class: 'report' },
      section(
        texts.recommendation,
        this.#when,
        element('div', {}, this.#other.element),
        labelled(texts.threshold, texts.thresholdNote, this.#threshold),
        this.#recommendations,
      ),
      this.#loss.element,
      element('section', {}, this.#retrieval.element, this.#noRetrieval),
      element(
        'footer',
        {},
        button(texts.exportCsv, () => send({ kind: 'csv' })),
      ),
    );
  }

  show(measurement: ShownMeasurement, { threshold, trained, others }: ContextView): void {
    this.#other.show(others.measurement, measurement.isComplete);
    // Unchanged elements are kept, and with them the focus.
    const now = JSON.stringify([measurement, threshold, trained]);
    if (now === this.#shown) return;
    this.#shown = now;
    const texts = this.#texts;
    const { when, window, isComplete, curves } = measurement;
    this.#when.textContent = fill(isComplete ? texts.measured : texts.partial, when, number(window));
    if (document.activeElement !== this.#threshold) this.#threshold.value = String(threshold);
    this.#recommend(curves, threshold);
    const meanings = curves.map((curve, i) => ({
      name: scalingName(curve, texts),
      look: `curve-${i % 7}`,
      mark: MARKS[i] ?? '',
    }));
    const measured = curves.some(({ points }) => points.length > 0);
    this.#loss.show(
      [...meanings, { name: texts.references, look: 'reference', mark: '┄' }],
      measured ? (width) => lossPlot(measurement, trained, texts, width) : undefined,
      lossTable(measurement, texts),
    );
    this.#laws.replaceChildren(lawTable(measurement, texts));
    const asked = curves.some(({ retrieval }) => retrieval.some(({ length }) => length !== null));
    this.#retrieval.element.hidden = !asked;
    this.#noRetrieval.hidden = asked || !isComplete;
    this.#retrieval.show(
      meanings,
      asked ? (width) => retrievalPlot(measurement, texts, width) : undefined,
      retrievalTable(measurement, texts),
    );
  }

  /** Focuses the first window that can be applied, if there is one. */
  focus(): void {
    this.#recommendations.querySelector('vscode-button')?.focus();
  }

  /** A focused button of a scaling keeps the focus. */
  #recommend(curves: readonly MeasuredCurve[], threshold: number): void {
    const labelOf = (each: Element | null) => each?.getAttribute('aria-label') ?? '';
    const focused = this.#recommendations.contains(document.activeElement) ? labelOf(document.activeElement) : '';
    this.#recommendations.replaceChildren(...curves.map((curve) => this.#recommendation(curve, threshold)));
    if (focused === '') return;
    [...this.#recommendations.querySelectorAll('vscode-button')].find((each) => labelOf(each) === focused)?.focus();
  }

  #recommendation(curve: MeasuredCurve, threshold: number): HTMLElement {
    const texts = this.#texts;
    const { scaling, value, recommendation } = curve;
    const name = scalingName(curve, texts);
    const use = recommendation && (() => this.#send({ kind: 'use', window: recommendation.window, scaling: { scaling, value } }));
    const action = use ? button(texts.use, use) : undefined;
    action?.setAttribute('aria-label', `${texts.use}: ${name}`);
    const words = element('p', {}, element('strong', {}, `${name}: `), recommendationWords(curve, threshold, texts, written));
    return element('li', {}, words, ...(action ? [action] : []));
  }
}

/** A plot with its legend, captions and table, and the button that saves it. */
export class Plotted {
  readonly element: HTMLElement;
  readonly #legend = element('ul', { class: 'legend', 'aria-hidden': 'true' });
  readonly #plot: PlotPlace;
  readonly #table = element('div');

  constructor(title: string, captions: readonly string[], texts: ContextTexts, onSave: (svg: string) => void) {
    this.#plot = new PlotPlace(title);
    const save = button(texts.exportSvg, () => {
      const drawn = this.#plot.element.querySelector('svg');
      if (drawn) onSave(pictureOf(drawn));
    });
    save.setAttribute('aria-label', `${texts.exportSvg} ${title}`);
    this.element = section(
      title,
      this.#legend,
      this.#plot.element,
      ...captions.map((caption) => element('p', { class: 'note' }, caption)),
      element('details', {}, element('summary', {}, texts.table), this.#table),
      element('div', {}, save),
    );
  }

  show(meanings: readonly Meaning[], draw: Parameters<PlotPlace['show']>[0], content: HTMLElement): void {
    this.#legend.replaceChildren(
      ...meanings.map(({ name, look, mark }) => element('li', {}, element('i', { class: look }, mark), name)),
    );
    this.#plot.show(draw);
    this.#table.replaceChildren(content);
  }
}

function section(title: string, ...children: readonly HTMLElement[]): HTMLElement {
  return element('section', {}, element('h2', {}, title), ...children);
}

function lossTable({ curves }: ShownMeasurement, texts: ContextTexts): HTMLElement {
  const longest = curves.toSorted((a, b) => b.points.length - a.points.length)[0]?.points ?? [];
  const rows = longest.map(({ context }, i) => [
    number(context),
    ...curves.map(({ points }) => (points[i] ? nats(points[i].loss) : '–')),
  ]);
  return table(texts.loss, [texts.context, ...curves.map((curve) => scalingName(curve, texts))], rows);
}

function lawTable({ curves }: ShownMeasurement, texts: ContextTexts): HTMLElement {
  const rows = curves.map((curve) => {
    const { law, stretches } = curve;
    const values = law ? [law.alpha, law.beta, law.gamma] : [];
    const cells = values.map(({ value, low, high }) => `${parameter(value)} (${parameter(low)}–${parameter(high)})`);
    return [scalingName(curve, texts), number(stretches), ...(law ? cells : ['–', '–', '–'])];
  });
  return table(`${texts.law}: ${texts.lawNote}`, [texts.law, texts.stretches, 'α', 'β', 'γ'], rows);
}

function retrievalTable({ curves }: ShownMeasurement, texts: ContextTexts): HTMLElement {
  const lengths = [...new Set(curves.flatMap(({ retrieval }) => retrieval.map(({ length }) => length)))];
  const rows = lengths.map((length) => [
    length === null ? texts.notThere : number(length),
    ...curves.map(({ retrieval }) => share(retrieval.find((each) => each.length === length)?.score ?? null)),
  ]);
  return table(texts.retrieval, [texts.length, ...curves.map((curve) => scalingName(curve, texts))], rows);
}
