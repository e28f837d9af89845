import type { Role } from '../model/families/family.ts';
import type { Building } from './building.ts';
import type { Value } from './onnx.ts';

/** The matrices of one feed-forward: a layer's own, or one expert's. */
interface Parts {
  readonly name: string;
  readonly layer: number;
  readonly expert: number;
  readonly inputs: readonly Role[];
  readonly down: Role;
}

/** Feed-forward of a decoder layer: SwiGLU (Shazeer 2020) and its relatives, or a mixture of experts. */
export class FeedForward {
  readonly #building: Building;

  constructor(building: Building) {
    this.#building = building;
  }

  /** @param x `[1, S, hidden size]` @returns the same shape */
  build(layer: number, x: Value): Promise<Value> {
    const { config, weights } = this.#building;
    if (config.feedForward.experts) return this.#experts(layer, x);
    const separate: Role[] = config.feedForward.gated ? ['feedForward.gate', 'feedForward.up'] : ['feedForward.up'];
    const inputs: Role[] = weights.has('feedForward.gateUp', layer) ? ['feedForward.gateUp'] : separate;
    return this.#one({ name: `layer.${layer}.feedForward`, layer, expert: 0, inputs, down: 'feedForward.down' }, x);
  }

  async #one({ name, layer, expert, inputs, down }: Parts, x: Value): Promise<Value> {
    const { config, weights, lowering, writer, op } = this.#building;
    const biasOf = (role: Role) => weights.vector(role, 'bias', layer, expert);
    const biases = await Promise.all(inputs.map(biasOf));
    const matrices = inputs.map((role) => weights.matrix(role, layer, expert));
    const products = await writer.linears(`${name}.input`, x, matrices, lowering.linear, biases);
    const isFused = inputs.length === 1 && config.feedForward.gated;
    const sizes = [config.feedForwardSize, config.feedForwardSize];
    const [first, second] = isFused ? op.split(products[0] as Value, op.int64(sizes), 2, -1) : products;
    const activated = op.activate(first as Value, config.feedForward.activation);
    const hidden = second ? op.multiply(activated, second) : activated;
    const output = weights.matrix(down, layer, expert);
    return writer.linear(`${name}.output`, hidden, output, lowering.linear, await biasOf(down));
  }

  /**
   * Mixture of experts (Shazeer et al. 2017; Jiang et al. 2024): a router chooses experts for each token, weighted by a softmax over
   * the chosen. Each expert runs on the tokens that were sent to it only; one without tokens runs on nothing.
   */
  async #experts(layer: number, x: Value): Promise<Value> {
    const { config, weights, writer, op } = this.#building;
    const { count, used } = config.feedForward.experts ?? { count: 0, used: 0 };
    const tokens = op.reshape(x, [-1, config.hiddenSize]);
    const router = await writer.linear(`layer.${layer}.router`, tokens, weights.matrix('router', layer), { kind: 'float32' });
    const [best, chosen] = op.graph.nodes('TopK', [router, op.int64([used])], { attributes: { axis: -1 }, outputs: 2 });
    const shares = op.softmax(best as Value); // [S, used]
    const zeros = op.graph.node('Sub', [router, router]);
    // [experts, S]: the share of each expert in each token, 0 where it was not chosen.
    const gates = op.transpose(
      op.graph.node('ScatterElements', [zeros, chosen as Value, shares], { attributes: { axis: 1 } }),
      [1, 0],
    );
    let sum = op.graph.node('Sub', [tokens, tokens]);
    for (let expert = 0; expert < count; expert++) {
      const gate = op.graph.node('Gather', [gates, op.int64Scalar(expert)]); // [S]
      const sent = op.reshape(op.graph.node('NonZero', [gate]), [-1]); // [n], which tokens
      const parts: Parts = {
        name: `layer.${layer}.expert.${expert}`,
        layer,
        expert,
        inputs: ['expert.gate', 'expert.up'],
        down: 'expert.down',
      };
      const result = op.reshape(await this.#one(parts, op.positions(x, sent)), [-1, config.hiddenSize]);
      const share = op.reshape(op.graph.node('Gather', [gate, sent]), [-1, 1]);
      const where = op.reshape(sent, [-1, 1]);
      sum = op.graph.node('ScatterND', [sum, where, op.multiply(result, share)], { attributes: { reduction: 'add' } });
    }
    return op.reshape(sum, [1, -1, config.hiddenSize]);
  }
}
