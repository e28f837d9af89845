import type { Building } from './building.ts';
import { Names } from './names.ts';
import { DataType, type Value } from './onnx.ts';
import type { Norm } from './operators.ts';

/** What happens to the residual stream behind each layer. */
interface BehindLayers {
  /** Adds `update`, the layer's last, to the residual stream; returns the normalised sum and the sum, all `[1, S, hidden size]`. */
  addAndNorm(layer: number, residual: Value, update: Value, norm: Norm): { normed: Value; residual: Value };
  /** Called after the last layer. */
  finish?(): void;
}

export function behindLayers(building: Building): BehindLayers {
  if (building.kind === 'steered') return new SteeredStream(building);
  if (building.kind === 'observed') return new ObservedStream(building);
  return { addAndNorm: (_, residual, update, norm) => building.op.addAndNorm(residual, update, norm) };
}

/**
 * x + (x · read + offset) · write, with inputs for the last three: one form for adding a direction (Turner et al. 2023; control vectors of
 * llama.cpp) and for projecting it out (Arditi et al. 2024).
 */
class SteeredStream implements BehindLayers {
  readonly #building: Building;
  readonly #read: Value;
  readonly #write: Value;
  readonly #offset: Value;

  constructor(building: Building) {
    this.#building = building;
    const { config, op } = building;
    const rows = (name: string) => op.graph.input(name, DataType.float32, [config.layers, config.hiddenSize]);
    [this.#read, this.#write] = [rows(Names.steeringRead), rows(Names.steeringWrite)];
    this.#offset = op.activation(op.graph.input(Names.steeringOffset, DataType.float32, [1]));
  }

  addAndNorm(layer: number, residual: Value, update: Value, norm: Norm): { normed: Value; residual: Value } {
    const { config, op } = this.#building;
    const row = (rows: Value) => op.activation(op.graph.node('Gather', [rows, op.int64Scalar(layer)]));
    const sum = op.add(residual, update);
    const column = op.reshape(row(this.#read), [config.hiddenSize, 1]);
    const product = op.graph.node('MatMul', [sum, column]); // [1, S, 1]
    const change = op.multiply(op.add(product, this.#offset), row(this.#write));
    return op.addAndNorm(sum, change, norm);
  }
}

/** Outputs the residual stream of the tokens that get logits. */
class ObservedStream implements BehindLayers {
  readonly #building: Building;
  readonly #layers: Value[] = [];

  constructor(building: Building) {
    this.#building = building;
  }

  addAndNorm(_: number, residual: Value, update: Value, norm: Norm): { normed: Value; residual: Value } {
    const out = this.#building.op.addAndNorm(residual, update, norm);
    this.#layers.push(out.residual);
    return out;
  }

  finish(): void {
    const { config, op } = this.#building;
    const rows = Names.rows as Value;
    // The last layer has these tokens only.
    const chosen = this.#layers.map((layer, i) => op.float32(i + 1 < config.layers ? op.positions(layer, rows) : layer));
    op.graph.output(op.concat(chosen, 0), Names.residuals, DataType.float32, [config.layers, 'rows', config.hiddenSize]);
  }
}
