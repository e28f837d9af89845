import * as vscode from 'vscode';
import { isExcluded } from '../excluded.ts';
import { affectsSuggestions, completionSettings } from '../settings.ts';
import { isLanguageOn } from './when.ts';

/** Hides the suggestion on the screen when suggestions are turned off; the editor would leave it there until the next edit. */
export function hideWhenOff(): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    const document = vscode.window.activeTextEditor?.document;
    if (!document || !affectsSuggestions(event)) return;
    const { enabled, trigger, languages } = completionSettings(document);
    const comesUnasked = enabled && trigger === 'automatic' && isLanguageOn(languages, document.languageId);
    if (comesUnasked && !isExcluded(document.uri)) return;
    void vscode.commands.executeCommand('editor.action.inlineSuggest.hide');
  });
}
