import type { Stop } from '../sampling/stop.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { wordsOfNextTurn } from './turnWords.ts';

/** Prompt formats for models without a template of their own. */
export const FORMATS = ['llama2', 'mistral', 'llama3', 'chatml', 'alpaca', 'vicuna', 'glm', 'gemma', 'phi3'] as const;
export type Format = (typeof FORMATS)[number];

/** Jinja templates, written after the code of the formats' authors. */
const SOURCES: Readonly<Record<Format, string>> = {
  // Touvron et al. 2023, section 3.3 and the released generation code: the system's text stands inside the first message.
  llama2:
    "{% set ns = namespace(system='') %}{% for m in messages %}" +
    "{% if m.role == 'system' %}{% set ns.system = '<<SYS>>\\n' ~ m.content ~ '\\n<</SYS>>\\n\\n' %}" +
    "{% elif m.role == 'user' %}{{ bos_token ~ '[INST] ' ~ ns.system ~ m.content | trim ~ ' [/INST]' }}{% set ns.system = '' %}" +
    "{% else %}{{ ' ' ~ m.content | trim ~ ' ' ~ eos_token }}{% endif %}{% endfor %}",
  // Version 1; models of later versions have control tokens for these words, and bring their templates.
  mistral:
    "{{ bos_token }}{% set ns = namespace(system='') %}{% for m in messages %}" +
    "{% if m.role == 'system' %}{% set ns.system = m.content ~ '\\n\\n' %}" +
    "{% elif m.role == 'user' %}{{ '[INST] ' ~ ns.system ~ m.content ~ ' [/INST]' }}{% set ns.system = '' %}" +
    "{% else %}{{ ' ' ~ m.content ~ eos_token }}{% endif %}{% endfor %}",
  llama3:
    '{{ bos_token }}{% for m in messages %}' +
    "{{ '<|start_header_id|>' ~ m.role ~ '<|end_header_id|>\\n\\n' ~ m.content | trim ~ '<|eot_id|>' }}{% endfor %}" +
    "{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}{% endif %}",
  chatml:
    "{% for m in messages %}{{ '<|im_start|>' ~ m.role ~ '\\n' ~ m.content ~ '<|im_end|>\\n' }}{% endfor %}" +
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}",
  // Taori et al. 2023; the form without an input.
  alpaca:
    "{{ bos_token }}{% for m in messages %}{% if m.role == 'system' %}{{ m.content ~ '\\n\\n' }}" +
    "{% elif m.role == 'user' %}{{ '### Instruction:\\n' ~ m.content ~ '\\n\\n' }}" +
    "{% else %}{{ '### Response:\\n' ~ m.content ~ eos_token ~ '\\n\\n' }}{% endif %}{% endfor %}" +
    "{% if add_generation_prompt %}{{ '### Response:\\n' }}{% endif %}",
  // Version 1.1, which the chats of WizardLM and WizardCoder use, too.
  vicuna:
    "{{ bos_token }}{% for m in messages %}{% if m.role == 'system' %}{{ m.content ~ ' ' }}" +
    "{% elif m.role == 'user' %}{{ 'USER: ' ~ m.content ~ ' ' }}{% else %}{{ 'ASSISTANT: ' ~ m.content ~ eos_token }}{% endif %}" +
    "{% endfor %}{% if add_generation_prompt %}{{ 'ASSISTANT:' }}{% endif %}",
  glm:
    "{{ '[gMASK]<sop>' }}{% for m in messages %}{{ '<|' ~ m.role ~ '|>\\n' ~ m.content }}{% endfor %}" +
    "{% if add_generation_prompt %}{{ '<|assistant|>\\n' }}{% endif %}",
  gemma:
    "{{ bos_token }}{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('there is no system message') }}{% endif %}" +
    "{{ '<start_of_turn>' ~ ('model' if m.role == 'assistant' else m.role) ~ '\\n' ~ m.content | trim ~ '<end_of_turn>\\n' }}" +
    "{% endfor %}{% if add_generation_prompt %}{{ '<start_of_turn>model\\n' }}{% endif %}",
  phi3:
    "{{ bos_token }}{% for m in messages %}{{ '<|' ~ m.role ~ '|>\\n' ~ m.content ~ '<|end|>\\n' }}{% endfor %}" +
    "{% if add_generation_prompt %}{{ '<|assistant|>\\n' }}{% endif %}",
};

/** Words at which an answer ends, in formats that have no control token for it. */
const STOPS: Partial<Record<Format, readonly string[]>> = {
  llama2: ['[INST]'],
  mistral: ['[INST]'],
  alpaca: ['\n### Instruction:', '\n### Input:', '\n### Response:'],
  vicuna: ['USER:', '\nASSISTANT:'],
};

/** Control tokens that only one format has. */
const SIGNS: readonly (readonly [string, Format])[] = [
  ['<|im_start|>', 'chatml'],
  ['<|start_header_id|>', 'llama3'],
  ['<start_of_turn>', 'gemma'],
  ['[gMASK]', 'glm'],
  ['<|assistant|>', 'phi3'],
];

/** Formats without control tokens, by what their models are called. */
const NAMES: readonly (readonly [RegExp, Format])[] = [
  [/vicuna|wizard/i, 'vicuna'],
  [/llama-?2.*chat|code-?llama.*instruct/i, 'llama2'],
  [/mi[sx]tral.*instruct/i, 'mistral'],
];

/** A template, and where it comes from. */
export interface ChosenTemplate {
  readonly source: string;
  /** `own`: the model brings it. */
  readonly format: Format | 'own';
  /** Texts at which an answer ends. */
  readonly stops: readonly Stop[];
}

/**
 * The template for a model: the requested one, else its own, else the one its control tokens or name suggest. Alpaca's is the fallback:
 * it is made of plain words, which models without chat tuning continue best.
 * @throws PaddockError `bad-model` for a template of the model's that cannot be read
 */
export function templateFor(tokenizer: Tokenizer, modelName: string, wish: Format | 'own' = 'own'): ChosenTemplate {
  if (wish !== 'own') return known(wish);
  const own = tokenizer.chatTemplate;
  if (own !== undefined) return { source: own, format: 'own', stops: wordsOfNextTurn(own, tokenizer) };
  const sign = SIGNS.find(([name]) => tokenizer.control(name) !== undefined);
  return known(sign?.[1] ?? NAMES.find(([name]) => name.test(modelName))?.[1] ?? 'alpaca');
}

function known(format: Format): ChosenTemplate {
  return { source: SOURCES[format], format, stops: STOPS[format] ?? [] };
}
