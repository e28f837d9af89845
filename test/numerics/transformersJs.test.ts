import { join } from 'node:path';
import { AutoModelForCausalLM } from '@huggingface/transformers';
import { describe, expect, it } from 'vitest';
import { generate } from '../../engine/generate/generate.ts';
import { chooseLowering } from '../../engine/generate/lowering.ts';
import { GREEDY } from '../../engine/sampling/sampler.ts';
import { writeOnnxFolder } from '../bench/models.ts';
import { openFolder } from '../support/engine.ts';
import { randomLlama, TINY_SHAPES } from '../support/llama.ts';
import { temporaryFolder, writeModelFolder } from '../support/modelFolder.ts';
import { Random } from '../support/random.ts';
import { generateGreedily, localModel } from '../support/transformersJs.ts';

/** The same 4-bit weights with float32 activations, on GroupQueryAttention with a growing cache instead of the engine's own attention. */
const EXACT = chooseLowering('cpu', 'exact');

/** Also shows that the engines of the speed comparison compute the same model. */
describe('transformers.js on the same weights', () => {
  it.each(Object.entries(TINY_SHAPES))('continues greedily with the same 64 tokens: %s', async (_, shape) => {
    const llama = randomLlama(shape, 47);
    const prompt = new Random(9).tokens(20, shape.vocabulary);
    const folder = await temporaryFolder();
    const [own, onnx] = [join(folder.path, 'own'), join(folder.path, 'onnx')];
    await writeModelFolder(own, llama);
    await writeOnnxFolder(onnx, own, EXACT);

    const paddock = await openFolder(own, { precision: 'exact' });
    const tokens: number[] = [];
    const options = { maxTokens: 64, sampling: GREEDY, stopTokens: new Set<number>() };
    for await (const { token } of generate(paddock.newSession(), prompt, options)) tokens.push(token);
    await paddock.dispose();

    const peer = await AutoModelForCausalLM.from_pretrained(localModel(onnx), { dtype: 'q4', device: 'cpu' });
    const generated = await generateGreedily(peer, prompt, 64);
    await peer.dispose();
    await folder.remove();
    expect(generated.slice(prompt.length)).toEqual(tokens);
  });
});
