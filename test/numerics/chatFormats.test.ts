import { beforeAll, describe, expect, it } from 'vitest';
import type { ChatMessage, ChatRole } from '../../engine/chat/conversation.ts';
import { encodeChat } from '../../engine/chat/encode.ts';
import { type Format, templateFor } from '../../engine/chat/formats.ts';
import type { Tokenizer } from '../../engine/tokenizer/tokenizer.ts';
import { defaultTokenizer } from '../support/defaultModel.ts';
import { llamaCppSource } from '../support/llamaCppSource.ts';

/** The conversation of llama.cpp's own test of chat templates. */
const CONVERSATION: readonly (readonly [ChatRole, string])[] = [
  ['system', 'You are a helpful assistant'],
  ['user', 'Hello'],
  ['assistant', 'Hi there'],
  ['user', 'Who are you'],
  ['assistant', '   I am an assistant   '],
  ['user', 'Another question'],
];

/** The published models whose formats Paddock has; alpaca and vicuna were published without a template. */
const PUBLISHED: readonly (readonly [Format, string])[] = [
  ['chatml', 'teknium/OpenHermes-2.5-Mistral-7B'],
  ['llama2', 'bofenghuang/vigogne-2-70b-chat'],
  ['mistral', "mistralai/Mistral-7B-Instruct-v0.2 (mistralai 'v1' template with a system prompt)"],
  ['llama3', 'Llama-3'],
  ['gemma', 'google/gemma-7b-it'],
  ['phi3', 'Phi-3-small'],
  ['glm', 'ChatGLM4'],
];

/** What llama.cpp's tests expect for a model: by the model's own template, or by llama.cpp's code where that refuses a system prompt. */
function expectedOf(tests: string, model: string): string {
  const from = tests.indexOf(JSON.stringify(model));
  const found = tests.slice(from, tests.indexOf('.name=', from));
  const text = (field: string) => JSON.parse(new RegExp(`\\.${field}= \\*/\\s*(".*"),`).exec(found)?.[1] ?? '""') as string;
  const [byCode, byTemplate] = [text('expected_output'), text('expected_output_jinja')];
  return byTemplate === '' || model.includes('gemma') ? byCode : byTemplate;
}

describe('built-in chat formats, compared with what llama.cpp expects of the published templates', () => {
  let tests: string;
  let tokenizer: Tokenizer;
  beforeAll(async () => {
    const source = await llamaCppSource();
    tests = (await source.read('tests/test-chat-template.cpp')).toString();
    await source.dispose();
    tokenizer = await defaultTokenizer();
  });

  it.each(PUBLISHED)('%s', (format, model) => {
    const messages = CONVERSATION.map(
      ([role, text], i): ChatMessage => ({
        role,
        pieces: [{ segment: 'history', text }],
        turn: role === 'system' ? undefined : i >> 1,
      }),
    );
    const { tokens } = encodeChat(templateFor(tokenizer, '', format).source, messages, tokenizer);
    const written = tokens.map((token) => (tokenizer.controls.has(token) ? tokenizer.piece(token) : tokenizer.decode([token])));
    // llama.cpp leaves the start token to its caller, and Mistral's space before [INST] is one that its tokenizer adds.
    const bare = (text: string) => text.replaceAll('<s>', '').replaceAll(' [INST]', '[INST]');
    const expected = expectedOf(tests, model);
    expect(expected).toContain('Another question');
    expect(bare(written.join(''))).toBe(bare(expected));
  });
});
