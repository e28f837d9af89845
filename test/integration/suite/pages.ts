import * as vscode from 'vscode';
import { pause } from './editor.ts';
import { isWatched, picture } from './say.ts';
import { until } from './until.ts';

/** Closes the pages in editor tabs. */
export async function closePages(): Promise<void> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  await vscode.window.tabGroups.close(tabs.filter(({ input }) => input instanceof vscode.TabInputWebview));
}

/** Loads all pages anew: what was opened in them is closed. */
export async function reloadPages(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.webview.reloadWebviewAction');
  await pause(1_000); // they show what they showed until they are gone
}

/**
 * Waits until a page shows these texts, if the window can be seen.
 * @param name of the picture that is taken
 */
export async function untilPageSays(name: string, ...texts: readonly RegExp[]): Promise<void> {
  if (!isWatched) return;
  await until(`the page to say ${texts.join(' and ')}`, async () => {
    const said = (await picture(name)).pages?.join('\n') ?? '';
    return texts.every((text) => text.test(said));
  });
}

/**
 * Waits until the tooltip of the status item shows these texts, if the window can be seen.
 * @param name of the picture that is taken, which ends in `-tooltip`
 */
export async function untilTooltipSays(name: string, ...texts: readonly RegExp[]): Promise<void> {
  if (!isWatched) return;
  await until(`the tooltip to say ${texts.join(' and ')}`, async () => {
    const { tooltip = '' } = await picture(name);
    return texts.every((text) => text.test(tooltip));
  });
}
