import type { Lowering } from './building.ts';
import { Names } from './names.ts';
import { DataType, type Value } from './onnx.ts';
import type { Operators } from './operators.ts';

/**
 * Makes rows of logits an output, and where they come back to the processor whole, what every choice of a token asks of a row: the runtime's
 * threads find it in half the time that JavaScript takes.
 * @param logits float32 `[1, R, vocabulary]`
 */
export function outputLogits(op: Operators, logits: Value, vocabulary: number, { kernels }: Lowering): void {
  op.graph.output(logits, Names.logits, DataType.float32, [1, 'rows', vocabulary]);
  if (kernels === 'webgpu') return;
  const [highest, best] = op.largest(logits, op.int64([1]));
  op.graph.output(best, Names.best, DataType.int64, [1, 'rows', 1]);
  op.graph.output(op.logSumExp(logits, highest), Names.logSumExp, DataType.float32, [1, 'rows', 1]);
}
