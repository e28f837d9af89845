import { type PreTokenizer, preTokenizerNamed } from './preTokenizers.ts';
import type { TokenizerFiles } from './tokenizer.ts';
import { badVocabulary, splitVocabulary, type Vocabulary } from './vocabulary.ts';

export interface ByteLevelVocabulary extends Vocabulary {
  /** `first second`, the most frequent first. */
  readonly merges: readonly string[];
  /** Which family's words, see {@link preTokenizerNamed}. */
  readonly pre: string;
}

/**
 * A byte-level BPE vocabulary (Radford et al. 2019) as a `tokenizer.json`.
 * @throws PaddockError `unsupported-model` for an unknown pre-tokenizer, `bad-model` for merges that are none
 */
export function byteLevelFiles(vocabulary: ByteLevelVocabulary): TokenizerFiles {
  const { merges, path, pre, facts } = vocabulary;
  const family = preTokenizerNamed(pre, path);
  const { text, added } = splitVocabulary(vocabulary);
  const model = {
    type: 'BPE',
    vocab: text,
    merges: merges.map((merge) => pairOf(merge, path)),
    ignore_merges: family.ignoreMerges ?? false,
    unk_token: null,
  };
  const json = {
    added_tokens: added,
    normalizer: null,
    pre_tokenizer: byteLevelSteps(family),
    model,
    decoder: { type: 'ByteLevel' },
    post_processor: null,
  };
  return { json, config: {}, path, facts };
}

function byteLevelSteps({ patterns }: PreTokenizer): Record<string, unknown> {
  const splits = patterns.map((Regex) => ({ type: 'Split', pattern: { Regex }, behavior: 'Isolated', invert: false }));
  const bytes = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false };
  return { type: 'Sequence', pretokenizers: [...splits, bytes] };
}

/** The first part may be a space where a vocabulary is not byte-level, so the separator is looked for after it. */
function pairOf(merge: string, path: string): [string, string] {
  const at = merge.indexOf(' ', 1);
  if (at < 0 || at === merge.length - 1)
    throw badVocabulary(path, `${JSON.stringify(merge.slice(0, 80))} is no merge of two tokens`);
  return [merge.slice(0, at), merge.slice(at + 1)];
}
