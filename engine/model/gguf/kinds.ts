import { PaddockError } from '../../errors.ts';
import type { GgufMetadata } from './metadata.ts';

/** What GGUF files hold that are no models, by their `general.type` or `general.architecture`, and what to open instead. */
const OTHERS: ReadonlyMap<unknown, string> = new Map([
  ['adapter', 'is an adapter (LoRA), which changes another model. Open a model that it has been merged into'],
  ['imatrix', 'is an importance matrix, by which models are quantised. Open the model that was made with it'],
  ['mmproj', 'is the part of a model that sees or hears. Open the part that writes text'],
  ['clip', 'is the part of a model that sees or hears. Open the part that writes text'],
  ['controlvector', 'is a control vector, which steers another model. Open the model it was made for'],
]);

/** @throws PaddockError `unsupported-model` for a GGUF file that holds something other than a model, in words */
export function refuseOthers(metadata: GgufMetadata, path: string): void {
  const [type, architecture] = ['general.type', 'general.architecture'].map((key) => metadata.values.get(key));
  const isOldMatrix = architecture === undefined && [...metadata.values.keys()].some((key) => key.startsWith('imatrix.'));
  const what = OTHERS.get(type) ?? OTHERS.get(architecture) ?? (isOldMatrix ? OTHERS.get('imatrix') : undefined);
  if (what !== undefined) throw new PaddockError('unsupported-model', `${path} ${what}.`);
  if (architecture !== undefined) return;
  throw new PaddockError(
    'unsupported-model',
    `${path} does not say what model it is: it has no "general.architecture". Choose another file.`,
  );
}

/** What a file is that should be GGUF, by its first four characters. */
const BEGINNINGS: readonly (readonly [beginning: RegExp, what: string])[] = [
  [/^vers/, 'is a Git LFS pointer: it stands for a file that was not downloaded. Run `git lfs pull` in its folder'],
  [/^(?:<!do|<htm|<\?xm)/i, 'is a web page, which a download leaves that has failed. Download the model again'],
  [/^PK\p{Cc}{2}/u, 'is a ZIP archive. Unpack it, and open the model in it'],
  [/^(?:lmgg|fmgg|tjgg|algg)/, 'is in the format from before GGUF, which is not read. Choose the model as GGUF'],
];

/** @param magic its first four bytes @returns undefined where they say nothing */
export function notGguf(magic: number): string | undefined {
  const text = String.fromCharCode(...[0, 8, 16, 24].map((bits) => (magic >>> bits) & 0xff));
  return BEGINNINGS.find(([beginning]) => beginning.test(text))?.[1];
}
