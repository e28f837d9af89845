import { CharacterMap } from './charsmap.ts';
import { isRecord, type SpacePrefix } from './facts.ts';
import { CONTROL_NAMES } from './names.ts';
import { GPT2 } from './preTokenizers.ts';
import { type AddedToken, MAX_TOKENS } from './vocabulary.ts';

type Json = Readonly<Record<string, unknown>>;

/** Added tokens of a `tokenizer.json`; entries that are none are left out. A known control token is one whatever the file says. */
export function addedTokens(json: Json): AddedToken[] {
  const added: AddedToken[] = [];
  for (const entry of Array.isArray(json.added_tokens) ? json.added_tokens : []) {
    if (!isRecord(entry) || typeof entry.content !== 'string') continue;
    if (typeof entry.id !== 'number' || !Number.isInteger(entry.id)) continue;
    if (entry.id < 0 || entry.id >= MAX_TOKENS) continue;
    const special = entry.special === true || CONTROL_NAMES.has(entry.content);
    added.push({ ...entry, id: entry.id, content: entry.content, special, rstrip: entry.rstrip === true });
  }
  return added;
}

/** Removes the step that prepends a space from a `tokenizer.json`: whether there is one depends on where the text stands. */
export function withoutSpacePrefix(json: Json): { json: Json; prefix: SpacePrefix } {
  const { normalizer, pre_tokenizer: words } = json;
  if (isPrepend(normalizer)) return { json: { ...json, normalizer: null }, prefix: 'always' };
  if (isRecord(normalizer) && normalizer.type === 'Sequence' && Array.isArray(normalizer.normalizers)) {
    const normalizers = normalizer.normalizers.filter((step) => !isPrepend(step));
    if (normalizers.length < normalizer.normalizers.length) {
      return { json: { ...json, normalizer: { ...normalizer, normalizers } }, prefix: 'always' };
    }
  }
  if (isRecord(words) && words.type === 'Metaspace' && words.prepend_scheme !== 'never' && words.add_prefix_space !== false) {
    return { json: { ...json, pre_tokenizer: { ...words, prepend_scheme: 'never' } }, prefix: 'unless-space' };
  }
  if (isRecord(words) && words.type === 'ByteLevel' && words.add_prefix_space === true) {
    return { json: { ...json, pre_tokenizer: { ...words, add_prefix_space: false } }, prefix: 'unless-space' };
  }
  return { json, prefix: 'never' };
}

function isPrepend(step: unknown): boolean {
  return isRecord(step) && step.type === 'Prepend' && step.prepend === '\u2581';
}

/** Takes SentencePiece's own normaliser out, which the library only approximates, where it is the first. */
export function withoutCharacterMap(json: Json): { json: Json; normalize: ((text: string) => string) | undefined } {
  const { normalizer } = json;
  const steps = isRecord(normalizer) && Array.isArray(normalizer.normalizers) ? normalizer.normalizers : [normalizer];
  const [first, ...rest] = steps;
  if (!isRecord(first) || first.type !== 'Precompiled' || typeof first.precompiled_charsmap !== 'string') {
    return { json, normalize: undefined };
  }
  const map = new CharacterMap(Uint8Array.from(atob(first.precompiled_charsmap), (character) => character.charCodeAt(0)));
  const left = rest.length === 0 ? null : { type: 'Sequence', normalizers: rest };
  return { json: { ...json, normalizer: left }, normalize: (text) => map.normalize(text) };
}

/** Writes out GPT-2's pattern if a `tokenizer.json` only implies it: in the library's own pattern, U+FEFF is white space. */
export function withExplicitWords(json: Json): Json {
  const { pre_tokenizer: words } = json;
  const steps =
    isRecord(words) && words.type === 'Sequence' && Array.isArray(words.pretokenizers) ? words.pretokenizers : [words];
  if (!steps.some(impliesWords)) return json;
  const split = { type: 'Split', pattern: { Regex: GPT2 }, behavior: 'Isolated', invert: false };
  const pretokenizers = steps.flatMap((step) => (impliesWords(step) ? [split, { ...step, use_regex: false }] : [step]));
  return { ...json, pre_tokenizer: { type: 'Sequence', pretokenizers } };
}

function impliesWords(step: unknown): step is Record<string, unknown> {
  return isRecord(step) && step.type === 'ByteLevel' && step.use_regex !== false && step.add_prefix_space !== true;
}
