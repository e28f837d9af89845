import * as vscode from 'vscode';
import { documentPath } from '../../documentPath.ts';
import { Documents } from '../../workspaceMemory/documents.ts';
import { openUris } from '../../workspaceMemory/visits.ts';
import { readSmallFile } from '../../workspaceMemory/workspaceTree.ts';
import type { Attached } from '../chatHost.ts';
import { type Refusal, refusalOfFile, refusalOfText } from './refusal.ts';

/** A file to attach, or why it is none. */
export type Outcome = { readonly attached: Attached } | { readonly refusal: Refusal; readonly label: string };

/** Reads files that somebody wants to attach, by the rules of what may be read of a workspace. */
export class FileReader {
  readonly #documents = new Documents();
  readonly #open = openUris();

  /** The text as the person sees it: that of the editor where it is open, else that of the file. */
  async read(uri: vscode.Uri): Promise<Outcome> {
    const label = documentPath(uri);
    const isOpen = this.#isOpen(uri);
    const { isTrusted } = vscode.workspace;
    const isLeftOut = (isTrusted || isOpen) && (await this.#isLeftOut(uri));
    const refusal = refusalOfFile({ path: uri.path, isTrusted, isOpen, isLeftOut });
    if (refusal) return { refusal, label };
    const document = isOpen ? documentOf(uri) : undefined;
    const reading = document ? { text: document.getText() } : await readSmallFile(uri);
    if (!('text' in reading)) return { refusal: refusalOfReading(reading.fault), label };
    const fault = refusalOfText(reading.text);
    if (fault) return { refusal: fault, label };
    const language = document?.languageId ?? (await languageOf(uri));
    return { attached: { label, language, text: lines(reading.text) } };
  }

  #isOpen(uri: vscode.Uri): boolean {
    return this.#open.some((open) => open.toString() === uri.toString());
  }

  async #isLeftOut(uri: vscode.Uri): Promise<boolean> {
    const folder = vscode.workspace.getWorkspaceFolder(uri);
    // A file from outside the workspace was chosen on purpose, and no rules there say what is hidden.
    if (!folder || folder.uri.scheme !== uri.scheme) return false;
    const { rules } = await this.#documents.ruled(folder);
    return rules.leavesOut(uri.path.slice(folder.uri.path.length).replace(/^\//, ''));
  }
}

/** Text with line ends as models know them. */
export function lines(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

function documentOf(uri: vscode.Uri): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
}

function refusalOfReading(fault: string): Refusal {
  if (fault === 'too-large') return 'too-large';
  return fault === 'no file' ? 'no-file' : 'unreadable';
}

/** The language that VS Code would open a file in. */
async function languageOf(uri: vscode.Uri): Promise<string> {
  try {
    return (await vscode.workspace.openTextDocument(uri)).languageId;
  } catch {
    return '';
  }
}
