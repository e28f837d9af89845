import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataType, type Value } from '../../engine/graph/onnx.ts';
import { causalMask, GraphWriter, type OnnxSizes, TINY_ONNX } from './onnxGraphWriter.ts';

/**
 * Writes an encoder–decoder pair as optimum exports T5. If `merged`, there is one decoder graph with two branches, the second of which
 * returns unusable values for the encoder's keys and values; otherwise one graph for the first step and one for later steps.
 */
export async function writeSeq2seq(folder: string, merged: boolean, sizes: OnnxSizes = TINY_ONNX): Promise<void> {
  await encoder(sizes).write(folder);
  if (merged) await decoder(sizes, 'decoder_model_merged', 'merged').write(folder);
  else {
    await decoder(sizes, 'decoder_model', 'first').write(folder);
    await decoder(sizes, 'decoder_with_past_model', 'next').write(folder);
  }
  const { vocabulary, hidden, layers, heads, headSize, context } = sizes;
  const config = {
    model_type: 't5',
    is_encoder_decoder: true,
    vocab_size: vocabulary,
    d_model: hidden,
    d_kv: headSize,
    num_heads: heads,
    num_layers: layers,
    num_decoder_layers: layers,
    n_positions: context,
    decoder_start_token_id: 0,
    pad_token_id: 0,
    eos_token_id: 1,
  };
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
}

function encoder(sizes: OnnxSizes): GraphWriter {
  const { hidden, layers, heads, headSize } = sizes;
  const w = new GraphWriter('onnx/encoder_model.onnx', 100, 0, sizes);
  const { graph } = w;
  const ids = graph.input('input_ids', DataType.int64, ['batch_size', 'encoder_sequence_length']);
  graph.input('attention_mask', DataType.int64, ['batch_size', 'encoder_sequence_length']);
  const positions = graph.node('Range', [w.scalar(0), w.size(ids, 1), w.scalar(1)]);
  let x = embedded(w, ids, positions);
  for (let layer = 0; layer < layers; layer++) {
    const normed = w.norm(`block.${layer}.norm`, x);
    const [q, k, v] = ['q', 'k', 'v'].map((name) => project(w, `block.${layer}.${name}`, normed)) as [Value, Value, Value];
    x = w.add(x, w.linear(`block.${layer}.o`, w.attention(q, k, v), hidden, heads * headSize, false));
    x = w.add(x, w.feedForward(`block.${layer}`, w.norm(`block.${layer}.norm2`, x), false));
  }
  graph.output(w.norm('norm', x), 'last_hidden_state', DataType.float32, ['batch_size', 'encoder_sequence_length', hidden]);
  return w;
}

function decoder(sizes: OnnxSizes, name: string, kind: 'merged' | 'first' | 'next'): GraphWriter {
  const { vocabulary, hidden, layers, heads, headSize } = sizes;
  const w = new GraphWriter(`onnx/${name}.onnx`, 200, 0, sizes);
  const { graph } = w;
  graph.input('encoder_attention_mask', DataType.int64, ['batch_size', 'encoder_sequence_length']);
  const ids = graph.input('input_ids', DataType.int64, ['batch_size', 'decoder_sequence_length']);
  const states =
    kind === 'next'
      ? undefined
      : graph.input('encoder_hidden_states', DataType.float32, ['batch_size', 'encoder_sequence_length', hidden]);
  const past = (slot: string) =>
    graph.input(`past_key_values.${slot}`, DataType.float32, ['batch_size', heads, `past_${slot}`, headSize]);
  const pasts = Array.from({ length: kind === 'first' ? 0 : layers }, (_, layer) => ({
    own: [past(`${layer}.decoder.key`), past(`${layer}.decoder.value`)],
    cross: [past(`${layer}.encoder.key`), past(`${layer}.encoder.value`)],
  }));
  const flag = kind === 'merged' ? graph.input('use_cache_branch', DataType.bool, [1]) : undefined;
  const cached = pasts[0] ? w.size(pasts[0].own[0] as Value, 2) : w.scalar(0);
  const total = w.add(cached, w.size(ids, 1));
  const positions = graph.node('Range', [cached, total, w.scalar(1)]);
  const mask = causalMask(w, positions, total);
  let x = embedded(w, ids, positions);
  for (let layer = 0; layer < layers; layer++) {
    const at = pasts[layer];
    const present = (each: Value, slot: string) =>
      graph.output(each, `present.${layer}.${slot}`, DataType.float32, ['batch_size', heads, `total_${slot}`, headSize]);
    const normed = w.norm(`block.${layer}.norm`, x);
    const fresh = ['k', 'v'].map((each) => project(w, `block.${layer}.${each}`, normed));
    const [k, v] = fresh.map((each, i) =>
      at ? graph.node('Concat', [at.own[i] as Value, each], { attributes: { axis: 2 } }) : each,
    ) as [Value, Value];
    present(graph.node('Identity', [k]), `decoder.key`);
    present(graph.node('Identity', [v]), `decoder.value`);
    const attended = w.attention(project(w, `block.${layer}.q`, normed), k, v, mask);
    x = w.add(x, w.linear(`block.${layer}.o`, attended, hidden, heads * headSize, false));
    const crossed = w.norm(`block.${layer}.cross`, x);
    const [ck, cv] = ['ck', 'cv'].map((each, i) => crossStates(w, `block.${layer}.${each}`, states, at?.cross[i], flag)) as [
      Value,
      Value,
    ];
    if (kind !== 'next') {
      present(unusable(w, ck, flag), 'encoder.key');
      present(unusable(w, cv, flag), 'encoder.value');
    }
    const seen = w.attention(project(w, `block.${layer}.cq`, crossed), ck, cv);
    x = w.add(x, w.linear(`block.${layer}.co`, seen, hidden, heads * headSize, false));
    x = w.add(x, w.feedForward(`block.${layer}`, w.norm(`block.${layer}.norm2`, x), false));
  }
  const logits = w.linear('lm_head', w.norm('norm', x), vocabulary, hidden, false);
  graph.output(logits, 'logits', DataType.float32, ['batch_size', 'decoder_sequence_length', vocabulary]);
  return w;
}

function embedded(w: GraphWriter, ids: Value, positions: Value): Value {
  const { vocabulary, hidden, context } = w.sizes;
  const tokens = w.graph.node('Gather', [w.random('shared', [vocabulary, hidden], 1), ids]);
  return w.add(tokens, w.graph.node('Gather', [w.random('positions', [context, hidden], 0.5), positions]));
}

function project(w: GraphWriter, name: string, x: Value): Value {
  const { heads, headSize, hidden } = w.sizes;
  return w.heads(w.linear(name, x, heads * headSize, hidden, false), heads);
}

/** Keys or values of the encoder's states: computed, or, in the branch with a cache, taken from the cache. */
function crossStates(
  w: GraphWriter,
  name: string,
  states: Value | undefined,
  past: Value | undefined,
  flag: Value | undefined,
): Value {
  const { heads, headSize, hidden } = w.sizes;
  // Always drawn, so that every graph of the pair draws the same random numbers afterwards.
  const matrix = w.random(name, [hidden, heads * headSize], 0.2);
  if (!states) return past as Value;
  const computed = w.heads(w.graph.node('MatMul', [states, matrix]), heads);
  if (!past || !flag) return computed;
  const useless = w.graph.node('Mul', [computed, toFloat(w, w.graph.node('Not', [flag]))]);
  // The slice takes the cached tokens; on the first step the cache is empty and it takes the computed ones.
  const both = w.graph.node('Concat', [past, useless], { attributes: { axis: 2 } });
  const length = w.graph.node('Reshape', [w.size(states, 1), w.int64(1)]);
  return w.graph.node('Slice', [both, w.int64(0), length, w.int64(2)]);
}

/** Placeholder output of the branch with a cache for the encoder's keys and values. */
function unusable(w: GraphWriter, x: Value, flag: Value | undefined): Value {
  if (!flag) return w.graph.node('Identity', [x]);
  return w.add(x, w.graph.node('Mul', [toFloat(w, flag), w.float(1000)]));
}

function toFloat(w: GraphWriter, flag: Value): Value {
  return w.cast(flag, DataType.float32);
}
