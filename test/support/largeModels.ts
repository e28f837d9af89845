import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { T5_FAMILIES, tinyT5 } from './families/t5.ts';
import { tokenizerJson, writeFiles } from './modelFolder.ts';
import { groupQueryDecoder, plainDecoder, tinyConfig } from './onnxDecoder.ts';
import { writeSeq2seq } from './onnxSeq2seq.ts';
import { encodeSafetensors } from './safetensors.ts';

/** The sizes of GPT-2's smallest model. */
const SIZES = {
  vocabulary: 32_000,
  hidden: 768,
  layers: 12,
  heads: 12,
  kvHeads: 12,
  headSize: 64,
  feedForward: 3072,
  context: 4096,
};

/** Writes a folder with a decoder as an ONNX graph whose 110 million weights lie in a file beside it: in 4-bit blocks, or in float32. */
export async function writeLargeOnnx(
  folder: string,
  type: 'q4' | 'fp32',
  other: { readonly layers?: number } = {},
): Promise<void> {
  const sizes = { ...SIZES, ...other };
  const options = { seed: 1, parts: 1, positions: true, sizes };
  const graph =
    type === 'q4'
      ? groupQueryDecoder({ ...options, name: 'onnx/model_q4.onnx' })
      : plainDecoder({ ...options, name: 'onnx/model.onnx' });
  await graph.write(folder);
  await writeFile(join(folder, 'config.json'), JSON.stringify(tinyConfig('llama', {}, sizes)));
  await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(tokenizerJson(SIZES.vocabulary)));
}

const T5_SMALL = { vocabulary: 32_128, hidden: 512, heads: 8, headSize: 64, feedForward: 2048 };

/** Writes a folder with an encoder and two decoders of about T5-small's sizes as ONNX graphs in float32. */
export async function writeLargeOnnxPair(folder: string): Promise<void> {
  await writeSeq2seq(folder, false, { ...T5_SMALL, kvHeads: T5_SMALL.heads, layers: 6, context: 2048 });
  await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(tokenizerJson(T5_SMALL.vocabulary)));
}

/** Writes a safetensors folder with an encoder–decoder of T5-small's sizes. */
export async function writeLargeT5(folder: string): Promise<void> {
  const [family] = T5_FAMILIES;
  if (!family) throw new Error('There is no T5.');
  const sizes = { ...T5_SMALL, encoderLayers: 6, decoderLayers: 6 };
  const structure = { ...family.structure, ...sizes, buckets: 32, distance: 128 };
  const config = {
    ...family.config,
    vocab_size: sizes.vocabulary,
    d_model: sizes.hidden,
    d_kv: sizes.headSize,
    d_ff: sizes.feedForward,
    num_heads: sizes.heads,
    num_layers: sizes.encoderLayers,
    num_decoder_layers: sizes.decoderLayers,
    relative_attention_num_buckets: structure.buckets,
    relative_attention_max_distance: structure.distance,
    n_positions: 2048,
  };
  await writeFiles(folder, config, encodeSafetensors(tinyT5({ ...family, structure, config }).tensors));
}
