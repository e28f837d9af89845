import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ShownMessage } from '../../protocol/chatMessages.ts';

/** Distance in pixels that still counts as being at the end. */
const NEAR_END = 32;

/** Holds the list at its end while the person is there, whatever grows. @param complete whether the last message is drawn */
export function useEnd(scroller: { readonly current: HTMLDivElement | null }, complete: boolean) {
  const following = useRef(true);
  const top = useRef(0);
  const [reached, setReached] = useState(true);
  useLayoutEffect(() => {
    const list = scroller.current;
    if (!list) return;
    const hold = new ResizeObserver(() => {
      if (!following.current) return;
      list.scrollTop = list.scrollHeight;
      top.current = list.scrollTop;
    });
    hold.observe(list);
    for (const child of list.children) hold.observe(child);
    return () => hold.disconnect();
  }, [scroller]);
  const follow = (follows: boolean) => {
    following.current = follows;
    setReached(follows);
  };
  return {
    reached: reached && complete,
    /** Call it on scrolling, before anything is rendered because of it. */
    look: () => {
      const list = scroller.current ?? document.body;
      const near = rest(list) < NEAR_END;
      // Only scrolling upwards leaves the end; content added below does not.
      if (near || list.scrollTop < top.current) follow(near);
      top.current = list.scrollTop;
    },
    leave: () => follow(false),
    /** Rendering now must not move the list, which follows its end only if it already is there. */
    stay: (place: number) => {
      following.current = false;
      scroller.current?.scrollTo({ top: place });
      requestAnimationFrame(() => follow(rest(scroller.current ?? document.body) < NEAR_END));
    },
    go: () => {
      follow(true);
      requestAnimationFrame(() => scroller.current?.scrollTo({ top: scroller.current.scrollHeight }));
    },
  };
}

/** Keeps the scroll position when earlier messages are rendered above. */
export function useKeptPlace(scroller: { readonly current: HTMLDivElement | null }, from: number, id: string): void {
  const before = useRef({ from, id, height: 0, top: 0 });
  const list = scroller.current;
  if (list) before.current = { ...before.current, height: list.scrollHeight, top: list.scrollTop };
  useLayoutEffect(() => {
    const { current } = scroller;
    const { from: was, id: of, height, top } = before.current;
    if (current && of === id && from < was) current.scrollTop = top + current.scrollHeight - height;
    before.current = { ...before.current, from, id };
  }, [scroller, from, id]);
}

/** The best of several answers replaces the one shown while they were generated, with cards below it; the scroll position stays. */
export function useReplaced(
  scroller: { readonly current: HTMLDivElement | null },
  last: ShownMessage | undefined,
  stay: (place: number) => void,
): void {
  const before = useRef({ id: '', drawing: 0 });
  // Removing the focused element may measure and scroll the list before everything is rendered.
  const place = scroller.current?.scrollTop ?? 0;
  const [id, drawing] = [last?.id ?? '', last?.judging?.drawing ?? 0];
  useLayoutEffect(() => {
    const { current } = before;
    before.current = { id, drawing };
    if (current.id === id && current.drawing > 0 && drawing === 0) stay(place);
  });
}

/** Pixels below what is seen of a list. */
function rest({ scrollTop, scrollHeight, clientHeight }: HTMLElement): number {
  return scrollHeight - scrollTop - clientHeight;
}
