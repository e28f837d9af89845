import { PaddockError } from '../errors.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { BoundedTemplate } from './boundedTemplate.ts';
import type { ChatRole } from './conversation.ts';

/** A stretch of a rendered conversation: what the template writes, or the content of a message. */
export type Stretch = { readonly literal: string } | ContentStretch;

/** The content of a message, by its number, and what of it the template takes away. */
export interface ContentStretch {
  readonly message: number;
  readonly trim: 'none' | 'start' | 'end' | 'both';
}

/** What a template may use besides the messages. */
export interface TemplateVariables {
  readonly bos_token: string;
  readonly eos_token: string;
}

/** The names of the control tokens a template uses; empty for those the model lacks. */
export function variablesOf(tokenizer: Tokenizer): TemplateVariables {
  const name = (id: number | undefined) => (id === undefined ? '' : tokenizer.piece(id));
  const [end] = tokenizer.endTokens;
  return { bos_token: name(tokenizer.bos), eos_token: name(end) };
}

/** A message as {@link renderTemplate} takes it: its content is put in later. */
export interface TemplateMessage {
  readonly role: ChatRole;
}

/**
 * Stands for a message's content while the template runs, so that nothing in a content can be taken for the template's own control
 * tokens. The characters are of Unicode's private use area; around them stand vertical tabs: where one is gone afterwards, the template
 * has trimmed that end, and so is the content's. No template writes any of these characters itself.
 */
const mark = (message: number) => `\v\ue0f8${message}\ue0f9\v`;
const MARKS = /(\v?)\ue0f8(\d+)\ue0f9(\v?)/g;

/** A content as templates of models that also see may want it: parts, which are texts or images. */
const inParts = (message: number) => [{ type: 'text', text: mark(message) }];

/**
 * Renders a conversation by a model's Jinja template, as Transformers' `apply_chat_template` does.
 * @param answers whether the last message is the beginning of an answer that is to be gone on with, rather than one to be answered
 * @throws PaddockError `bad-model` for a template that cannot be read, `bad-request` for a conversation that it refuses
 */
export function renderTemplate(
  source: string,
  messages: readonly TemplateMessage[],
  variables: TemplateVariables,
  answers = false,
): Stretch[] {
  const template = parsed(source);
  const tried = (content: (message: number) => unknown): Stretch[] | Error => {
    const given = messages.map(({ role }, i) => ({ role, content: content(i) }));
    try {
      return split(template.render({ ...variables, messages: given, add_generation_prompt: !answers }, given.length));
    } catch (error) {
      return error as Error;
    }
  };
  const texts = tried(mark);
  // What the template says to texts counts, unless it is one that takes parts alone.
  const parts = hasContents(texts) ? texts : tried(inParts);
  const stretches = hasContents(parts) ? parts : texts;
  if (stretches instanceof Error) {
    throw new PaddockError('bad-request', `The model's chat template refuses this conversation: ${stretches.message}`, {
      cause: stretches,
    });
  }
  // What ends an answer must not follow one that is to be continued.
  return answers ? stretches.slice(0, 1 + stretches.findLastIndex(isContent)) : stretches;
}

function isContent(stretch: Stretch): stretch is ContentStretch {
  return 'message' in stretch;
}

function hasContents(rendered: Stretch[] | Error): rendered is Stretch[] {
  return Array.isArray(rendered) && rendered.some(isContent);
}

/** Whether a template can be read, whatever conversations it takes. */
export function isReadable(source: string): boolean {
  try {
    parsed(source);
    return true;
  } catch {
    return false;
  }
}

const TEMPLATES = new Map<string, BoundedTemplate>();
const MOST_TEMPLATES = 8;

/** Parsing takes milliseconds, and every message of a conversation is rendered by the same template. */
function parsed(source: string): BoundedTemplate {
  const known = TEMPLATES.get(source);
  if (known) return known;
  let template: BoundedTemplate;
  try {
    template = new BoundedTemplate(source);
  } catch (error) {
    throw new PaddockError(
      'bad-model',
      `The model's chat template cannot be read: ${(error as Error).message}. Choose a prompt format in its place.`,
      { cause: error },
    );
  }
  if (TEMPLATES.size >= MOST_TEMPLATES) TEMPLATES.clear();
  TEMPLATES.set(source, template);
  return template;
}

function split(text: string): Stretch[] {
  const stretches: Stretch[] = [];
  let at = 0;
  const push = (literal: string) => literal !== '' && stretches.push({ literal });
  for (const { index, 0: whole, 1: before, 2: number, 3: after } of text.matchAll(MARKS)) {
    push(text.slice(at, index));
    const trim = before === '' ? (after === '' ? 'both' : 'start') : after === '' ? 'end' : 'none';
    stretches.push({ message: Number(number), trim });
    at = index + whole.length;
  }
  push(text.slice(at));
  return stretches;
}
