import * as vscode from 'vscode';
import { inWords } from '../../../engine/index.ts';
import { Documents } from '../../workspaceMemory/documents.ts';
import { findDocuments } from '../../workspaceMemory/search.ts';
import { openUris } from '../../workspaceMemory/visits.ts';
import { libraryNames } from './libraryNames.ts';
import { missingFrom } from './missing.ts';
import { doubtful, languagesIn } from './unknown.ts';

/** Most names that language servers are asked for, and for how long, in milliseconds. */
const MOST_ASKED = 20;
const PATIENCE = 3_000;

/**
 * Distinguishes names that an answer made up from those of the workspace: its documents that may be remembered, and its language servers.
 */
export class NameCheck {
  readonly #folder: vscode.Uri;
  readonly #log: vscode.LogOutputChannel;
  readonly #documents = new Documents();

  constructor(extensionUri: vscode.Uri, log: vscode.LogOutputChannel) {
    this.#folder = vscode.Uri.joinPath(extensionUri, 'media', 'names');
    this.#log = log;
  }

  /**
   * Names that an answer's code needs and that exist nowhere; none if that cannot be told: without a folder, or in an untrusted one,
   * whose files are not read for it. Never rejects.
   * @param said what was said and attached before
   */
  async unknownIn(answer: string, said: readonly string[]): Promise<readonly string[]> {
    if (!vscode.workspace.isTrusted || !vscode.workspace.workspaceFolders?.length) return [];
    try {
      const library = await libraryNames(this.#folder.fsPath, languagesIn(answer));
      const names = doubtful(answer, { library: (language) => library[language], said });
      if (names.length === 0) return [];
      const missing = await missingFrom(names, this.#texts());
      return await withoutSymbols(missing);
    } catch (error) {
      this.#log.warn(`The names of an answer were not looked for: ${inWords(error)}`);
      return [];
    }
  }

  async *#texts(): AsyncGenerator<string> {
    this.#documents.refresh();
    const { documents } = await findDocuments(this.#documents, openUris(), new AbortController().signal);
    const exported = new Set(vscode.workspace.textDocuments.filter(isExported).map(({ uri }) => uri.toString()));
    for (const uri of documents.values()) {
      if (exported.has(uri.toString())) continue;
      const reading = await this.#documents.source(uri).read();
      if ('text' in reading) yield reading.text;
    }
  }
}

/** Exported conversations look like this; an answer is no proof that its names exist. */
function isExported({ isUntitled, languageId }: vscode.TextDocument): boolean {
  return isUntitled && languageId === 'markdown';
}

/** Names that no language server knows as symbols of the workspace; servers also know files that are not read here. */
async function withoutSymbols(names: readonly string[]): Promise<string[]> {
  const known = await Promise.all(names.slice(0, MOST_ASKED).map(async (name) => ((await isSymbol(name)) ? [name] : [])));
  const symbols = new Set(known.flat());
  return names.filter((name) => !symbols.has(name));
}

async function isSymbol(name: string): Promise<boolean> {
  const asked = vscode.commands.executeCommand<readonly vscode.SymbolInformation[] | undefined>(
    'vscode.executeWorkspaceSymbolProvider',
    name,
  );
  const found = await Promise.race([asked, new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), PATIENCE))]);
  return found?.some((symbol) => symbol.name.replace(/\(.*$/, '') === name) ?? false;
}
