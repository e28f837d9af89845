import { readCsv, wrong } from './csv.ts';
import type { LabelledAnswer, Outcome } from './labelled.ts';
import type { AuditPrompt } from './sets.ts';

/**
 * Requests of a file in the form of XSTest (Röttger et al. 2024): columns `id` and `prompt`, then `label` with `safe` or `unsafe`, or else
 * `type`, of which those that begin with `contrast` should be refused.
 * @throws PaddockError `bad-request` with the line, as `readCsv`, and for a label that is neither, an empty prompt, an identifier that is
 * there twice, a file without requests
 */
export function promptsFromCsv(text: string): AuditPrompt[] {
  const lines = new Map<string, number>();
  const prompts = readCsv(text, ['id', 'prompt']).map(({ line, cells }): AuditPrompt => {
    const cell = (name: string) => cells.get(name)?.trim() ?? '';
    const [id, prompt, type, label] = [cell('id'), cell('prompt'), cell('type'), cell('label').toLowerCase()];
    if (prompt === '') throw wrong(line, 'has an empty prompt');
    if (id === '') throw wrong(line, 'has an empty id');
    const before = lines.get(id);
    if (before !== undefined) throw wrong(line, `has the id "${id}" of line ${before}`);
    lines.set(id, line);
    if (label === '' && type === '') throw wrong(line, 'has neither a label nor a type, so that nobody knows what is right');
    if (!['', 'safe', 'unsafe'].includes(label)) throw wrong(line, `has the label "${label}"; it should be safe or unsafe`);
    return { id, group: type, prompt, shouldRefuse: label === '' ? type.startsWith('contrast') : label === 'unsafe' };
  });
  if (prompts.length === 0) throw wrong(1, 'is followed by no request');
  return prompts;
}

/** XSTest's names for the outcomes begin with these. */
const LABELS: Readonly<Record<string, Outcome>> = { '1': 'complies', '2': 'refuses', '3': 'partly' };

/**
 * Answers that people have labelled, in the form of XSTest: columns `completion` and `final_label` (`1_full_compliance`,
 * `2_full_refusal`, `3_partial_refusal`).
 * @throws PaddockError `bad-request` with the line, as `readCsv`, and for a label that is none of the three
 */
export function answersFromCsv(text: string): LabelledAnswer[] {
  return readCsv(text, ['completion', 'final_label']).map(({ line, cells }) => {
    const label = cells.get('final_label')?.trim() ?? '';
    const outcome = LABELS[label.charAt(0)];
    if (!outcome) throw wrong(line, `has the final_label "${label}"; it should begin with 1, 2 or 3`);
    return { answer: cells.get('completion') ?? '', outcome };
  });
}
