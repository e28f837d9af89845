import { useLayoutEffect, useState } from 'preact/hooks';
import { usePanel } from './panel.ts';

/** VS Code's data type with all dragged files; `text/uri-list` has only the first of them. */
const EDITOR_TYPE = 'application/vnd.code.uri-list';
/** Data types of files and addresses; anything else is ignored, such as text dragged into a field. */
const FILE_TYPES = [EDITOR_TYPE, 'text/uri-list', 'Files'];

/** Takes files that are dropped anywhere on the panel. @returns whether something is held over it */
export function useDrop(): boolean {
  const { send } = usePanel();
  const [dragging, setDragging] = useState(false);
  useLayoutEffect(() => {
    const over = (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      // Without this the webview would navigate to the file.
      event.preventDefault();
      setDragging(true);
    };
    const leave = ({ relatedTarget }: DragEvent) => relatedTarget === null && setDragging(false);
    const drop = (event: DragEvent) => {
      setDragging(false);
      if (!holdsFiles(event)) return;
      event.preventDefault();
      const uris = urisOf(event.dataTransfer?.getData(EDITOR_TYPE) || (event.dataTransfer?.getData('text/uri-list') ?? ''));
      // Even if there is none, so that the extension can say so.
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
