import { LLAMA_NAMES } from '../support/families/family.ts';
import { partShapes } from '../support/families/parts.ts';
import { rotary, structure } from '../support/families/structure.ts';
import { type Llama, tensor } from '../support/llama.ts';
import { ReferenceDecoder } from './families/reference.ts';

/** Logits `[vocabulary]` of a Llama (Touvron et al. 2023) after each token, in float64 ({@link ReferenceDecoder}). */
export function llamaLogits(model: Llama, tokens: readonly number[]): Float64Array[] {
  const { ropeBase, ...sizes } = model.shape;
  const llama = structure({ ...sizes, positions: rotary(sizes.headSize, { base: ropeBase }) });
  const parts = new Map(partShapes(llama).map(([name]) => [name, tensor(model, huggingFaceName(name))]));
  return ReferenceDecoder.logits({ structure: llama, parts }, tokens);
}

/** The name in a Hugging Face checkpoint of a part such as `layers.0.query.weight`. */
function huggingFaceName(part: string): string {
  const [, layer = '', key] = /^(?:layers\.(\d+)\.)?(\w+)\.weight$/.exec(part) ?? [];
  return `${LLAMA_NAMES[key as keyof typeof LLAMA_NAMES].replace('{layer}', layer)}.weight`;
}
