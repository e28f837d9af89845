/** The page of preferences: draws the view it is given, and sends the person's intents. */
import { isPreferencesTexts, isPreferencesView, type PreferencesIntent, type PreferencesView } from '../protocol/preferences.ts';
import { button } from '../shared/button.ts';
import { element } from '../shared/elements.ts';
import { connect, startData } from '../shared/host.ts';
import { Answers } from './answers.ts';
import { Judgements } from './judgements.ts';
import { Meter } from './meter.ts';
import { Versions } from './versions.ts';

const texts = startData(isPreferencesTexts);
const send = connect<PreferencesView, PreferencesIntent>(isPreferencesView, show);

const model = element('p');
const problem = element('p', { class: 'problem', role: 'alert' });
const done = element('p', { class: 'done', role: 'status' });
const judgements = new Judgements(texts);
const meter = new Meter(texts);
const versions = new Versions(texts, send);
const answers = new Answers(texts);
const wholesale = {
  export: button(texts.exportJson, () => send({ kind: 'export' })),
  import: button(texts.importJson, () => send({ kind: 'import' })),
  erase: button(texts.erase, () => send({ kind: 'erase' })),
  reset: button(texts.reset, () => send({ kind: 'reset' })),
};
const keep = element(
  'section',
  {},
  element('h2', {}, texts.keep),
  element('div', { class: 'actions' }, ...Object.values(wholesale)),
  element('p', { class: 'note' }, texts.keepNote),
);
const parts = [judgements.element, meter.element, versions.element, answers.element, keep];

document.body.append(
  element(
    'main',
    {},
    element('header', {}, element('h1', {}, texts.title), element('p', { class: 'note' }, texts.about), model),
    problem,
    ...parts,
    done,
  ),
);
for (const part of [problem, ...parts]) part.hidden = true;
send({ kind: 'ready' });

/** Replaces the view; the focus stays. */
function show(view: PreferencesView): void {
  model.textContent = view.model === '' ? texts.noModel : view.model;
  if (problem.textContent !== view.problem) problem.textContent = view.problem;
  problem.hidden = view.problem === '';
  if (done.textContent !== view.done) done.textContent = view.done;
  for (const part of parts) part.hidden = view.model === '';
  judgements.show(view.counts);
  meter.show(view.meter);
  versions.show(view.versions);
  answers.show(view.answers, view.unsafeBelow);
  document.body.dataset.shown = view.kind;
}
