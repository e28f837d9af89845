import type { NamedSummary, StatisticsTexts, StatisticsView, Summary } from '../protocol/statistics.ts';
import { element, table } from '../shared/elements.ts';
import { fill } from '../shared/fill.ts';
import { date, duration, number, share } from '../shared/format.ts';
import { PlotPlace } from '../shared/plot.ts';
import { dayPlot, FATES, latencyPlot } from './plots.ts';

/** The page's figures: headline, plots with their tables, tables. Elements are reused, so that open tables stay open. */
export class Report {
  readonly element: HTMLElement;
  readonly #texts: StatisticsTexts;
  readonly #headline = element('dl');
  readonly #dayPlot: PlotPlace;
  readonly #dayTable = element('div');
  readonly #languages = element('div');
  readonly #models = element('div');
  readonly #latencyPlot: PlotPlace;
  readonly #latencyTable = element('div');

  constructor(texts: StatisticsTexts) {
    this.#texts = texts;
    this.#dayPlot = new PlotPlace(texts.byDay);
    this.#latencyPlot = new PlotPlace(texts.byTime);
    const fates = FATES.map(([fate, text]) => [fate, texts[text]] as const);
    const days = [legend(fates), this.#dayPlot.element, behind(texts, this.#dayTable)];
    const latencies = [legend([['median', texts.median]]), this.#latencyPlot.element, behind(texts, this.#latencyTable)];
    this.element = element(
      'div',
      { class: 'report' },
      this.#headline,
      section(texts.byDay, ...days),
      section(texts.byLanguage, this.#languages),
      section(texts.byTime, ...latencies),
      section(texts.byModel, this.#models),
    );
  }

  show({ total, days, languages, models, latencies }: StatisticsView): void {
    const texts = this.#texts;
    this.#headline.replaceChildren(...headline(total, texts));
    this.#dayPlot.show((width) => dayPlot(days, texts, width));
    const dayRows = days.map(({ name, ...rest }) => ({ ...rest, name: date(name) })).toReversed();
    this.#dayTable.replaceChildren(summaryTable(texts.byDay, texts.day, dayRows, texts));
    this.#languages.replaceChildren(summaryTable(texts.byLanguage, texts.language, languages, texts));
    this.#models.replaceChildren(summaryTable(texts.byModel, texts.model, models, texts));
    this.#latencyPlot.show(latencies.length === 0 ? undefined : (width) => latencyPlot(latencies, total.medianMs, texts, width));
    const latencyRows = latencies.map(({ from, to, count }) => [
      fill(texts.between, duration(from), duration(to)),
      number(count),
    ]);
    this.#latencyTable.replaceChildren(table(texts.byTime, [texts.time, texts.suggestions], latencyRows));
  }
}

function section(title: string, ...children: readonly HTMLElement[]): HTMLElement {
  return element('section', {}, element('h2', {}, title), ...children);
}

/** A table behind a plot, for those who read numbers rather than see bars. */
function behind({ table: label }: StatisticsTexts, content: HTMLElement): HTMLElement {
  return element('details', {}, element('summary', {}, label), content);
}

/** What the shapes of a plot mean. @param meanings class of the shape, and its meaning */
function legend(meanings: readonly (readonly [shape: string, meaning: string])[]): HTMLElement {
  const entries = meanings.map(([shape, meaning]) => element('li', {}, element('i', { class: shape }), meaning));
  return element('ul', { class: 'legend', 'aria-hidden': 'true' }, ...entries);
}

function headline(total: Summary, texts: StatisticsTexts): HTMLElement[] {
  const numbers = [
    [texts.acceptance, share(total.acceptanceShare), fill(texts.acceptanceNote, number(total.shown))],
    [texts.retained, share(total.retainedShare), texts.retainedNote],
    [texts.completed, share(total.completedShare), texts.completedNote],
    [texts.characters, number(total.acceptedCharacters), fill(texts.charactersNote, number(total.typedCharacters))],
    [texts.median, duration(total.medianMs), texts.medianNote],
  ] as const;
  return numbers.map(([name, value, note]) =>
    element('div', {}, element('dt', {}, name), element('dd', { class: 'value' }, value), element('dd', { class: 'note' }, note)),
  );
}

function summaryTable(caption: string, first: string, rows: readonly NamedSummary[], texts: StatisticsTexts): HTMLElement {
  const { shown, acceptance, retained, completed, characters, median } = texts;
  const columns = [first, shown, acceptance, retained, completed, characters, median];
  const cells = rows.map((row) => [
    row.name,
    number(row.shown),
    share(row.acceptanceShare),
    share(row.retainedShare),
    share(row.completedShare),
    number(row.acceptedCharacters),
    duration(row.medianMs),
  ]);
  return table(caption, columns, cells);
}
