import type { PreferencesIntent, PreferencesTexts, ShownHeads } from '../protocol/preferences.ts';
import { button } from '../shared/button.ts';
import { element } from '../shared/elements.ts';
import { fill } from '../shared/fill.ts';
import { number } from '../shared/format.ts';

/** The versions of the heads; any can be restored. */
export class Versions {
  readonly element: HTMLElement;
  readonly #texts: PreferencesTexts;
  readonly #send: (intent: PreferencesIntent) => void;
  readonly #heading: HTMLElement;
  readonly #list = element('ul', { class: 'versions' });
  #shown = '';

  constructor(texts: PreferencesTexts, send: (intent: PreferencesIntent) => void) {
    this.#texts = texts;
    this.#send = send;
    const retrain = button(texts.retrain, () => send({ kind: 'retrain' }), 'primary');
    this.#heading = element('h2', { tabindex: '-1' }, texts.heads);
    const note = element('p', { class: 'note' }, texts.headsNote);
    const actions = element('div', { class: 'actions' }, retrain);
    this.element = element('section', {}, this.#heading, this.#list, actions, note);
  }

  show(versions: readonly ShownHeads[]): void {
    const now = JSON.stringify(versions);
    if (now === this.#shown) return;
    this.#shown = now;
    const hadFocus = this.#list.contains(document.activeElement);
    this.#list.replaceChildren(...versions.map((version) => this.#item(version)));
    // The button that was pressed is gone.
    if (hadFocus) this.#heading.focus();
  }

  #item({ version, when, judgements, isActive }: ShownHeads): HTMLElement {
    const texts = this.#texts;
    const name = version === 0 ? texts.shipped : fill(texts.version, number(version), when);
    const learnt = version === 0 ? [] : [element('p', { class: 'note' }, fill(texts.learntFrom, number(judgements)))];
    const use = button(texts.activate, () => this.#send({ kind: 'activate', version }));
    use.setAttribute('aria-label', fill(texts.activateVersion, name));
    use.hidden = isActive;
    return element(
      'li',
      isActive ? { class: 'active' } : {},
      element('div', {}, element('h3', {}, isActive ? `${name} (${texts.active})` : name), ...learnt),
      use,
    );
  }
}
