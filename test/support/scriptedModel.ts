import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { byteCharacters } from './byteCharacters.ts';
import type { FloatTensor, LlamaShape } from './llama.ts';
import { configJson, TOKENIZER_CONFIG, tokenizerJson, writeFiles } from './modelFolder.ts';
import { encodeSafetensors } from './safetensors.ts';

/** Tokens of the vocabulary before those of the script: `<s>`, the 256 bytes, and these three. */
const [END, USER, ASSISTANT] = [257, 258, 259];
const FIRST = 260;
const SPECIAL = { '<|end|>': END, '<|user|>': USER, '<|assistant|>': ASSISTANT };
/** Tokens after the script, in a model that decides whether to refuse: an answer begins with the first, a refusal with the second. */
const DECIDING = ['<|comply|>', '<|refuse|>'];
/** Minimum length of a token of the script in bytes. Shorter pieces would soon repeat. */
const SHORTEST = 6;

const CHAT_TEMPLATE =
  "{% for message in messages %}{{ '<|' + ('assistant' if message['role'] == 'assistant' else 'user') + '|>' }}" +
  "{{ message['content'] }}{{ '<|end|>' }}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}";

/**
 * Writes a model whose answer to any question is this text. It is a real model with weights, for tests that need to know its answer. Each
 * token determines the next one: the embedding tells tokens apart, attention and feed-forward add nothing, and the head maps each token to
 * its successor. After any other text comes the end token, so there are no suggestions.
 * @param path a folder
 * @param refusal probability 0–1 that the model refuses, in which case it says only the last words of the script; absent for a model that
 * does not decide by a token
 * @param isEndless whether the script follows upon itself, again and again
 */
export async function writeScriptedModel(path: string, script: string, refusal?: number, isEndless = false): Promise<void> {
  const pieces = piecesOf(script);
  const deciding = refusal === undefined ? [] : DECIDING.map((name, i) => [name, FIRST + pieces.length + i] as const);
  const shape = shapeFor(FIRST + pieces.length + deciding.length);
  const tensors = tensorsOf(shape, pieces.length, isEndless);
  if (refusal !== undefined) weigh(tensors.get('lm_head.weight'), pieces.length, refusal);
  await writeFiles(path, { ...configJson(shape), eos_token_id: END }, encodeSafetensors(tensors));
  const tokenizer = tokenizerJson(shape.vocabulary) as ReturnType<typeof tokenizerJson> & {
    added_tokens: object[];
    model: { vocab: Record<string, number> };
  };
  const special = [...Object.entries(SPECIAL), ...deciding].map(([content, id]) => ({
    ...tokenizer.added_tokens[0],
    id,
    content,
  }));
  const spelled = byteCharacters();
  const bytes = Object.entries(tokenizer.model.vocab).filter(([, id]) => id < END);
  const spoken = pieces.map((piece, i) => [Array.from(piece, (byte) => spelled[byte]).join(''), FIRST + i]);
  const used = FIRST + pieces.length + deciding.length;
  const rest = Array.from({ length: shape.vocabulary - used }, (_, i) => [`<|unused${i}|>`, used + i]);
  const vocab = Object.fromEntries([...bytes, ...Object.entries(SPECIAL), ...spoken, ...deciding, ...rest]);
  const model = { ...tokenizer.model, vocab };
  await writeFile(
    join(path, 'tokenizer.json'),
    JSON.stringify({ ...tokenizer, model, added_tokens: [...tokenizer.added_tokens, ...special] }),
  );
  const config = { ...TOKENIZER_CONFIG, eos_token: '<|end|>', chat_template: CHAT_TEMPLATE };
  await writeFile(join(path, 'tokenizer_config.json'), JSON.stringify(config));
}

/** Makes answers begin with one of the two deciding tokens. The whole script follows the first, only its last piece the second. */
function weigh(head: FloatTensor | undefined, pieces: number, refusal: number): void {
  if (!head) throw new Error('A model without a head weighs nothing.');
  const { data, shape } = head;
  const hidden = shape[1] ?? 0;
  const [comply, refuse, last] = [FIRST + pieces, FIRST + pieces + 1, FIRST + pieces - 1];
  for (const [token, next] of [
    [comply, FIRST],
    [refuse, last],
  ] as const) {
    data[END * hidden + token] = 0;
    data[next * hidden + token] = 1;
  }
  // The norm scales the token's only non-zero dimension to √hidden.
  data[refuse * hidden + ASSISTANT] = Math.log(refusal / (1 - refusal)) / Math.sqrt(hidden);
}

/** Splits the script into pieces that are all different and longer than a byte. */
function piecesOf(script: string): Uint8Array[] {
  const bytes = Buffer.from(script);
  const pieces: Buffer[] = [];
  const known = new Set<string>();
  for (let start = 0; start < bytes.length; ) {
    let end = start + SHORTEST;
    while (end < bytes.length && known.has(bytes.toString('latin1', start, end))) end++;
    const piece = bytes.subarray(start, end);
    const last = pieces.at(-1);
    // The end of the script may be too short or occur already; it then joins the piece before it.
    if (last && (piece.length < SHORTEST || known.has(piece.toString('latin1'))))
      pieces.splice(-1, 1, Buffer.concat([last, piece]));
    else pieces.push(piece);
    known.add(piece.toString('latin1'));
    start = end;
  }
  return pieces;
}

/** As wide as the vocabulary, so that each token has a dimension of its own; a multiple of 32, the block size of stored weights. */
function shapeFor(tokens: number): LlamaShape {
  const vocabulary = 32 * Math.ceil(tokens / 32);
  const heads = { heads: 2, kvHeads: 1, headSize: 32, layers: 1, feedForward: 32 };
  return { vocabulary, hidden: vocabulary, ...heads, context: 4096, tied: false, ropeBase: 10_000, epsilon: 1e-5 };
}

function tensorsOf(shape: LlamaShape, pieces: number, isEndless: boolean): Map<string, FloatTensor> {
  const { vocabulary, hidden, heads, kvHeads, headSize, feedForward } = shape;
  const zeros = (...sizes: number[]): FloatTensor => ({
    shape: sizes,
    data: new Float32Array(sizes.reduce((product, size) => product * size, 1)),
  });
  const ones = { shape: [hidden], data: new Float32Array(hidden).fill(1) };
  const embedding = zeros(vocabulary, hidden);
  const head = zeros(vocabulary, hidden);
  for (let token = 0; token < vocabulary; token++) {
    embedding.data[token * hidden + token] = 1;
    const isWithin = token >= FIRST && token < FIRST + pieces - 1;
    const isBeforeFirst = token === ASSISTANT || (isEndless && token === FIRST + pieces - 1);
    const next = isWithin ? token + 1 : isBeforeFirst ? FIRST : END;
    head.data[next * hidden + token] = 1;
  }
  const layer = 'model.layers.0';
  return new Map([
    ['model.embed_tokens.weight', embedding],
    [`${layer}.input_layernorm.weight`, ones],
    [`${layer}.self_attn.q_proj.weight`, zeros(heads * headSize, hidden)],
    [`${layer}.self_attn.k_proj.weight`, zeros(kvHeads * headSize, hidden)],
    [`${layer}.self_attn.v_proj.weight`, zeros(kvHeads * headSize, hidden)],
    [`${layer}.self_attn.o_proj.weight`, zeros(hidden, heads * headSize)],
    [`${layer}.post_attention_layernorm.weight`, ones],
    [`${layer}.mlp.gate_proj.weight`, zeros(feedForward, hidden)],
    [`${layer}.mlp.up_proj.weight`, zeros(feedForward, hidden)],
    [`${layer}.mlp.down_proj.weight`, zeros(hidden, feedForward)],
    ['model.norm.weight', ones],
    ['lm_head.weight', head],
  ]);
}
