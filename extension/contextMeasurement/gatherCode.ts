import * as vscode from 'vscode';
import { Documents } from '../workspaceMemory/documents.ts';
import { fileKind } from '../workspaceMemory/fileKinds.ts';
import { findDocuments } from '../workspaceMemory/search.ts';
import { openUris } from '../workspaceMemory/visits.ts';
import { spread } from './spread.ts';

/** Characters that are read, and files looked at, at most: some hundred thousand tokens. */
const MOST_CHARACTERS = 1_000_000;
const MOST_FILES = 2_000;

/** Code to measure with. */
export interface GatheredCode {
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** Whether only open files were read, since the workspace is not trusted. */
  readonly onlyOpen: boolean;
}

/** Reads code from all folders of the workspace, by the rules of the workspace memory: no secrets, nothing excluded or ignored. */
export async function gatherCode(signal: AbortSignal): Promise<GatheredCode> {
  const documents = new Documents();
  const onlyOpen = !vscode.workspace.isTrusted;
  const { documents: found } = await findDocuments(documents, openUris(), signal);
  const paths = spread([...found.keys()].filter((path) => fileKind(path) === 'code')).slice(0, MOST_FILES);
  const files: { path: string; text: string }[] = [];
  let characters = 0;
  for (const path of paths) {
    const uri = found.get(path);
    if (signal.aborted || characters >= MOST_CHARACTERS) break;
    const reading = uri && (await documents.source(uri, path).read());
    if (!reading || !('text' in reading)) continue;
    files.push({ path, text: reading.text });
    characters += reading.text.length;
  }
  return { files, onlyOpen };
}
