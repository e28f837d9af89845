import { useLayoutEffect, useState } from 'preact/hooks';
import { usePanel } from './panel.ts';

/** More at once were dropped by mistake. */
const MOST_FILES = 50;

/** The type of data under which cards of the panel are dragged, which are no files. */
export const CARD_TYPE = 'application/x-paddock-card';

/** Under which VS Code gives all files that are dragged; in the `text/uri-list` there is only the first of them. */
const EDITOR_TYPE = 'application/vnd.code.uri-list';

/** Takes files that are dropped anywhere on the panel. @returns whether something is held over it */
export function useDrop(): boolean {
  const { send } = usePanel();
  const [dragging, setDragging] = useState(false);
  useLayoutEffect(() => {
    const over = (event: DragEvent) => {
      // Without this the page would be left for the file.
      event.preventDefault();
      setDragging(event.dataTransfer?.types.includes(CARD_TYPE) !== true);
    };
    const leave = ({ relatedTarget }: DragEvent) => relatedTarget === null && setDragging(false);
    const drop = (event: DragEvent) => {
      event.preventDefault();
      setDragging(false);
      const uris = urisOf(event.dataTransfer?.getData(EDITOR_TYPE) || (event.dataTransfer?.getData('text/uri-list') ?? ''));
      if (uris.length > 0) send({ kind: 'drop', uris });
    };
    addEventListener('dragover', over);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', over);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
    };
  }, [send]);
  return dragging;
}

/** The URIs of a `text/uri-list` (RFC 2483). */
function urisOf(list: string): string[] {
  return list
    .split(/\r?\n/)
    .filter((line) => line !== '' && !line.startsWith('#'))
    .slice(0, MOST_FILES);
}
