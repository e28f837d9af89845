import { fileKind } from './fileKinds.ts';
import { folderOf } from './fileTree.ts';

const KINDS = ['code', 'unknown', 'data', undefined];

/**
 * Puts files in the order in which they are worth remembering: those that are open or were visited, in the order given; then by how few
 * steps their folder is away from the folder of one of these, code before the rest, and by name.
 */
export function nearestFirst(files: readonly string[], visited: readonly string[]): string[] {
  const places = new Map(visited.map((path, place) => [path, place]));
  const near = [...new Set(visited.map(folderOf))].map(partsOf);
  const steps = new Map<string, number>();
  const stepsTo = (folder: string) => {
    const known = steps.get(folder);
    if (known !== undefined) return known;
    const parts = partsOf(folder);
    const fewest = Math.min(Number.MAX_SAFE_INTEGER, ...near.map((other) => stepsBetween(parts, other)));
    steps.set(folder, fewest);
    return fewest;
  };
  const ranked = files.map((path) => ({
    path,
    place: places.get(path) ?? places.size,
    steps: stepsTo(folderOf(path)),
    kind: KINDS.indexOf(fileKind(path)),
  }));
  ranked.sort((a, b) => a.place - b.place || a.steps - b.steps || a.kind - b.kind || (a.path < b.path ? -1 : 1));
  return ranked.map(({ path }) => path);
}

function partsOf(folder: string): string[] {
  return folder === '' ? [] : folder.split('/');
}

/** Folders to leave and to enter on the way from the one to the other. */
function stepsBetween(one: readonly string[], other: readonly string[]): number {
  let shared = 0;
  while (shared < one.length && shared < other.length && one[shared] === other[shared]) shared++;
  return one.length + other.length - 2 * shared;
}
