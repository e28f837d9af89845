/** What is prepended to a text: SentencePiece prepends a space, some vocabularies only if the text does not begin with one. */
export type SpacePrefix = 'always' | 'unless-space' | 'never';

/** Numbers of the control tokens around the parts of a fill-in-the-middle prompt (Bavarian et al. 2022). */
export interface InfillIds {
  readonly prefix: number;
  readonly suffix: number;
  /** Not every family has one: Codestral has none. */
  readonly middle: number | undefined;
}

/** What a model's files say about its vocabulary beyond the tokens themselves. */
export interface TokenizerFacts {
  /** Jinja sources by name; the usual one is called `default`. */
  readonly chatTemplates: ReadonlyMap<string, string>;
  readonly bos: number | undefined;
  readonly pad: number | undefined;
  /** Whether a prompt begins with the start token; undefined when the files do not say. */
  readonly addBos: boolean | undefined;
  /** Whether an input ends with the end token, as T5's encoder wants. */
  readonly addEos: boolean;
  /** Numbers of the end tokens that the files name. */
  readonly ends: readonly number[];
  /** Numbers of the fill-in-the-middle tokens that the files name. */
  readonly infill: InfillIds | undefined;
  /**
   * What is taken off the log-odds of a refusal, where answers begin with a token that decides: more of the requests it was trained with
   * were to be refused than the middle of the dial is right for (Saerens et al. 2002, Adjusting the outputs of a classifier to new a
   * priori probabilities). 0 where the files say nothing.
   */
  readonly refusalOffset: number;
  readonly spacePrefix: SpacePrefix;
  /** What happens to a text before anything else. */
  readonly normalize: ((text: string) => string) | undefined;
}

type Json = Readonly<Record<string, unknown>>;

/** What `tokenizer_config.json` and the post-processor of `tokenizer.json` say. `idOf` gives a token's number by its name. */
export function huggingFaceFacts(json: Json, config: Json, idOf: (name: string) => number | undefined) {
  const token = (key: string) => idOf(contentOf(config[key]) ?? '');
  const bos = token('bos_token');
  const eos = token('eos_token');
  const around = tokensAround(json.post_processor);
  const addBos = typeof config.add_bos_token === 'boolean' ? config.add_bos_token : undefined;
  const offset = config.refusal_log_odds_offset;
  const addEos = typeof config.add_eos_token === 'boolean' ? config.add_eos_token : undefined;
  return {
    chatTemplates: chatTemplatesOf(config.chat_template),
    bos: bos ?? (around?.before === undefined ? undefined : idOf(around.before)),
    pad: token('pad_token'),
    addBos: around ? around.before !== undefined : addBos,
    addEos: around ? around.after !== undefined : (addEos ?? false),
    ends: eos === undefined ? [] : [eos],
    refusalOffset: typeof offset === 'number' ? offset : 0,
  };
}

/** `chat_template` is a source, or a list of `{ name, template }`. */
export function chatTemplatesOf(value: unknown): Map<string, string> {
  if (typeof value === 'string') return new Map([['default', value]]);
  const templates = new Map<string, string>();
  for (const entry of Array.isArray(value) ? value : []) {
    if (!isRecord(entry)) continue;
    if (typeof entry.name === 'string' && typeof entry.template === 'string') templates.set(entry.name, entry.template);
  }
  return templates;
}

/** Names of the tokens a post-processor sets before and after a single text; undefined when there is none that could. */
function tokensAround(value: unknown): { before?: string | undefined; after?: string | undefined } | undefined {
  if (!isRecord(value)) return undefined;
  if (value.type === 'Sequence' && Array.isArray(value.processors)) {
    return value.processors.map(tokensAround).find((found) => found !== undefined);
  }
  if (value.type === 'TemplateProcessing' && Array.isArray(value.single)) {
    return { before: specialOf(value.single[0]), after: specialOf(value.single.at(-1)) };
  }
  if (value.type === 'RobertaProcessing' || value.type === 'BertProcessing') {
    const name = (pair: unknown) => (Array.isArray(pair) && typeof pair[0] === 'string' ? pair[0] : undefined);
    return { before: name(value.cls), after: name(value.sep) };
  }
  return undefined;
}

function specialOf(step: unknown): string | undefined {
  const special = isRecord(step) ? step.SpecialToken : undefined;
  return isRecord(special) && typeof special.id === 'string' ? special.id : undefined;
}

/** A token is named by its text or by `{ content }`. */
export function contentOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return isRecord(value) && typeof value.content === 'string' ? value.content : undefined;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
