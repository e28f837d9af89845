import { type AuditIntent, type AuditTexts, type AuditView, UNDER } from '../protocol/audit.ts';
import { button, setDisabled, type VscodeButton } from '../shared/button.ts';
import { element } from '../shared/elements.ts';
import { fill } from '../shared/fill.ts';
import { number } from '../shared/format.ts';
import { progressBar, type VscodeProgressBar } from '../shared/progressBar.ts';
import { setName } from './words.ts';

/** Which requests to audit with, and the button that begins or ends it. It keeps the person's choices when new views arrive. */
export class Form {
  readonly element: HTMLElement;
  readonly #texts: AuditTexts;
  readonly #boxes = element('fieldset', { 'aria-describedby': 'sets-note' });
  readonly #under: HTMLSelectElement;
  readonly #import: VscodeButton;
  readonly #run: VscodeButton;
  readonly #stop: VscodeButton;
  readonly #bar: VscodeProgressBar;
  readonly #count = element('span', { class: 'note' });
  #offered = '';

  constructor(texts: AuditTexts, send: (intent: AuditIntent) => void) {
    this.#texts = texts;
    this.#import = button(texts.importCsv, () => send({ kind: 'import' }));
    const note = element('span', { class: 'note', id: 'import-note' }, texts.importNote);
    this.#import.setAttribute('aria-describedby', note.id);
    this.#run = button(
      texts.run,
      () => send({ kind: 'run', sets: this.#chosen, under: UNDER.find((each) => each === this.#under.value) ?? 'none' }),
      'primary',
    );
    this.#stop = button(texts.stop, () => send({ kind: 'stop' }));
    this.#bar = progressBar(texts.progress);
    this.#boxes.addEventListener('change', () => {
      setDisabled(this.#run, this.#chosen.length === 0);
    });
    const names = { none: texts.underNone, chat: texts.underChat, levels: texts.underLevels };
    const options = UNDER.map((each) => element('option', { value: each }, names[each]));
    this.#under = element('select', { id: 'under', 'aria-describedby': 'under-note' }, ...options);
    this.element = element(
      'section',
      { class: 'form' },
      element('div', {}, this.#boxes, element('span', { class: 'note', id: 'sets-note' }, texts.setsNote)),
      element(
        'div',
        { class: 'field' },
        element('label', { for: 'under' }, texts.under),
        this.#under,
        element('span', { class: 'note', id: 'under-note' }, texts.underNote),
      ),
      element('div', { class: 'field' }, this.#import, note),
      element('div', { class: 'actions' }, this.#run, this.#stop, this.#bar, this.#count),
    );
  }

  /** @returns whether an audit has ended that the person started here */
  show({ model, offered, progress }: AuditView): boolean {
    this.#offer(offered);
    const isBusy = progress !== null;
    const turned = this.#stop.hidden === isBusy;
    const hadFocus = this.element.contains(document.activeElement);
    this.#run.hidden = isBusy;
    setDisabled(this.#run, model === '' || this.#chosen.length === 0);
    this.#stop.hidden = !isBusy;
    this.#bar.hidden = !isBusy;
    this.#bar.max = progress?.of ?? 1;
    this.#bar.value = progress?.done ?? 0;
    this.#count.textContent = progress ? fill(this.#texts.progressOf, number(progress.done), number(progress.of)) : '';
    // The pressed button has been replaced, and the fields are disabled meanwhile.
    if (turned && hadFocus) (isBusy ? this.#stop : this.#run).focus();
    this.#boxes.disabled = isBusy;
    this.#under.disabled = isBusy;
    setDisabled(this.#import, isBusy);
    return turned && hadFocus && !isBusy;
  }

  get #chosen(): string[] {
    return [...this.#boxes.querySelectorAll('input')].filter(({ checked }) => checked).map(({ value }) => value);
  }

  /** All are chosen at first, and so is an imported file. */
  #offer(offered: AuditView['offered']): void {
    const now = JSON.stringify(offered);
    if (now === this.#offered) return;
    this.#offered = now;
    const left = new Set([...this.#boxes.querySelectorAll('input')].filter(({ checked }) => !checked).map(({ value }) => value));
    const rows = offered.map(({ set, requests }) => {
      const box = element('input', { type: 'checkbox', value: set });
      box.checked = !left.has(set);
      return element('label', {}, box, fill(this.#texts.setCount, setName(set, this.#texts), number(requests)));
    });
    this.#boxes.replaceChildren(element('legend', {}, this.#texts.sets), ...rows);
  }
}
