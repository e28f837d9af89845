/** The page that audits refusals: draws the view it is given, and sends the person's intents. */
import { type AuditIntent, type AuditView, isAuditTexts, isAuditView } from '../protocol/audit.ts';
import { element } from '../shared/elements.ts';
import { connect, startData } from '../shared/host.ts';
import { Audits } from './audits.ts';
import { Form } from './form.ts';
import { Requests } from './requests.ts';
import { Result } from './result.ts';

const texts = startData(isAuditTexts);
const post = connect<AuditView, AuditIntent>(isAuditView, show);
/** The audit that is shown, and the threshold pointed at in it until a view has it. */
let shown: string | undefined;
let pointedAt: number | undefined;

const model = element('p');
const problem = element('p', { class: 'problem', role: 'alert' });
const empty = element('p', { class: 'empty' }, texts.nothing);
const form = new Form(texts, send);
const requests = new Requests(texts, send);
const result = new Result(texts, send, (share, goes) => requests.look(share, goes));
const audits = new Audits(texts, send);

document.body.append(
  element(
    'main',
    {},
    element('header', {}, element('h1', {}, texts.title), element('p', { class: 'note' }, texts.about), model),
    form.element,
    problem,
    empty,
    result.element,
    requests.element,
    audits.element,
  ),
);
for (const part of [problem, result.element, requests.element, audits.element]) part.hidden = true;
send({ kind: 'ready' });

function send(intent: AuditIntent): void {
  pointedAt = intent.kind === 'threshold' ? intent.share : undefined;
  post(intent);
}

/** Whether a view was sent before the threshold was pointed at: it would take the dial back from under the next key. */
function isOlder({ audit }: AuditView): boolean {
  return (
    pointedAt !== undefined && audit?.sweep?.threshold !== undefined && audit.id === shown && audit.sweep.threshold !== pointedAt
  );
}

/** Replaces the view. The focus stays, except for a person who waited for an audit: then it moves to the result. */
function show(view: AuditView): void {
  if (isOlder(view)) return;
  model.textContent = view.model === '' ? texts.noModel : view.model;
  if (problem.textContent !== view.problem) problem.textContent = view.problem;
  problem.hidden = view.problem === '';
  const hasEnded = form.show(view);
  const { audit } = view;
  shown = audit?.id;
  pointedAt = undefined;
  empty.hidden = audit !== null || view.model === '';
  result.element.hidden = audit === null;
  requests.element.hidden = audit === null;
  if (audit) {
    result.show(audit, view);
    requests.show(audit, view);
  }
  audits.show(view.audits);
  if (hasEnded && audit?.isComplete) result.focus();
  document.body.dataset.shown = view.kind;
}
