import {
  type ContextIntent,
  type ContextTexts,
  type ContextView,
  MEASURED_SCALINGS,
  type MeasureChoice,
  type MeasuredScaling,
  TEXTS,
} from '../protocol/context.ts';
import { button, setDisabled, type VscodeButton } from '../shared/button.ts';
import { element } from '../shared/elements.ts';
import { labelled, numberField } from '../shared/fields.ts';
import { number } from '../shared/format.ts';
import { progressBar, type VscodeProgressBar } from '../shared/progressBar.ts';
import { scalingName } from './words.ts';

/** Factors that are tried first, and the base of Xiong et al. 2023. */
const FACTOR = 2;
const BASE = 500_000;

interface ScalingField {
  readonly scaling: MeasuredScaling;
  readonly box: HTMLInputElement;
  readonly value: HTMLInputElement | undefined;
}

/** The form for what to measure, with the button that starts or stops it. It keeps the person's choices when new views arrive. */
export class Form {
  readonly element: HTMLElement;
  readonly #send: (intent: ContextIntent) => void;
  readonly #window = element('select', { id: 'window' });
  readonly #count = numberField('count', TEXTS.least, TEXTS.most, 1);
  readonly #scalings: readonly ScalingField[];
  readonly #measure: VscodeButton;
  readonly #stop: VscodeButton;
  readonly #bar: VscodeProgressBar;
  readonly #fields: HTMLElement;
  readonly #rows: ReadonlyMap<MeasuredScaling, HTMLElement>;
  readonly #fixed: HTMLElement;
  #model: string | undefined;

  constructor(texts: ContextTexts, send: (intent: ContextIntent) => void) {
    this.#send = send;
    this.#scalings = MEASURED_SCALINGS.map((scaling) => scalingField(scaling, texts));
    this.#measure = button(texts.measure, () => this.#begin(), 'primary');
    this.#stop = button(texts.stop, () => send({ kind: 'stop' }));
    this.#bar = progressBar(texts.progress);
    this.#rows = new Map(
      this.#scalings.map(({ scaling, box, value }) => {
        const label = element('label', {}, box, scalingName({ scaling, value: 0 }, texts).replace(/ 0$/, ''));
        return [scaling, element('div', { class: 'scaling' }, label, ...(value ? [value] : []))];
      }),
    );
    this.#fixed = element('p', { class: 'note' }, texts.scalingFixed);
    this.#fields = element(
      'div',
      { class: 'fields' },
      labelled(texts.window, texts.windowNote, this.#window),
      labelled(texts.texts, texts.textsNote, this.#count),
      element('fieldset', {}, element('legend', {}, texts.scalings), ...this.#rows.values(), this.#fixed),
    );
    this.#fields.addEventListener('keydown', ({ key, target }) => {
      if (key === 'Enter' && target instanceof HTMLInputElement && target.type === 'number') this.#begin();
    });
    const actions = element('div', { class: 'actions' }, this.#measure, this.#stop, this.#bar);
    this.element = element('section', { class: 'form' }, this.#fields, actions);
  }

  /** @returns whether a measurement has ended that the person started here, so that the focus is on the button for another */
  show(view: ContextView): boolean {
    const isBusy = view.progress !== null;
    this.#offerWindows(view.windows, this.#window.value === '' ? view.choice.window : Number(this.#window.value));
    // Another model gets the choice last made for it; otherwise the person's choice stays.
    if (view.model !== '' && view.model !== this.#model) this.#choose(view);
    if (view.model !== '') this.#offerScalings(view.scalings);
    const turned = this.#stop.hidden === isBusy;
    const hadFocus = this.element.contains(document.activeElement);
    this.#measure.hidden = isBusy;
    setDisabled(this.#measure, view.windows.length === 0);
    this.#stop.hidden = !isBusy;
    this.#bar.hidden = !isBusy;
    this.#bar.value = 100 * (view.progress ?? 0);
    // The pressed button has been replaced, and the fields are disabled meanwhile.
    if (turned && hadFocus) (isBusy ? this.#stop : this.#measure).focus();
    for (const field of this.#fields.querySelectorAll('input, select')) field.toggleAttribute('disabled', isBusy);
    return turned && hadFocus && !isBusy;
  }

  #choose({ model, choice }: ContextView): void {
    this.#model = model;
    this.#count.value = String(choice.texts);
    for (const { scaling, box, value } of this.#scalings) {
      const chosen = choice.scalings.find((each) => each.scaling === scaling);
      box.checked = chosen !== undefined;
      if (value && chosen) value.value = String(chosen.value);
    }
  }

  #offerScalings(scalings: readonly MeasuredScaling[]): void {
    for (const [scaling, row] of this.#rows) row.hidden = !scalings.includes(scaling);
    for (const { scaling, box } of this.#scalings) box.checked &&= scalings.includes(scaling);
    this.#fixed.hidden = scalings.length > 1;
  }

  #offerWindows(windows: readonly number[], wanted: number): void {
    const offered = [...this.#window.options].map(({ value }) => Number(value));
    if (offered.join() === windows.join()) return;
    this.#window.replaceChildren(...windows.map((window) => element('option', { value: String(window) }, number(window))));
    const best = windows.findLast((window) => window <= wanted) ?? windows[0];
    if (best !== undefined) this.#window.value = String(best);
  }

  #begin(): void {
    const invalid = this.#fields.querySelector<HTMLInputElement>('input:invalid');
    if (invalid) {
      invalid.reportValidity();
      return;
    }
    const chosen = this.#scalings.filter(({ box }) => box.checked);
    const [first] = this.#scalings;
    // Nothing chosen means the model as it is.
    if (chosen.length === 0 && first) first.box.checked = true;
    const scalings = this.#scalings
      .filter(({ box }) => box.checked)
      .map(({ scaling, value }) => ({ scaling, value: Number(value?.value ?? 1) }));
    const choice: MeasureChoice = { window: Number(this.#window.value), texts: Number(this.#count.value), scalings };
    this.#send({ kind: 'measure', choice });
  }
}

function scalingField(scaling: MeasuredScaling, texts: ContextTexts): ScalingField {
  const box = element('input', { type: 'checkbox' });
  if (scaling === 'own' || scaling === 'none') return { scaling, box, value: undefined };
  const isBase = scaling === 'base';
  const value = isBase ? numberField('', 1_000, 1_000_000_000, 1_000) : numberField('', 1, 32, 0.5);
  value.value = String(isBase ? BASE : FACTOR);
  value.setAttribute('aria-label', `${isBase ? texts.byBase : texts[scaling]}: ${isBase ? texts.base : texts.factor}`);
  // Typing a number also selects its scaling.
  value.addEventListener('input', () => {
    box.checked = true;
  });
  return { scaling, box, value };
}
