import type { DecoderConfig } from '../model/config.ts';
import type { Role } from '../model/families/family.ts';
import type { RoleWeights } from '../model/roles.ts';
import { Attention } from './attention.ts';
import type { Building, DecoderGraph, GraphKind, Lowering } from './building.ts';
import { FeedForward } from './feedForward.ts';
import { WeightWriter } from './linear.ts';
import { prefillOf } from './manyTokens.ts';
import { Names } from './names.ts';
import { DataType, OnnxGraph, type Value } from './onnx.ts';
import { type Norm, Operators } from './operators.ts';
import { outputLogits } from './outputLogits.ts';
import { behindLayers } from './residualStream.ts';
import { WeightPlan } from './weightPlan.ts';

/**
 * Builds the ONNX graph of a decoder of any family (names of inputs and outputs: {@link Names}). Its matrices are not read yet.
 *
 * On the CPU attention reads a head-major cache in place, handed in without a copy, and only the S new keys and values come out. On
 * WebGPU past and present are one buffer of the device. Either way a step costs no copy of the cache, which is what a plain loop spends
 * its time on.
 */
export async function buildDecoder(
  config: DecoderConfig,
  weights: RoleWeights,
  lowering: Lowering,
  kind: GraphKind = 'plain',
): Promise<DecoderGraph> {
  const activations = lowering.halfPrecision ? DataType.float16 : DataType.float32;
  const op = new Operators(new OnnxGraph(), lowering.kernels, activations);
  const plan = new WeightPlan();
  const writer = new WeightWriter(op, plan, lowering.accuracy, kind === 'prefill' && lowering.accuracy === 'fast');
  const reading = prefillOf(config, lowering) === 'same graph' ? op.graph.input(Names.reading, DataType.bool, []) : undefined;
  const building: Building = { config, weights, lowering, op, writer, kind, reading };
  const attention = new Attention(building);
  const feedForward = new FeedForward(building);
  const behind = behindLayers(building);

  const rows = op.graph.input(Names.rows, DataType.int64, ['rows']);
  let { residual, normed } = await embed(building);
  for (let layer = 0; layer < config.layers; layer++) {
    const isLast = layer + 1 === config.layers;
    // Of the last layer all keys and values are needed, but nothing else of tokens that get no logits.
    const wanted = isLast ? rows : undefined;
    if (wanted) residual = op.positions(residual, wanted);
    const attended = await after(building, 'attention.after', layer, await attention.build(layer, normed, wanted));
    const middle = op.addAndNorm(residual, attended, await norm(building, 'feedForward.norm', layer));
    const fed = await after(building, 'feedForward.after', layer, await feedForward.build(layer, middle.normed));
    const next = isLast ? await norm(building, 'norm') : await norm(building, 'attention.norm', layer + 1);
    ({ normed, residual } = behind.addAndNorm(layer, middle.residual, fed, next));
  }
  behind.finish?.();
  attention.finish();
  await head(building, normed);
  return { model: op.graph.encode(), weights: plan, rounded: writer.rounded };
}

/** The residual stream's start, and it normalised for the first layer. */
async function embed(building: Building): Promise<{ residual: Value; normed: Value }> {
  const { config, weights, lowering, op, writer, kind, reading } = building;
  const ids = op.graph.input(Names.ids, DataType.int64, [1, 'tokens']);
  const looked = await writer.embedding(
    'embedding',
    ids,
    weights.matrix('embedding'),
    lowering.embedding,
    reading ?? kind === 'prefill',
  );
  let residual = op.scale(op.activation(looked), config.multipliers.embedding);
  if (config.positions.kind === 'learned') {
    const positions = op.graph.input(Names.positions, DataType.int64, [1, 'tokens']);
    const { offset } = config.positions;
    const read = () => weights.positionTable(offset);
    const table = writer.table('positions.table', config.contextLength, config.hiddenSize, read);
    residual = op.add(residual, op.activation(op.graph.node('Gather', [table, positions])));
  }
  if (weights.has('embedding.norm')) residual = op.norm(residual, await norm(building, 'embedding.norm'));
  return { residual, normed: op.norm(residual, await norm(building, 'attention.norm', 0)) };
}

/** What a layer's half adds to the residual stream: normalised once more in some families, scaled in others. */
async function after(building: Building, role: Role, layer: number, update: Value): Promise<Value> {
  const { config, weights, op } = building;
  const normed = weights.has(role, layer) ? op.norm(update, await norm(building, role, layer)) : update;
  return op.scale(normed, config.multipliers.residual);
}

/** @param normed the residual stream of the tokens that get logits, normalised: `[1, R, hidden size]` */
async function head(building: Building, normed: Value): Promise<void> {
  const { config, weights, lowering, op, writer } = building;
  const role = config.tiedEmbeddings || !weights.has('head') ? 'embedding' : 'head';
  const bias = await weights.vector('head', 'bias');
  const product = await writer.linear('head', normed, weights.matrix(role), lowering.head, bias);
  let logits = op.scale(product, config.multipliers.logits);
  if (config.logitsSoftcap !== undefined) logits = op.softcap(logits, config.logitsSoftcap);
  outputLogits(op, op.float32(logits), config.vocabularySize, lowering);
}

/** A norm of the model. @throws PaddockError `bad-model` when the file has none */
async function norm({ config, weights, writer }: Building, role: Role, layer = 0): Promise<Norm> {
  const name = `${role}.${layer}`;
  const bias = config.norm.kind === 'layer' ? await weights.vector(role, 'bias', layer) : undefined;
  return {
    ...config.norm,
    weight: writer.vector(name, await weights.norm(role, layer)),
    ...(bias && { bias: writer.vector(`${name}.bias`, bias) }),
  };
}
