import { setImmediate } from 'node:timers/promises';
import { Documents } from '../../workspaceMemory/documents.ts';
import { findDocuments } from '../../workspaceMemory/search.ts';
import { openUris } from '../../workspaceMemory/visits.ts';
import type { Example } from '../conversation.ts';
import type { Wanted } from './example.ts';
import { findExamples, type SiblingFile } from './findExamples.ts';
import { nearestPaths } from './nearestPaths.ts';

/**
 * Examples from files near the code in question, by the rules of the workspace memory: no secrets, nothing ignored or hidden, and only
 * what is open in an untrusted workspace.
 */
export async function examplesNear(wanted: Wanted, count: number, signal: AbortSignal): Promise<Example[]> {
  const documents = new Documents();
  const { documents: uris } = await findDocuments(documents, openUris(), signal);
  const files: SiblingFile[] = [];
  for (const path of nearestPaths(wanted.code, [...uris.keys()], wanted.command === 'tests')) {
    const uri = uris.get(path);
    const reading = uri && !signal.aborted ? await documents.source(uri, path).read() : undefined;
    if (reading && 'text' in reading) files.push({ path, text: reading.text });
  }
  return findExamples(wanted, files, count, () => setImmediate());
}
