import * as vscode from 'vscode';

/** A step of a dialog: choosing one of its items. */
export interface Step<T extends vscode.QuickPickItem> {
  readonly title: string;
  readonly placeholder: string;
  /** Shows a button that leads back. */
  readonly canGoBack?: boolean;
  /** Fills the list, now or as it becomes known. The signal ends with the step. */
  readonly fill: (picker: vscode.QuickPick<T>, signal: AbortSignal) => Promise<void>;
  /** Whether the item can be chosen; others only inform. */
  readonly isChoice: (item: T) => boolean;
}

/**
 * Shows a step until something is chosen.
 * @returns the item, `back`, or undefined when the person leaves
 * @throws whatever `fill` throws
 */
export async function choose<T extends vscode.QuickPickItem>(step: Step<T>): Promise<T | 'back' | undefined> {
  const picker = vscode.window.createQuickPick<T>();
  picker.title = step.title;
  picker.placeholder = step.placeholder;
  picker.matchOnDescription = true;
  if (step.canGoBack) picker.buttons = [vscode.QuickInputButtons.Back];
  const end = new AbortController();
  try {
    return await new Promise<T | 'back' | undefined>((resolve, reject) => {
      picker.onDidAccept(() => {
        const item = picker.selectedItems[0];
        if (item && step.isChoice(item)) resolve(item);
      });
      picker.onDidTriggerButton(() => resolve('back'));
      picker.onDidHide(() => resolve(undefined));
      picker.show();
      picker.busy = true;
      step.fill(picker, end.signal).then(
        () => {
          picker.busy = false;
        },
        (error: unknown) => reject(error),
      );
    });
  } finally {
    end.abort();
    picker.dispose();
  }
}
