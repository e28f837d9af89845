import { Template } from '@huggingface/jinja';
import { LlamaLogLevel } from 'node-llama-cpp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChatMessage } from '../../engine/chat/conversation.ts';
import { encodeChat } from '../../engine/chat/encode.ts';
import { type Format, templateFor } from '../../engine/chat/formats.ts';
import { tokenizerFromGguf } from '../../engine/tokenizer/gguf.ts';
import { llamaCpp } from '../support/llamaCpp.ts';
import { mixedTexts } from '../support/mixedTexts.ts';
import { Random } from '../support/random.ts';
import { readMetadata, realVocabularies } from '../support/tokenizers.ts';

/** Vocabularies of real models, with the format that their authors use. */
const MODELS: readonly (readonly [string, Format])[] = [
  ['llama-bpe', 'llama3'],
  ['qwen2', 'chatml'],
  ['phi-3', 'phi3'],
  ['llama-spm', 'alpaca'],
  ['gpt-2', 'vicuna'],
];

const message = (role: ChatMessage['role'], text: string): ChatMessage => ({
  role,
  pieces: [{ segment: 'history', text }],
  turn: role === 'system' ? undefined : 0,
});

describe('conversations as tokens, compared with llama.cpp on the rendered text', () => {
  let real: Awaited<ReturnType<typeof realVocabularies>>;

  beforeAll(async () => {
    real = await realVocabularies(MODELS.map(([name]) => name));
  });
  afterAll(() => real.dispose());

  it.each(MODELS)('%s', async (name, format) => {
    const path = real.path(name);
    const tokenizer = tokenizerFromGguf(await readMetadata(path), path);
    const { source } = templateFor(tokenizer, name, format);
    const variables = {
      bos_token: tokenizer.bos === undefined ? '' : tokenizer.piece(tokenizer.bos),
      eos_token: tokenizer.piece([...tokenizer.endTokens][0] as number),
    };
    const model = await (await llamaCpp(LlamaLogLevel.disabled)).loadModel({ modelPath: path, vocabOnly: true, gpuLayers: 0 });
    try {
      // Text that spells a control token stays text in Paddock, but would be a control token in the rendered whole; words at the ends of a
      // text would merge.
      const isPlain = (text: string) => !['</s>', ...tokenizer.controlNames.keys()].some((control) => text.includes(control));
      const texts = mixedTexts(new Random(5), 80)
        .filter(isPlain)
        .map((text) => `${text}.`);
      for (let i = 0; i + 4 <= texts.length; i += 4) {
        const [system, question, answer, next] = texts.slice(i, i + 4) as [string, string, string, string];
        const messages = [
          message('system', system),
          message('user', question),
          message('assistant', answer),
          message('user', next),
        ];
        const plain = messages.map(({ role, pieces }) => ({ role, content: pieces[0]?.text }));
        const whole = new Template(source).render({ ...variables, messages: plain, add_generation_prompt: true });
        expect(encodeChat(source, messages, tokenizer).tokens, JSON.stringify(whole)).toEqual([...model.tokenize(whole, true)]);
      }
    } finally {
      await model.dispose();
    }
  });
});
