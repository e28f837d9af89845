import { expect, it } from 'vitest';
import { openGguf } from '../../../../engine/model/gguf/gguf.ts';
import { FUZZ_CASES, fileOf, fuzz, spoilBytes } from '../../../support/fuzz.ts';
import { GGML_LAYOUTS, randomBlocks } from '../../../support/ggmlBlocks.ts';
import { llamaMetadata } from '../../../support/gguf.ts';
import { encodeGguf } from '../../../support/ggufFile.ts';
import { TINY_SHAPES } from '../../../support/llama.ts';
import { Random } from '../../../support/random.ts';

/** One tensor of every block type, behind a whole vocabulary. */
function wholeFile(): { bytes: Buffer; header: number } {
  const tensors = Object.entries(GGML_LAYOUTS).map(([name, layout]) => {
    const bytes = randomBlocks(name, (2 * 256) / layout.weights, new Random(layout.type));
    return { name: `blk.0.${name}.weight`, dims: [256, 2], type: layout.type, bytes };
  });
  const bytes = encodeGguf(llamaMetadata(TINY_SHAPES['MHA, head size 16']), tensors);
  return { bytes, header: bytes.lastIndexOf('.weight') + 40 };
}

async function readAll(bytes: Uint8Array): Promise<void> {
  const source = await openGguf(fileOf(bytes));
  for (const name of source.names) {
    await source.read(name);
    await source.blocks(name);
  }
}

const { bytes, header } = wholeFile();
/** The names, sizes and offsets of tensors are a small part of the header, and the part that matters most. */
const tensors = bytes.indexOf('blk.0.');

it('a GGUF file with a spoiled header is read or refused', async () => {
  const result = await fuzz(1, (random) => spoilBytes(bytes, random, header), readAll);
  expect(result.refused).toBeGreaterThan(FUZZ_CASES / 10);
  expect(result.opened).toBeGreaterThan(0);
});

it('a GGUF file with spoiled descriptions of tensors is read or refused', async () => {
  const spoil = (random: Random) => {
    const end = spoilBytes(bytes.subarray(tensors - 8), random, header - tensors + 8);
    return Buffer.concat([bytes.subarray(0, tensors - 8), end]);
  };
  const result = await fuzz(2, spoil, readAll);
  expect(result.refused).toBeGreaterThan(FUZZ_CASES / 2);
  expect(result.opened).toBeGreaterThan(0);
});

it('a GGUF file with spoiled weights is read or refused', async () => {
  const spoil = (random: Random) => {
    const spoiled = Buffer.from(bytes);
    for (let i = 0; i < 40; i++) spoiled[header + random.below(bytes.length - header)] = random.below(256);
    return spoiled;
  };
  const result = await fuzz(3, spoil, readAll);
  expect(result.refused).toBeGreaterThan(0);
  expect(result.opened).toBeGreaterThan(0);
});
