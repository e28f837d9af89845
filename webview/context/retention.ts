import type { ContextIntent, ContextTexts, ContextView, ShownRetention } from '../protocol/context.ts';
import { button, type VscodeButton } from '../shared/button.ts';
import { element, table } from '../shared/elements.ts';
import { fill } from '../shared/fill.ts';
import { number, share } from '../shared/format.ts';
import { OtherFigures } from './other.ts';
import { retentionPlot } from './plots.ts';
import { MARKS, Plotted } from './report.ts';
import { scalingName } from './words.ts';

/** How long an instruction is kept, with pinning and without: the button that tests it, a plot and its table. */
export class RetentionReport {
  readonly element: HTMLElement;
  readonly #texts: ContextTexts;
  readonly #test: VscodeButton;
  readonly #when = element('p', { class: 'note' });
  readonly #other: OtherFigures;
  readonly #plotted: Plotted;
  /** The parts shown only after a test. */
  readonly #found: readonly HTMLElement[];
  #shown: string | undefined;

  constructor(texts: ContextTexts, send: (intent: ContextIntent) => void) {
    this.#texts = texts;
    this.#test = button(texts.testRetention, () => {
      if (this.#test.ariaDisabled !== 'true') send({ kind: 'retention' });
    });
    this.#other = new OtherFigures('retention', texts, send);
    this.#plotted = new Plotted(texts.retention, [texts.retentionCaption], texts, (svg) =>
      send({ kind: 'svg', name: 'retention', svg }),
    );
    this.#found = [...this.#plotted.element.children].slice(1) as HTMLElement[];
    const about = element('p', { class: 'note' }, texts.retentionAbout);
    const [heading] = this.#plotted.element.children;
    heading?.after(about, element('div', {}, this.#test), this.#when, element('div', {}, this.#other.element));
    this.element = element('div', { class: 'retention' }, this.#plotted.element);
  }

  show({ retention, progress, model, others }: ContextView): void {
    this.#other.show(others.retention, retention?.isComplete ?? false);
    this.element.hidden = model === '';
    // It is disabled during a measurement, but keeps the focus.
    this.#test.ariaDisabled = String(progress !== null);
    // Unchanged elements are kept, and with them the focus.
    const now = JSON.stringify(retention);
    if (now === this.#shown) return;
    this.#shown = now;
    const texts = this.#texts;
    this.#when.textContent = retention ? testInWords(retention, texts) : '';
    this.#when.hidden = retention === null;
    const turns = retention?.turns ?? [];
    for (const part of this.#found) part.hidden = turns.length === 0;
    this.#plotted.show(
      [
        { name: texts.saidOnce, look: 'curve-0', mark: MARKS[0] ?? '' },
        { name: texts.pinned, look: 'curve-1', mark: MARKS[1] ?? '' },
      ],
      turns.length > 0 ? (width) => retentionPlot(turns, texts, width) : undefined,
      retentionTable(turns, texts),
    );
  }
}

/** When it was tested, and what. */
function testInWords({ isComplete, when, window, scaling, rules, hasText }: ShownRetention, texts: ContextTexts): string {
  return [
    fill(isComplete ? texts.retentionTested : texts.retentionPartial, when, number(window)),
    ...(scaling.scaling === 'own' ? [] : [fill(texts.retentionScaling, scalingName(scaling, texts))]),
    fill(texts.retentionRules, rules.join(', ')),
    ...(hasText ? [texts.retentionText] : []),
  ].join(' ');
}

function retentionTable(turns: ShownRetention['turns'], texts: ContextTexts): HTMLElement {
  const cell = (part: number | null, of: number) =>
    part === null ? share(part) : fill(texts.ofAnswers, share(part), number(of));
  const rows = turns.map(({ turn, said, pinned, answers }) => [
    number(turn),
    cell(said, answers.said),
    cell(pinned, answers.pinned),
  ]);
  return table(texts.retention, [texts.turn, texts.saidOnce, texts.pinned], rows);
}
