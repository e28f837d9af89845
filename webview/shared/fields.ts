import { element } from './elements.ts';

/** A field for a number. @param id empty where its label is not an element */
export function numberField(id: string, min: number, max: number, step: number): HTMLInputElement {
  const bounds = { min: String(min), max: String(max), step: String(step) };
  return element('input', { type: 'number', required: '', ...(id !== '' && { id }), ...bounds });
}

/** A field with its label and a word about it. */
export function labelled(label: string, note: string, field: HTMLElement): HTMLElement {
  const noteId = `${field.id}-note`;
  field.setAttribute('aria-describedby', noteId);
  return element(
    'div',
    { class: 'field' },
    element('label', { for: field.id }, label),
    field,
    element('span', { class: 'note', id: noteId }, note),
  );
}
