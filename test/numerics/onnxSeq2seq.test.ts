import { basename, dirname, join } from 'node:path';
import { AutoModelForSeq2SeqLM, env, Tensor } from '@huggingface/transformers';
import { describe, expect, it } from 'vitest';
import { openOnnxFolder } from '../../engine/model/onnx/folder.ts';
import { chooseVariant } from '../../engine/model/onnx/variants.ts';
import { loadBackend } from '../../engine/runtime/backend.ts';
import type { ModelRuntime } from '../../engine/runtime/modelRuntime.ts';
import { OnnxFolderRuntime } from '../../engine/runtime/onnx/onnxFolderRuntime.ts';
import { Seq2SeqRuntime } from '../../engine/runtime/onnx/seq2seqRuntime.ts';
import { openNodeFolder } from '../../engine/storage/nodeFolder.ts';
import { temporaryFolder } from '../support/modelFolder.ts';
import { TINY_ONNX } from '../support/onnxDecoder.ts';
import { writeSeq2seq } from '../support/onnxSeq2seq.ts';
import { Random } from '../support/random.ts';
import { argMax, relativeError } from './compare.ts';

const COUNT = 24;
const input = [...new Random(8).tokens(9, TINY_ONNX.vocabulary - 2).map((id) => id + 2), 1];

async function openGraphs(path: string) {
  const model = await openOnnxFolder(await openNodeFolder(path));
  if (!model) throw new Error('There is no graph.');
  expect(model.kind).toBe('encoder-decoder');
  return model.read(chooseVariant(model.variants, 'cpu'));
}

/** Answers greedily; end tokens do not end it. */
async function answer(decoder: ModelRuntime, start: number): Promise<number[]> {
  const cache = decoder.newCache();
  const tokens = [start];
  while (tokens.length <= COUNT) tokens.push(argMax(await decoder.run({ ids: tokens.slice(-1), rows: [0] }, cache)));
  return tokens;
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

    // Several tokens in one run, after a cache and after a cut, are the same as one by one.
    const cache = decoder.newCache();
    const all = tokens.slice(0, 12);
    const truth = await decoder.run({ ids: all, rows: [5, 11] }, cache);
    cache.truncate(4);
    const logits = await decoder.run({ ids: all.slice(4), rows: [1, 7] }, cache);
    expect(relativeError(logits, truth)).toBeLessThan(1e-5);

    // Another input is another answer, and does not change the first.
    const other = await runtime.encode(input.toReversed());
    expect(await answer(other, runtime.startToken)).not.toEqual(tokens);
    expect(await answer(decoder, runtime.startToken)).toEqual(tokens);
    await runtime.dispose();

    env.allowRemoteModels = false;
    env.localModelPath = dirname(peers);
    const peer = await AutoModelForSeq2SeqLM.from_pretrained(basename(peers), { dtype: 'fp32', device: 'cpu' });
    const int64 = (values: readonly number[]) => new Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
    const options = {
      inputs: int64(input),
      attention_mask: int64(input.map(() => 1)),
      max_new_tokens: COUNT,
      eos_token_id: -1,
      do_sample: false,
    };
    const output = await peer.generate(options as unknown as Parameters<typeof peer.generate>[0]);
    await peer.dispose();
    await remove();
    expect(Array.from((output as Tensor).data as BigInt64Array, Number)).toEqual(tokens);
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
