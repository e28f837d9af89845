import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Lowering } from '../../engine/graph/building.ts';
import { freshLogits, lowerLlama, openLlama } from '../support/engine.ts';
import { decodeGgml, encodeGgml } from '../support/ggml.ts';
import { type GgufTypes, writeGguf } from '../support/gguf.ts';
import { type Llama, randomLlama, TINY_SHAPES } from '../support/llama.ts';
import { LlamaCppModel } from '../support/llamaCpp.ts';
import { logitsOf } from '../support/logitsOf.ts';
import { temporaryFolder } from '../support/modelFolder.ts';
import { Random } from '../support/random.ts';
import { relativeError } from './compare.ts';
import { type Blocks, roundedToBlocks, SHIPPED_FORMATS } from './quantized.ts';
import { llamaLogits } from './reference.ts';

/** With float32 activations only the order of additions differs from the reference. */
const EXACT = 1e-3;

/** For int8 activations. The errors in REPORT.md are far below; this bound only detects regressions. */
const FAST = 0.1;

const FORMATS: readonly { linear: Blocks; head: Blocks }[] = [
  { linear: { bits: 4, blockSize: 32 }, head: { bits: 8, blockSize: 32 } },
  { linear: { bits: 4, blockSize: 64 }, head: { bits: 8, blockSize: 64 } },
  { linear: { bits: 4, blockSize: 128 }, head: { bits: 4, blockSize: 32 } },
  { linear: { bits: 8, blockSize: 32 }, head: { bits: 8, blockSize: 128 } },
];

describe.each(Object.entries(TINY_SHAPES))('block weights: %s', (_, shape) => {
  const llama = randomLlama(shape, 17);
  const tokens = new Random(3).tokens(140, shape.vocabulary);

  it.each(FORMATS)('$linear, head $head match the dequantised float64 reference', async ({ linear, head }) => {
    const truth = llamaLogits(roundedToBlocks(llama, { linear, head, embedding: { bits: 8, blockSize: 32 } }), tokens);
    const runtime = await lowerLlama(llama, lowering(linear, head));
    const cache = runtime.newCache();
    for (const [from, to] of [
      [0, 100],
      [100, 139],
      [139, 140],
    ] as const) {
      const logits = await logitsOf(runtime, { ids: tokens.slice(from, to), rows: [to - from - 1] }, cache);
      expect(relativeError(logits, truth[to - 1] as Float64Array), `after ${to} tokens`).toBeLessThan(EXACT);
    }
    await runtime.dispose();
  });

  it("the engine's own choice of 4-bit formats, exact and fast", async () => {
    const truth = llamaLogits(roundedToBlocks(llama, SHIPPED_FORMATS), tokens).at(-1) as Float64Array;
    for (const [precision, bound] of [
      ['exact', EXACT],
      ['fast', FAST],
    ] as const) {
      const engine = await openLlama(llama, { precision });
      expect(relativeError(await freshLogits(engine, tokens), truth), precision).toBeLessThan(bound);
      await engine.dispose();
    }
  });
});

/** The GGUF file of the speed comparison has the same weights. llama.cpp rounds activations to int8 for these types. */
describe('GGUF blocks', () => {
  const shape = TINY_SHAPES['GQA 4/2, head size 32 of 128'];
  const types: GgufTypes = { linear: 'Q4_0', head: 'Q8_0', embedding: 'Q8_0' };

  it('a Q4_0 file in llama.cpp matches the float64 reference on its decoded weights', async () => {
    const llama = randomLlama(shape, 19);
    const tokens = new Random(4).tokens(60, shape.vocabulary);
    const folder = await temporaryFolder();
    const path = join(folder.path, 'model.gguf');
    await writeGguf(path, llama, types);
    const peer = await LlamaCppModel.open(path);
    const truth = llamaLogits(decoded(llama, types), tokens).at(-1) as Float64Array;
    expect(relativeError(await peer.logits(tokens), truth)).toBeLessThan(FAST);
    await peer.dispose();
    await folder.remove();
  });
});

function lowering(linear: Blocks, head: Blocks): Lowering {
  const blocks = ({ bits, blockSize }: Blocks) => ({ kind: 'blocks' as const, bits, blockSize: blockSize as 32 | 64 | 128 });
  return { linear: blocks(linear), head: blocks(head), embedding: blocks({ bits: 8, blockSize: 32 }), accuracy: 'exact' };
}

function decoded(llama: Llama, types: GgufTypes): Llama {
  const tensors = new Map(llama.tensors);
  for (const [name, { shape, data }] of tensors) {
    const type = name.includes('embed') ? types.embedding : name.startsWith('lm_head') ? types.head : types.linear;
    if (shape.length === 2 && type !== 'F32') {
      tensors.set(name, { shape, data: decodeGgml(encodeGgml(data, shape[1] as number, type), type) });
    }
  }
  return { shape: llama.shape, tensors };
}
