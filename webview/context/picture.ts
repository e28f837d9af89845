/** Style properties that a drawing inherits from the page, and that must be saved with it. */
const LOOKS = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'font-family', 'font-size'] as const;

/** A plot as a file of its own: with the colours that it has on the page, over the page's background. */
export function pictureOf(drawn: SVGSVGElement): string {
  const copy = drawn.cloneNode(true) as SVGSVGElement;
  const [from, to] = [drawn, copy].map((svg) => [svg, ...svg.querySelectorAll<SVGElement>('*')]) as [SVGElement[], SVGElement[]];
  for (const [i, shape] of from.entries()) {
    const looks = getComputedStyle(shape);
    for (const look of LOOKS) to[i]?.setAttribute(look, looks.getPropertyValue(look));
    to[i]?.removeAttribute('class');
  }
  const ground = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  for (const [name, value] of Object.entries({ width: '100%', height: '100%' })) ground.setAttribute(name, value);
  ground.setAttribute('fill', getComputedStyle(document.body).backgroundColor);
  copy.prepend(ground);
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return new XMLSerializer().serializeToString(copy);
}
