import * as vscode from 'vscode';
import { isLanguageOn } from './completion/when.ts';
import { chooseModelFolder } from './modelFolder.ts';
import { completionSettings, setCompletionEnabled, setLanguageEnabled } from './settings.ts';
import { showMenu } from './statusMenu.ts';

/** What commands act on. */
export interface CommandContext {
  readonly log: vscode.LogOutputChannel;
  /** Starts the engine anew with the settings as they are, whatever state it is in. */
  readonly restartEngine: () => void;
  readonly stateKind: () => string;
}

type Command = (context: CommandContext) => unknown;

/** Every command of the package, as package.json contributes them. */
const commands = {
  'paddock.inlineCompletion.toggle': () => setCompletionEnabled(!completionSettings().enabled),
  'paddock.inlineCompletion.toggleLanguage': toggleLanguage,
  'paddock.inlineCompletion.trigger': () => vscode.commands.executeCommand('editor.action.inlineSuggest.trigger'),
  'paddock.engine.restart': ({ restartEngine }) => restartEngine(),
  'paddock.model.chooseFolder': chooseModelFolder,
  'paddock.log.show': ({ log }) => log.show(),
  'paddock.status.menu': ({ stateKind }) => showMenu(stateKind()),
} satisfies Record<string, Command>;

/** Registers the commands; the returned disposable takes them back. */
export function registerCommands(context: CommandContext): vscode.Disposable {
  const entries = Object.entries<Command>(commands);
  return vscode.Disposable.from(...entries.map(([id, run]) => vscode.commands.registerCommand(id, () => run(context))));
}

async function toggleLanguage(): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (!document) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Open a file first: the command acts on the language of the active editor.'),
    );
    return;
  }
  const isOn = isLanguageOn(completionSettings(document).languages, document.languageId);
  await setLanguageEnabled(document.languageId, !isOn);
}
