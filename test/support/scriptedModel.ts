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
/** Behind the script, of a model that weighs whether to refuse: tokens that an answer and a refusal begin with. */
const DECIDING = ['<|comply|>', '<|refuse|>'];
/** Bytes of a token of the script, at least: fewer, and there would be few that differ. */
const SHORTEST = 6;

const CHAT_TEMPLATE =
  "{% for message in messages %}{{ '<|' + ('assistant' if message['role'] == 'assistant' else 'user') + '|>' }}" +
  "{{ message['content'] }}{{ '<|end|>' }}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}";

/**
 * Writes a model whose answer to any question is this text: a real one, with weights, for tests that need to know what comes. Each token
 * is followed by one other: the embedding tells tokens apart, attention and feed-forward add nothing, and the head knows what follows what.
 * Any other text is followed by its end, so that there are no suggestions.
 * @param path a folder
 * @param refusal how probable it finds it, 0–1, to refuse, which is to say the last words only; absent for one that does not weigh that
 */
export async function writeScriptedModel(path: string, script: string, refusal?: number): Promise<void> {
  const pieces = piecesOf(script);
  const deciding = refusal === undefined ? [] : DECIDING.map((name, i) => [name, FIRST + pieces.length + i] as const);
  const shape = shapeFor(FIRST + pieces.length + deciding.length);
  const tensors = tensorsOf(shape, pieces.length);
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

/** Has answers begin with the token that the model weighs to be the one; the whole script follows the one, its last piece the other. */
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
  // The norm makes the one dimension of a token as long as all of them are together.
  data[refuse * hidden + ASSISTANT] = Math.log(refusal / (1 - refusal)) / Math.sqrt(hidden);
}

/** The script in pieces of which no two are the same, and none is a single byte. */
function piecesOf(script: string): Uint8Array[] {
  const bytes = Buffer.from(script);
  const pieces: Buffer[] = [];
  const known = new Set<string>();
  for (let start = 0; start < bytes.length; ) {
    let end = start + SHORTEST;
    while (end < bytes.length && known.has(bytes.toString('latin1', start, end))) end++;
    const piece = bytes.subarray(start, end);
    const last = pieces.at(-1);
    // The end of the script may be what was said before.
    if (last && (piece.length < SHORTEST || known.has(piece.toString('latin1'))))
      pieces.splice(-1, 1, Buffer.concat([last, piece]));
    else pieces.push(piece);
    known.add(piece.toString('latin1'));
    start = end;
  }
  return pieces;
}

/** As wide as the vocabulary, so that each token has a dimension of its own; in blocks of 32, as weights are stored. */
function shapeFor(tokens: number): LlamaShape {
  const vocabulary = 32 * Math.ceil(tokens / 32);
  const heads = { heads: 2, kvHeads: 1, headSize: 32, layers: 1, feedForward: 32 };
  return { vocabulary, hidden: vocabulary, ...heads, context: 4096, tied: false, ropeBase: 10_000, epsilon: 1e-5 };
}

function tensorsOf(shape: LlamaShape, pieces: number): Map<string, FloatTensor> {
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
    const next = isWithin ? token + 1 : token === ASSISTANT ? FIRST : END;
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
