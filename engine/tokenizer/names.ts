/** Names of the control tokens around the parts of a fill-in-the-middle prompt (Bavarian et al. 2022). */
export interface InfillNames {
  readonly prefix: string;
  readonly suffix: string;
  readonly middle?: string | undefined;
}

function infill(prefix: string, suffix: string, middle?: string): InfillNames {
  return { prefix, suffix, middle };
}

/** By family; checked in this order. */
export const INFILL_NAMES: readonly InfillNames[] = [
  infill('<|fim_prefix|>', '<|fim_suffix|>', '<|fim_middle|>'), // Qwen2.5-Coder, CodeGemma, the default model
  infill('<fim_prefix>', '<fim_suffix>', '<fim_middle>'), // StarCoder, StarCoder2, Granite, SmolLM
  infill('<fim-prefix>', '<fim-suffix>', '<fim-middle>'), // SantaCoder
  infill('▁<PRE>', '▁<SUF>', '▁<MID>'), // Code Llama
  infill('<PRE>', '<SUF>', '<MID>'),
  infill('<｜fim▁begin｜>', '<｜fim▁hole｜>', '<｜fim▁end｜>'), // DeepSeek
  infill('<|code_prefix|>', '<|code_suffix|>', '<|code_middle|>'), // GLM-4
  infill('<|prefix|>', '<|suffix|>', '<|middle|>'),
  infill('[PREFIX]', '[SUFFIX]'), // Codestral
];

/** Tokens that end an answer, whatever the files say. */
export const END_NAMES: readonly string[] = [
  '</s>',
  '<|endoftext|>',
  '<|end_of_text|>',
  '<|eot_id|>',
  '<|eom_id|>',
  '<|im_end|>',
  '<|end|>',
  '<end_of_turn>',
  '<eos>',
  '<EOT>',
  '▁<EOT>',
  '<｜end▁of▁sentence｜>',
  '<|EOT|>',
  // What follows an infilled middle is padding, or the next file.
  '<|fim_pad|>',
  '<fim_pad>',
  '<|repo_name|>',
  '<reponame>',
  '<|file_sep|>',
  '<file_sep>',
  '<|file_separator|>',
];

/**
 * Names that belong to control tokens even in files that call them text. Qwen's `tokenizer.json`, for one, calls `<|fim_prefix|>`
 * text, and a source file that contains it would take the prompt apart.
 */
export const CONTROL_NAMES: ReadonlySet<string> = new Set([
  ...INFILL_NAMES.flatMap(({ prefix, suffix, middle }) => [prefix, suffix, middle ?? prefix]),
  ...END_NAMES,
  '<|im_start|>',
  '<s>',
  '<bos>',
  '<unk>',
  '<pad>',
]);
