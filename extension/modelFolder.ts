import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { absoluteFolder } from './absoluteFolder.ts';
import { engineSettings, setModelFolder } from './settings.ts';

/** The folder of the model to open, as an absolute path: the person's choice or the one in the package. */
export function modelFolder(extension: vscode.Uri): string {
  const { folder } = engineSettings();
  return folder === '' ? vscode.Uri.joinPath(extension, 'models', 'default').fsPath : absoluteFolder(folder, homedir());
}

/** Asks for a model folder and sets it; the change of the setting then opens it. */
export async function chooseModelFolder(): Promise<void> {
  const { folder } = engineSettings();
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Choose a folder with config.json, tokenizer.json and model.safetensors'),
    openLabel: vscode.l10n.t('Use This Model'),
    canSelectFiles: false,
    canSelectFolders: true,
    ...(folder === '' ? {} : { defaultUri: vscode.Uri.file(absoluteFolder(folder, homedir())) }),
  });
  if (chosen?.[0]) await setModelFolder(chosen[0].fsPath);
}
