import { PaddockError } from '../errors.ts';

/** How text is split into words before merging, in a byte-level vocabulary. */
export interface PreTokenizer {
  /** Applied one after the other to what the earlier ones left between and in their matches. */
  readonly patterns: readonly string[];
  /** A word that is a token as a whole is taken as it is, whatever the merges say. */
  readonly ignoreMerges?: boolean;
  /** Whether a prompt begins with the start token when the file does not say. */
  readonly addBos?: boolean;
}

const CONTRACTION = `'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD]`;
/** GPT-2's words (Radford et al. 2019). */
export const GPT2 = `'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+`;
const BLANKS = '\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+';
const CAPITALS = '\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}';
const SMALLS = '\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}';
/** Two scripts a word may consist of, as DeepSeek writes them: from U+4E00 to U+9FA5, from U+0800 to U+4E00, Hangul. */
const EAST_ASIAN = '[\\u4E00-\\u9FA5\\u0800-\\u4E00\\uAC00-\\uD7FF]+';
const BLOOM = ' ?[^(\\s|.,!?…。，、।۔،)]+';
/** DeepSeek LLM's list of letters with case. */
const CASED =
  'A-Za-z\\u00B5\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u01BA\\u01BC-\\u01BF\\u01C4-\\u0293\\u0295-\\u02AF' +
  '\\u0370-\\u0373\\u0376\\u0377\\u037B-\\u037D\\u037F\\u0386\\u0388-\\u038A\\u038C\\u038E-\\u03A1\\u03A3-\\u03F5' +
  '\\u03F7-\\u0481\\u048A-\\u052F\\u0531-\\u0556\\u10A0-\\u10C5\\u13A0-\\u13F5\\u13F8-\\u13FD\\u1C90-\\u1CBA' +
  '\\u1CBD-\\u1CBF\\u1D00-\\u1D2B\\u1D6B-\\u1D77\\u1D79-\\u1D9A\\u1E00-\\u1F15\\u1F18-\\u1F1D\\u1F20-\\u1F45' +
  '\\u1F48-\\u1F4D\\u1F50-\\u1F57\\u1F59\\u1F5B\\u1F5D\\u1F5F-\\u1F7D\\u1F80-\\u1FB4\\u1FB6-\\u1FBC\\u1FBE' +
  '\\u1FC2-\\u1FC4\\u1FC6-\\u1FCC\\u1FD0-\\u1FD3\\u1FD6-\\u1FDB\\u1FE0-\\u1FEC\\u1FF2-\\u1FF4\\u1FF6-\\u1FFC' +
  '\\u2102\\u2107\\u210A-\\u2113\\u2115\\u2119-\\u211D\\u2124\\u2126\\u2128\\u212A-\\u212D\\u212F-\\u2134\\u2139' +
  '\\u213C-\\u213F\\u2145-\\u2149\\u214E\\u2183\\u2184\\u2C00-\\u2C7B\\u2C7E-\\u2CE4\\u2CEB-\\u2CEE\\u2CF2\\u2CF3' +
  '\\uA640-\\uA66D\\uA680-\\uA69B\\uA722-\\uA76F\\uA771-\\uA787\\uA78B-\\uA78E\\uAB70-\\uABBF\\uFB00-\\uFB06' +
  '\\uFB13-\\uFB17\\uFF21-\\uFF3A\\uFF41-\\uFF5A\\u{10400}-\\u{1044F}\\u{104B0}-\\u{104D3}\\u{104D8}-\\u{104FB}' +
  '\\u{10C80}-\\u{10CB2}\\u{10CC0}-\\u{10CF2}\\u{118A0}-\\u{118DF}\\u{1E900}-\\u{1E943}';

/** cl100k's pattern and its relatives: they differ in how many digits make a word, and in what a letter is. */
function cl100k(digits: string, letter = '\\p{L}', contraction = `${CONTRACTION}|`): string {
  const inClass = letter.replace(/^\[|\]$/g, '');
  return `${contraction}[^\\r\\n\\p{L}\\p{N}]?${letter}+|${digits}| ?[^\\s${inClass}\\p{N}]+[\\r\\n]*|${BLANKS}`;
}

/** o200k's pattern: a word begins anew at a capital. */
function o200k(digits: string, contraction: string): string {
  const start = '[^\\r\\n\\p{L}\\p{N}]?';
  const words = `${start}[${CAPITALS}]*[${SMALLS}]+${contraction}|${start}[${CAPITALS}]+[${SMALLS}]*${contraction}`;
  return `${words}|${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|${BLANKS}`;
}

const DEEPSEEK3 = [
  '\\p{N}{1,3}',
  '[\\u4E00-\\u9FA5\\u3040-\\u309F\\u30A0-\\u30FF]+',
  `[!"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_\`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*|${BLANKS}`,
];

/** Families by the name that GGUF files give their pre-tokenizer. The patterns are those of each model's own tokenizer.json. */
const FAMILIES: readonly (readonly [names: string, PreTokenizer])[] = [
  ['default', { patterns: ['[\\p{P}\\$\\+<=>\\^~\\|]+', GPT2, '\\p{N}+', '[0-9][0-9][0-9]'] }],
  [
    'llama-bpe llama3 llama-v3 falcon3 falcon-h1 pixtral midm-2.0 lfm2',
    { patterns: [cl100k('\\p{N}{1,3}')], ignoreMerges: true, addBos: true },
  ],
  ['dbrx smaug-bpe glm4 chatglm-bpe', { patterns: [cl100k('\\p{N}{1,3}')] }],
  ['qwen2 deepseek-r1-qwen megrez stablelm2 hunyuan solar-open grok-2', { patterns: [cl100k('\\p{N}')] }],
  ['qwen35', { patterns: [cl100k('\\p{N}', '[\\p{L}\\p{M}]')] }],
  ['minicpm5', { patterns: ['\\p{N}{1,3}', cl100k('\\p{N}+')], ignoreMerges: true }],
  ['seed-coder', { patterns: [`${CONTRACTION}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}\\r\\n]+|${BLANKS}`] }],
  [
    'bailingmoe bailingmoe2 llada-moe',
    {
      patterns: [
        `${CONTRACTION}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+`,
      ],
    },
  ],
  [
    'gpt-2 phi-2 mpt olmo jais trillion granite-docling exaone4 roberta-bpe jina-v2-code gigachat a.x-4.0 mellum modern-bert',
    { patterns: [GPT2] },
  ],
  ['starcoder refact command-r smollm codeshell exaone minerva-7b mellum2', { patterns: ['\\p{N}', GPT2] }],
  ['falcon', { patterns: ['[\\p{P}\\$\\+<=>\\^~\\|`]+', GPT2, '[0-9][0-9][0-9]'] }],
  [
    'deepseek-llm',
    {
      patterns: [
        '[\\r\\n]',
        `\\s?[${CASED}]+`,
        '\\s?[!-/:-~\\uFF01-\\uFF0F\\uFF1A-\\uFF5E\\u2018-\\u201F\\u3000-\\u3002]+',
        '\\s+(?![\\s\\S])',
        EAST_ASIAN,
        '\\p{N}+',
      ],
    },
  ],
  ['deepseek-coder', { patterns: ['[\\r\\n]', '\\s?\\p{L}+', '\\s?\\p{P}+', EAST_ASIAN, '\\p{N}'] }],
  ['deepseek-v3 hunyuan-dense joyai-llm hy_v4', { patterns: DEEPSEEK3 }],
  ['bloom poro-chat gpt3-finnish', { patterns: [BLOOM] }],
  ['viking', { patterns: [BLOOM, '\\p{N}'] }],
  ['tekken', { patterns: [o200k('\\p{N}', '')], ignoreMerges: true, addBos: true }],
  ['gpt-4o llama4 kanana2 minimax-m2', { patterns: [o200k('\\p{N}{1,3}', `(?:${CONTRACTION})?`)] }],
];

const BY_NAME = new Map(FAMILIES.flatMap(([names, family]) => names.split(' ').map((name) => [name, family] as const)));

/** Every `tokenizer.ggml.pre` that is known. */
export const PRE_TOKENIZER_NAMES: readonly string[] = [...BY_NAME.keys()];

/**
 * How the family named by a GGUF file's `tokenizer.ggml.pre` splits text into words.
 * @throws PaddockError `unsupported-model` with the known names
 */
export function preTokenizerNamed(name: string, path: string): PreTokenizer {
  const found = BY_NAME.get(name);
  if (found) return found;
  const known = PRE_TOKENIZER_NAMES.join(', ');
  throw new PaddockError(
    'unsupported-model',
    `${path} cuts words in the way ${JSON.stringify(name.slice(0, 80))}, which is not known. Known are ${known}.`,
  );
}
