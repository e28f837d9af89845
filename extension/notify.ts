import * as vscode from 'vscode';
import { noLinks } from './noLinks.ts';

/** A task whose progress a notification shows. */
type Action<Result> = (
  progress: vscode.Progress<{ message?: string; increment?: number }>,
  token: vscode.CancellationToken,
) => Thenable<Result>;

// All notifications go through here, so that no name in a message becomes a link. Messages may contain any text.

/** @returns the answer that the person chose; undefined for none */
export function inform(message: string, ...answers: string[]): Thenable<string | undefined> {
  return vscode.window.showInformationMessage(noLinks(message), ...answers);
}

/** As {@link inform}. */
export function warn(message: string, ...answers: string[]): Thenable<string | undefined> {
  return vscode.window.showWarningMessage(noLinks(message), ...answers);
}

/** As {@link inform}. */
export function tellError(message: string, ...answers: string[]): Thenable<string | undefined> {
  return vscode.window.showErrorMessage(noLinks(message), ...answers);
}

/** Says something in the status bar for a while, where it disturbs nobody who types. */
export function mention(words: string, milliseconds = 5_000): void {
  vscode.window.setStatusBarMessage(`Paddock: ${words}`, milliseconds);
}

/** Asks in a modal dialog before something that cannot be undone. @returns whether the answer was `yes` */
export async function confirm(question: string, yes: string, detail = ''): Promise<boolean> {
  const options = { modal: true, ...(detail && { detail: noLinks(detail) }) };
  return (await vscode.window.showWarningMessage(noLinks(question), options, yes)) === yes;
}

/** As {@link confirm}, for something by which nothing is lost. */
export async function confirmCalmly(question: string, yes: string, detail: string): Promise<boolean> {
  const options = { modal: true, detail: noLinks(detail) };
  return (await vscode.window.showInformationMessage(noLinks(question), options, yes)) === yes;
}

/** Shows the progress of an action in a notification, where it can be cancelled. */
export function withProgress<Result>(title: string, action: Action<Result>): Thenable<Result> {
  const options = { location: vscode.ProgressLocation.Notification, title: noLinks(title), cancellable: true };
  return vscode.window.withProgress(options, (progress, token) =>
    action(
      {
        report: ({ message, ...rest }) =>
          progress.report({ ...rest, ...(message !== undefined && { message: noLinks(message) }) }),
      },
      token,
    ),
  );
}
