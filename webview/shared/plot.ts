import { type Plot, type PlotOptions, plot } from '@observablehq/plot';

/** What draws a plot at a width in CSS pixels. */
export type Draw = (width: number) => PlotOptions;

/** Bounds of the width: narrower is illegible, wider is no clearer. */
const NARROWEST = 180;
const WIDEST = 828;

/**
 * A place for a plot, which is drawn anew when its width changes. The plot is a picture to a screen reader, named by its label; what is in
 * it must stand in a table beside it.
 */
export class PlotPlace {
  readonly element = document.createElement('div');
  readonly #label: string;
  #draw: Draw | undefined;
  #width = 0;
  #drawn: (Element & Plot) | undefined;

  constructor(label: string) {
    this.#label = label;
    this.element.className = 'plot';
    new ResizeObserver(() => this.#redraw()).observe(this.element);
  }

  /** @param draw undefined where there is nothing to draw */
  show(draw: Draw | undefined): void {
    this.#draw = draw;
    this.#width = 0;
    if (draw) this.#redraw();
    else {
      this.#drawn = undefined;
      this.element.replaceChildren();
    }
  }

  /** What lies there on the horizontal axis, also beyond its ends; undefined where nothing is drawn. @param clientX as an event has it */
  valueAt(clientX: number): number | undefined {
    const { left = 0, width = 0 } = this.#drawn?.getBoundingClientRect() ?? {};
    // The picture is scaled down if there is too little room for it.
    const found: unknown = width > 0 ? this.#drawn?.scale('x')?.invert?.(((clientX - left) * this.#width) / width) : undefined;
    return typeof found === 'number' ? found : undefined;
  }

  #redraw(): void {
    const width = Math.min(WIDEST, Math.max(NARROWEST, Math.floor(this.element.clientWidth)));
    if (!this.#draw || width === this.#width || this.element.clientWidth === 0) return;
    this.#width = width;
    const drawn = plot({ ...this.#draw(width), width });
    // The library's own styles are inline, which the page's policy forbids; plot.css has what is needed of them.
    for (const style of drawn.querySelectorAll('style')) style.remove();
    // It labels groups without a role for screen readers, which do not look into a picture.
    for (const group of drawn.querySelectorAll('[aria-label]')) {
      group.setAttribute('data-mark', group.getAttribute('aria-label') ?? '');
      group.removeAttribute('aria-label');
    }
    drawn.setAttribute('role', 'img');
    drawn.setAttribute('aria-label', this.#label);
    this.#drawn = drawn;
    this.element.replaceChildren(drawn);
  }
}
