type Child = Node | string;

/** Makes an element. @param attributes `class`, `for`, `aria-…` as in HTML */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
}

/** A table whose first column names its rows. @param rows texts, as many in each as there are columns */
export function table(caption: string, columns: readonly string[], rows: readonly (readonly string[])[]): HTMLElement {
  const head = element('tr', {}, ...columns.map((column) => element('th', { scope: 'col' }, column)));
  const body = rows.map(([name = '', ...values]) =>
    element('tr', {}, element('th', { scope: 'row' }, name), ...values.map((value) => element('td', {}, value))),
  );
  const title = element('caption', { class: 'unseen' }, caption);
  const all = element('table', {}, title, element('thead', {}, head), element('tbody', {}, ...body));
  const scroller = element('div', { class: 'scroller' }, all);
  new ResizeObserver(() => reach(scroller, caption)).observe(scroller);
  return scroller;
}

/** Lets keys scroll what has not all its room, and leads them to nothing else. */
function reach(scroller: HTMLElement, name: string): void {
  const { scrollWidth, clientWidth, scrollHeight, clientHeight } = scroller;
  const scrolls = scrollWidth > clientWidth || scrollHeight > clientHeight;
  for (const [attribute, value] of Object.entries({ role: 'region', tabindex: '0', 'aria-label': name })) {
    if (scrolls) scroller.setAttribute(attribute, value);
    else scroller.removeAttribute(attribute);
  }
}
