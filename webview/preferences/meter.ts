import type { PreferencesTexts, ShownHead, ShownMeter, ShownShare } from '../protocol/preferences.ts';
import { element, table } from '../shared/elements.ts';
import { fill } from '../shared/fill.ts';
import { number } from '../shared/format.ts';
import { correlation, percent } from './words.ts';

/** How far the heads can be trusted, and what follows of it. */
export class Meter {
  readonly element: HTMLElement;
  readonly #texts: PreferencesTexts;
  readonly #shown = element('div', { class: 'meter' });

  constructor(texts: PreferencesTexts) {
    this.#texts = texts;
    const note = element('p', { class: 'note' }, texts.meterNote);
    this.element = element('section', {}, element('h2', {}, texts.meter), this.#shown, note);
  }

  show(meter: ShownMeter | null): void {
    if (!meter) {
      this.#shown.replaceChildren();
      return;
    }
    const texts = this.#texts;
    const { most, reason, heads, lengthCorrelation, refusals } = meter;
    this.#shown.replaceChildren(
      element('p', { class: 'most' }, [fill(texts.most, number(most)), reason].filter((part) => part !== '').join(' ')),
      ...heads.flatMap((head) => this.#accuracy(head)),
      element('p', { class: 'note' }, texts.accuracySource),
      element('p', {}, fill(texts.lengthCorrelation, correlation(lengthCorrelation))),
      element('p', {}, fill(texts.refusals, number(Math.round((refusals.value ?? 0) * refusals.of)), number(refusals.of))),
    );
  }

  #accuracy({ head, grades, all, paper }: ShownHead): HTMLElement[] {
    const texts = this.#texts;
    const title = head === 'helpful' ? texts.accuracyHelpful : texts.accuracySafe;
    const row = (name: string, share: ShownShare, reached: number) => [
      ...[name, this.#cell(share), number(share.of), percent(reached)],
    ];
    const rows = [...grades.map((each) => row(texts[each.grade], each, each.paper)), row(texts.all, all, paper)];
    return [element('h3', {}, title), table(title, [texts.grade, texts.own, texts.cases, texts.paper], rows)];
  }

  #cell({ value, low, high }: ShownShare): string {
    return value === null ? percent(null) : fill(this.#texts.interval, percent(value), percent(low), percent(high));
  }
}
