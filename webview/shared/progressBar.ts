import { VscodeProgressBar } from '@vscode-elements/elements/dist/vscode-progress-bar/vscode-progress-bar.js';

export type { VscodeProgressBar };

/** A bar that shows how far something has come. @param label for those who hear it */
export function progressBar(label: string): VscodeProgressBar {
  const made = new VscodeProgressBar();
  made.ariaLabel = label;
  return made;
}
