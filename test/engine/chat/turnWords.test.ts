import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { templateFor } from '../../../engine/chat/formats.ts';
import { chat } from '../../../engine/generate/chat.ts';
import { untilEnd } from '../../../engine/generate/streamText.ts';
import { GREEDY } from '../../../engine/sampling/sampler.ts';
import type { Stop } from '../../../engine/sampling/stop.ts';
import { Tokenizer } from '../../../engine/tokenizer/tokenizer.ts';
import { defaultModel } from '../../support/defaultModel.ts';
import { openFolder } from '../../support/engine.ts';
import { temporaryFolder } from '../../support/modelFolder.ts';
import { writeScriptedModel } from '../../support/scriptedModel.ts';

let withTemplate: (source: string) => Tokenizer;
beforeAll(async () => {
  const read = async (name: string) => JSON.parse(await readFile(join(defaultModel, name), 'utf8'));
  const [json, config] = [await read('tokenizer.json'), await read('tokenizer_config.json')];
  withTemplate = (source) => new Tokenizer({ json, config: { ...config, chat_template: source }, path: 'tokenizer.json' });
});

const stops = (source: string) => templateFor(withTemplate(source), 'x').stops;
/** A template that writes `before` before each message of the user, and other words before each answer. */
const turns = (before: string, behindAnswer = '\\n\\n') =>
  `{% for m in messages %}{% if m.role == 'assistant' %}{{ 'Answer:\\n' ~ m.content ~ ${behindAnswer === 'eos' ? 'eos_token' : `'${behindAnswer}'`} }}` +
  `{% else %}{{ ${before} ~ m.content ~ '\\n\\n' }}{% endif %}{% endfor %}`;

describe("an answer by a model's own template", () => {
  it('ends at the words with which the template begins the next turn', () => {
    expect(stops(turns("'### Instruction:\\n'"))).toEqual(['\n### Instruction:']);
    expect(stops(turns("'User: '"))).toEqual(['\nUser:']);
    expect(stops(turns("'USER: '", ' '))).toEqual([' USER:', '\nUSER:']);
    expect(stops(turns("'Human:'", ''))).toEqual(['Human:']);
    expect(stops(turns("'<human>: '"))).toEqual(['\n<human>:']);
    expect(stops(turns("'[INST] '", ' '))).toEqual(['[INST]']);
  });

  it('ends at words that contain a number, whatever the number', () => {
    const number = '(loop.index0 // 2 + 1)';
    expect(stops(turns(`'[Round ' ~ ${number} ~ ']\\n\\n问：'`))).toEqual(['[Round ']);
    const ended = (stop: Stop | undefined, text: string) => typeof stop === 'object' && text.search(stop.pattern);
    const [question] = stops(turns(`'Q' ~ ${number} ~ ': '`));
    expect(ended(question, 'Yes.\nQuite. Q: 3\nQ3: And')).toBe('Yes.\nQuite. Q: 3'.length);
    expect(ended(question, 'Q12: none\n\nQ: none')).toBe(-1);
    const [heading] = stops(turns(`'### Question ' ~ ${number} ~ '\\n'`));
    expect(ended(heading, 'Yes.\n### Question 17\n')).toBe('Yes.'.length);
    const [inline, ownLine] = stops(turns(`'Q' ~ ${number} ~ ':'`, ' '));
    expect([ended(inline, 'Yes. Q2: x'), ended(ownLine, 'Yes.\nQ2: x')]).toEqual(['Yes.'.length, 'Yes.'.length]);
    // No part of it is returned until it is clear that it is not the beginning of these words.
    const begun = (text: string) => typeof question === 'object' && text.search(question.partial);
    expect(['Yes.\n', 'Yes.\nQ', 'Yes.\nQ1', 'Yes.\nQ12'].map(begun)).toEqual([4, 4, 4, 4]);
    expect(['Yes.', 'Yes.\nQu', 'Yes.\nQ: ', 'Yes. Q1'].map(begun)).toEqual([-1, -1, -1, -1]);
  });

  it('is not affected if a control token ends answers, or if the template has no such words', () => {
    expect(stops(turns("'### Instruction:\\n'", 'eos'))).toEqual([]);
    expect(stops(turns("'<|user|>'"))).toEqual([]);
    expect(stops(turns("''"))).toEqual([]);
    expect(stops(turns("'Here is a long sentence about what a person says next in this talk:\\n'"))).toEqual([]);
    expect(stops("{% if messages | length > 1 %}{{ raise_exception('no') }}{% endif %}User: {{ messages[0].content }}")).toEqual(
      [],
    );
  });

  it('is returned up to those words', async () => {
    const folder = await temporaryFolder();
    try {
      await writeScriptedModel(folder.path, 'It is blue, as far as I know.\n\n### Instruction:\nAnd what colour has the sea?');
      const path = join(folder.path, 'tokenizer_config.json');
      const chat_template = turns("'### Instruction:\\n'").replace(/$/, "{{ '<|assistant|>' }}");
      await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), chat_template }));
      const model = await openFolder(folder.path);
      const conversation = {
        system: '',
        pinned: { text: '', mode: 'off' },
        turns: [{ content: [{ kind: 'text', text: 'What colour has the sky?' }] }],
      } as const;
      const request = { conversation, overflow: 'oldest', maxTokens: 64, sampling: GREEDY } as const;
      const { text, finish } = await untilEnd(chat(model, model.newSession(), request, { name: 'x' }));
      await model.dispose();
      expect([text.trimEnd(), finish]).toEqual(['It is blue, as far as I know.', 'stop']);
    } finally {
      await folder.remove();
    }
  });

  it('fails if the template cannot be read', () => {
    expect(() => stops('{% for %}')).toThrowError(/chat template cannot be read/);
  });
});
