import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { inform } from '../../notify.ts';
import type { Attached } from '../chatHost.ts';
import { lines } from './readFiles.ts';
import { allowed, checked } from './say.ts';
import { selectedInTerminal } from './terminalText.ts';

/** Attaches what is selected in the active terminal. */
export async function attachTerminal(): Promise<Attached[]> {
  const terminal = vscode.window.activeTerminal;
  if (!terminal) {
    void inform(vscode.l10n.t('No terminal is open. Open one and select text in it first.'));
    return [];
  }
  const { clipboard } = vscode.env;
  const text = await selectedInTerminal({
    read: async () => clipboard.readText(),
    write: async (written) => clipboard.writeText(written),
    copySelection: async () => vscode.commands.executeCommand('workbench.action.terminal.copySelection'),
    marker: randomUUID(),
  });
  // Where nothing is selected the terminal has said so itself.
  if (text === '') return [];
  const label = vscode.l10n.t('Terminal: {0}', terminal.name);
  return allowed([checked({ label, language: '', text: lines(text) })]);
}
