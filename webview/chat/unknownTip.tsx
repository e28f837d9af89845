import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { fill } from '../shared/fill.ts';
import { UNKNOWN } from './markdown/unknownNames.tsx';
import { usePanel } from './panel.ts';

/** Pixels between the explanation and what is around it. */
const GAP = 4;

/** Explains a name that exists nowhere while it is hovered or focused; Escape closes the explanation. */
export function UnknownTip() {
  const { texts } = usePanel();
  const [of, setOf] = useState<HTMLElement>();
  const tip = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const show = ({ target }: Event) => {
      if (!(target instanceof Element) || tip.current?.contains(target)) return;
      const name = target.closest(`.${UNKNOWN}`) ?? document.activeElement?.closest(`.${UNKNOWN}`);
      setOf(name instanceof HTMLElement ? name : undefined);
    };
    const hide = () => setOf(undefined);
    // Focusing scrolls to it, which must not close the explanation.
    const follow = () =>
      setOf((name) => {
        if (name !== document.activeElement) return undefined;
        if (name && tip.current) place(tip.current, name.getBoundingClientRect());
        return name;
      });
    const onKey = ({ key }: KeyboardEvent) => key === 'Escape' && hide();
    const listeners = [
      ['pointerover', show],
      ['focusin', show],
      ['focusout', hide],
      ['scroll', follow],
      ['keydown', onKey],
    ] as const;
    for (const [kind, listener] of listeners) document.addEventListener(kind, listener as EventListener, true);
    return () => {
      for (const [kind, listener] of listeners) document.removeEventListener(kind, listener as EventListener, true);
    };
  }, []);
  useLayoutEffect(() => {
    if (!of || !tip.current) return;
    place(tip.current, of.getBoundingClientRect());
    of.setAttribute('aria-describedby', tip.current.id);
    return () => of.removeAttribute('aria-describedby');
  }, [of]);
  if (!of?.isConnected) return null;
  return (
    <div class="tip" role="tooltip" id="unknown-tip" ref={tip}>
      {fill(texts.unknownName, of.dataset.name ?? '')}
    </div>
  );
}

/** Below the name, or above if there is no room; always within the panel. */
function place(tip: HTMLElement, about: DOMRect): void {
  const { offsetWidth: width, offsetHeight: height } = tip;
  const left = Math.max(GAP, Math.min(about.left, innerWidth - width - GAP));
  const below = about.bottom + GAP;
  tip.style.left = `${left}px`;
  tip.style.top = `${below + height > innerHeight ? Math.max(GAP, about.top - height - GAP) : below}px`;
}
