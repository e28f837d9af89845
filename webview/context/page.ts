/** The page that measures the context window: draws the view it is given, and sends the person's intents. */
import { type ContextIntent, type ContextView, isContextTexts, isContextView } from '../protocol/context.ts';
import { element } from '../shared/elements.ts';
import { fill } from '../shared/fill.ts';
import { number } from '../shared/format.ts';
import { connect, startData } from '../shared/host.ts';
import { Form } from './form.ts';
import { Report } from './report.ts';
import { RetentionReport } from './retention.ts';

const texts = startData(isContextTexts);
const send = connect<ContextView, ContextIntent>(isContextView, show);

const model = element('p');
const code = element('p', { class: 'note' });
const problem = element('p', { class: 'problem', role: 'alert' });
const empty = element('p', { class: 'empty' }, texts.nothing);
const form = new Form(texts, send);
const report = new Report(texts, send);
const retention = new RetentionReport(texts, send);

document.body.append(
  element(
    'main',
    {},
    element('header', {}, element('h1', {}, texts.title), element('p', { class: 'note' }, texts.about), model, code),
    form.element,
    problem,
    empty,
    report.element,
    retention.element,
  ),
);
report.element.hidden = true;
problem.hidden = true;
send({ kind: 'ready' });

/** Replaces the view. The focus stays, except for a person who waited for a measurement: then it moves to the result. */
function show(view: ContextView): void {
  model.textContent = view.model === '' ? texts.noModel : fill(texts.model, view.model, number(view.trained));
  code.textContent = view.model === '' ? '' : codeWords(view);
  if (problem.textContent !== view.problem) problem.textContent = view.problem;
  problem.hidden = view.problem === '';
  const hasEnded = form.show(view);
  const { measurement } = view;
  empty.hidden = measurement !== null || view.model === '';
  report.element.hidden = measurement === null;
  if (measurement) report.show(measurement, view);
  retention.show(view);
  if (hasEnded && measurement?.isComplete) report.focus();
  document.body.dataset.shown = view.kind;
}

/** The texts available for measuring. */
function codeWords({ longestText, largest, files, onlyOpen }: ContextView): string {
  if (longestText === null) return texts.looking;
  const read = fill(onlyOpen ? texts.filesOpen : texts.files, number(files));
  if (longestText === 0) return `${read} ${texts.noTexts}`;
  return `${read} ${fill(texts.longest, number(longestText), number(largest))}`;
}
