import * as vscode from 'vscode';
import { noLinks } from './noLinks.ts';

/** What is done while a notification shows how far it is. */
type Action<Result> = (
  progress: vscode.Progress<{ message?: string; increment?: number }>,
  token: vscode.CancellationToken,
) => Thenable<Result>;

// The only door to notifications, so that no name in a message becomes a link. What goes through it may hold any text.

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

/** Asks before something that cannot be undone; nothing else can be done until it is answered. @returns whether the answer was `yes` */
export async function confirm(question: string, yes: string, detail = ''): Promise<boolean> {
  const options = { modal: true, ...(detail && { detail: noLinks(detail) }) };
  return (await vscode.window.showWarningMessage(noLinks(question), options, yes)) === yes;
}

/** As {@link confirm}, where nothing is lost. */
export async function confirmCalmly(question: string, yes: string, detail: string): Promise<boolean> {
  const options = { modal: true, detail: noLinks(detail) };
  return (await vscode.window.showInformationMessage(noLinks(question), options, yes)) === yes;
}

/** Shows in a notification how far an action is; it can be cancelled there. */
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
