import add from '@vscode/codicons/src/icons/add.svg';
import arrowDown from '@vscode/codicons/src/icons/arrow-down.svg';
import attach from '@vscode/codicons/src/icons/attach.svg';
import check from '@vscode/codicons/src/icons/check.svg';
import chevronDown from '@vscode/codicons/src/icons/chevron-down.svg';
import chevronLeft from '@vscode/codicons/src/icons/chevron-left.svg';
import chevronRight from '@vscode/codicons/src/icons/chevron-right.svg';
import chevronUp from '@vscode/codicons/src/icons/chevron-up.svg';
import close from '@vscode/codicons/src/icons/close.svg';
import copy from '@vscode/codicons/src/icons/copy.svg';
import stop from '@vscode/codicons/src/icons/debug-stop.svg';
import diff from '@vscode/codicons/src/icons/diff.svg';
import edit from '@vscode/codicons/src/icons/edit.svg';
import save from '@vscode/codicons/src/icons/export.svg';
import history from '@vscode/codicons/src/icons/history.svg';
import insert from '@vscode/codicons/src/icons/insert.svg';
import newFile from '@vscode/codicons/src/icons/new-file.svg';
import pin from '@vscode/codicons/src/icons/pin.svg';
import pinned from '@vscode/codicons/src/icons/pinned.svg';
import refresh from '@vscode/codicons/src/icons/refresh.svg';
import send from '@vscode/codicons/src/icons/send.svg';
import shade from '@vscode/codicons/src/icons/symbol-color.svg';
import thumbDown from '@vscode/codicons/src/icons/thumbsdown.svg';
import thumbDownFilled from '@vscode/codicons/src/icons/thumbsdown-filled.svg';
import thumbUp from '@vscode/codicons/src/icons/thumbsup.svg';
import thumbUpFilled from '@vscode/codicons/src/icons/thumbsup-filled.svg';
import trash from '@vscode/codicons/src/icons/trash.svg';

const SOURCES = {
  ...{ add, arrowDown, attach, check, chevronLeft, chevronRight, close, copy, diff },
  ...{ edit, save, history, insert, newFile, pin, pinned, refresh, send, shade, stop, trash },
  ...{ chevronDown, chevronUp, thumbDown, thumbDownFilled, thumbUp, thumbUpFilled },
};
export type IconName = keyof typeof SOURCES;

/** The outlines of each icon of VS Code that the panel uses, in a square of 16. */
export const OUTLINES: ReadonlyMap<IconName, readonly string[]> = new Map(
  (Object.keys(SOURCES) as IconName[]).map((name) => [
    name,
    [...SOURCES[name].matchAll(/ d="([^"]+)"/g)].map(([, outline = '']) => outline),
  ]),
);
