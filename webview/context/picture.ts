/** Style properties that a drawing inherits from the page, and that must be saved with it. */
const LOOKS = ['stroke-width', 'stroke-dasharray', 'font-family', 'font-size'] as const;

/** A plot as a file of its own: with the colours that it has on the page, over the page's background. */
export function pictureOf(drawn: SVGSVGElement): string {
  const copy = drawn.cloneNode(true) as SVGSVGElement;
  const [from, to] = [drawn, copy].map((svg) => [svg, ...svg.querySelectorAll<SVGElement>('*')]) as [SVGElement[], SVGElement[]];
  for (const [i, shape] of from.entries()) {
    const looks = getComputedStyle(shape);
    for (const look of LOOKS) to[i]?.setAttribute(look, looks.getPropertyValue(look));
    for (const look of ['fill', 'stroke'] as const) setColor(to[i], look, looks);
    to[i]?.removeAttribute('class');
  }
  const ground = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  for (const [name, value] of Object.entries({ width: '100%', height: '100%' })) ground.setAttribute(name, value);
  ground.setAttribute('fill', getComputedStyle(document.body).backgroundColor);
  copy.prepend(ground);
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return new XMLSerializer().serializeToString(copy);
}

/**
 * Programs that read the first version of SVG know neither colours with an opacity of their own nor mixed ones: lines in such colours are
 * missing there.
 */
function setColor(shape: SVGElement | undefined, look: 'fill' | 'stroke', looks: CSSStyleDeclaration): void {
  const { color, opacity } = plainColor(looks.getPropertyValue(look));
  shape?.setAttribute(look, color);
  const all = opacity * Number(looks.getPropertyValue(`${look}-opacity`));
  shape?.setAttribute(`${look}-opacity`, String(Number(all.toFixed(3))));
}

function plainColor(color: string): { readonly color: string; readonly opacity: number } {
  const canvas = document.createElement('canvas').getContext('2d');
  if (!canvas || !/^(?:rgba|color)\(/.test(color)) return { color, opacity: 1 };
  canvas.fillStyle = color;
  canvas.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0, alpha = 0] = canvas.getImageData(0, 0, 1, 1).data;
  return { color: `rgb(${red}, ${green}, ${blue})`, opacity: alpha / 255 };
}
