import { useLayoutEffect, useState } from 'preact/hooks';
import { usePanel } from './panel.ts';

/** Under which VS Code gives all files that are dragged; in the `text/uri-list` there is only the first of them. */
const EDITOR_TYPE = 'application/vnd.code.uri-list';
/** What is dragged with one of these is a file, or has an address; all else is left alone, such as text that goes into a field. */
const FILE_TYPES = [EDITOR_TYPE, 'text/uri-list', 'Files'];

/** Takes files that are dropped anywhere on the panel. @returns whether something is held over it */
export function useDrop(): boolean {
  const { send } = usePanel();
  const [dragging, setDragging] = useState(false);
  useLayoutEffect(() => {
    const over = (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      // Without this the page would be left for the file.
      event.preventDefault();
      setDragging(true);
    };
    const leave = ({ relatedTarget }: DragEvent) => relatedTarget === null && setDragging(false);
    const drop = (event: DragEvent) => {
      setDragging(false);
      if (!holdsFiles(event)) return;
      event.preventDefault();
      const uris = urisOf(event.dataTransfer?.getData(EDITOR_TYPE) || (event.dataTransfer?.getData('text/uri-list') ?? ''));
      // Also where there is none: the extension says so.
      send({ kind: 'drop', uris });
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

function holdsFiles({ dataTransfer }: DragEvent): boolean {
  return FILE_TYPES.some((type) => dataTransfer?.types.includes(type));
}

/** The URIs of a `text/uri-list` (RFC 2483). */
function urisOf(list: string): string[] {
  return list.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'));
}
