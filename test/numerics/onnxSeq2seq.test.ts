import { join } from 'node:path';
import { AutoModelForSeq2SeqLM } from '@huggingface/transformers';
import { describe, expect, it } from 'vitest';
import { openOnnxFolder } from '../../engine/model/onnx/folder.ts';
import { chooseVariant } from '../../engine/model/onnx/variants.ts';
import { loadBackend } from '../../engine/runtime/backend.ts';
import type { ModelRuntime } from '../../engine/runtime/modelRuntime.ts';
import { OnnxFolderRuntime } from '../../engine/runtime/onnx/onnxFolderRuntime.ts';
import { Seq2SeqRuntime } from '../../engine/runtime/onnx/seq2seqRuntime.ts';
import { openNodeFolder } from '../../engine/storage/nodeFolder.ts';
import { logitsOf } from '../support/logitsOf.ts';
import { temporaryFolder } from '../support/modelFolder.ts';
import { TINY_ONNX } from '../support/onnxGraphWriter.ts';
import { writeSeq2seq } from '../support/onnxSeq2seq.ts';
import { Random } from '../support/random.ts';
import { generateGreedily, localModel } from '../support/transformersJs.ts';
import { relativeError } from './compare.ts';
import { greedy } from './greedy.ts';

const COUNT = 24;
const input = [...new Random(8).tokens(9, TINY_ONNX.vocabulary - 2).map((id) => id + 2), 1];

async function openGraphs(path: string) {
  const model = await openOnnxFolder(await openNodeFolder(path));
  if (!model) throw new Error('There is no graph.');
  expect(model.kind).toBe('encoder-decoder');
  return model.read(chooseVariant(model.variants, 'cpu'));
}

/** The start token and the answer. */
async function answer(decoder: ModelRuntime, start: number): Promise<number[]> {
  return [start, ...(await greedy(decoder, [start], COUNT))];
}

describe('encoder–decoder pairs', () => {
  it.each([
    ['one decoder graph with two branches', true],
    ['two decoder graphs', false],
  ])('give the same tokens as transformers.js: %s', async (_, merged) => {
    const { path, remove } = await temporaryFolder();
    const [own, peers] = [join(path, 'own'), join(path, 'peers')];
    await writeSeq2seq(own, merged);
    await writeSeq2seq(peers, true);
    const runtime = await Seq2SeqRuntime.create(await openGraphs(own), await loadBackend('cpu', 1), 1);
    const decoder = await runtime.encode(input);
    const tokens = await answer(decoder, runtime.startToken);

    // Several tokens in one run, after a cached prefix and after a cut, give the same as one by one.
    const cache = decoder.newCache();
    const all = tokens.slice(0, 12);
    const truth = await logitsOf(decoder, { ids: all, rows: [5, 11] }, cache);
    cache.truncate(4);
    const logits = await logitsOf(decoder, { ids: all.slice(4), rows: [1, 7] }, cache);
    expect(relativeError(logits, truth)).toBeLessThan(1e-5);

    // Another input gives another answer, and does not affect the first.
    const other = await runtime.encode(input.toReversed());
    expect(await answer(other, runtime.startToken)).not.toEqual(tokens);
    expect(await answer(decoder, runtime.startToken)).toEqual(tokens);
    await runtime.dispose();

    const peer = await AutoModelForSeq2SeqLM.from_pretrained(localModel(peers), { dtype: 'fp32', device: 'cpu' });
    const generated = await generateGreedily(peer, input, COUNT, { eos_token_id: -1 });
    await peer.dispose();
    await remove();
    expect(generated).toEqual(tokens);
    expect(new Set(tokens).size).toBeGreaterThan(3);
  });

  it('are not taken for decoders', async () => {
    const { path, remove } = await temporaryFolder();
    await writeSeq2seq(path, true);
    const creating = OnnxFolderRuntime.create(await openGraphs(path), await loadBackend('cpu', 1), 1);
    await expect(creating).rejects.toMatchObject({ code: 'unsupported-model' });
    await remove();
  });
});
