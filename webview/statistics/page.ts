/** The page of statistics: draws the view it is given, and sends the person's intents. */
import {
  isStatisticsTexts,
  isStatisticsView,
  RANGES,
  type StatisticsIntent,
  type StatisticsTexts,
  type StatisticsView,
} from '../protocol/statistics.ts';
import { button, setDisabled } from '../shared/button.ts';
import { element } from '../shared/elements.ts';
import { fill } from '../shared/fill.ts';
import { number } from '../shared/format.ts';
import { connect, startData } from '../shared/host.ts';
import { Report } from './report.ts';

const texts = startData(isStatisticsTexts);
const send = connect<StatisticsView, StatisticsIntent>(isStatisticsView, show);

const since = element('p', { class: 'note' });
const off = element('div', { class: 'notice', role: 'status' });
const empty = element('div', { class: 'empty' });
const range = rangeChoice(texts);
const report = new Report(texts);
const erase = button(texts.erase, () => send({ kind: 'erase' }));
const downloads = [
  button(texts.exportCsv, () => send({ kind: 'export', format: 'csv' })),
  button(texts.exportJson, () => send({ kind: 'export', format: 'json' })),
];

off.append(
  element('p', {}, texts.off),
  button(texts.openSetting, () => send({ kind: 'settings' }), 'primary'),
);
document.body.append(
  element(
    'main',
    {},
    element('header', {}, element('h1', {}, texts.title), since, off, range.element),
    empty,
    report.element,
    element('footer', {}, ...downloads, erase),
  ),
);
send({ kind: 'ready' });

/** Replaces the view; the focus stays. */
function show(view: StatisticsView): void {
  const nothingYet = view.since === '';
  const nothing = view.total.shown + view.total.typedCharacters === 0;
  since.textContent = [texts.local, ...(nothingYet ? [] : [fill(texts.since, view.since)])].join(' ');
  off.hidden = view.enabled;
  range.choose(view.range);
  range.element.hidden = nothingYet;
  empty.hidden = !nothing;
  if (nothing) empty.replaceChildren(...emptyLines(nothingYet));
  report.element.hidden = nothing;
  if (!nothing) report.show(view);
  for (const each of downloads) setDisabled(each, nothing);
  setDisabled(erase, nothingYet);
  document.body.dataset.shown = view.kind;
}

function emptyLines(nothingYet: boolean): HTMLElement[] {
  if (!nothingYet) return [element('p', {}, texts.noneInRange)];
  return [element('p', {}, texts.none), element('p', { class: 'note' }, texts.noneNote)];
}

/** One of the ranges. */
function rangeChoice({ range: legend, days }: StatisticsTexts): {
  readonly element: HTMLElement;
  readonly choose: (range: number) => void;
} {
  const inputs = RANGES.map((each) => {
    const input = element('input', { type: 'radio', name: 'range', value: String(each) });
    input.addEventListener('change', () => send({ kind: 'range', range: each }));
    return input;
  });
  const labels = inputs.map((input) => element('label', {}, input, fill(days, number(Number(input.value)))));
  const choose = (range: number) => {
    for (const input of inputs) input.checked = input.value === String(range);
  };
  return { element: element('fieldset', {}, element('legend', { class: 'unseen' }, legend), ...labels), choose };
}
