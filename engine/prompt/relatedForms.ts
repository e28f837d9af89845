import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { lineCommentOf } from './lineComments.ts';

/** A part of another file that is relevant to the place of the cursor. */
export interface RelatedText {
  /** Path of the file, as that of the completed one. */
  readonly path: string;
  readonly text: string;
}

/** A text, or the number of a control token. */
export type Part = string | number;

/** How a family was trained to see several files. */
export interface RelatedForm {
  /** Whether other files stand before the tokens of filling in, or behind that of the prefix. */
  readonly place: 'head' | 'lead';
  /** What comes before the first. */
  readonly begin: (project: string) => readonly Part[];
  readonly file: (file: RelatedText) => readonly Part[];
  /** What introduces the completed file: at the end of the head, and right before its text. */
  readonly own: (path: string) => { readonly head: readonly Part[]; readonly lead: readonly Part[] };
}

/** Control tokens of all forms, by the form's name. */
type Builder = (...ids: number[]) => RelatedForm;

const nothing = () => [];
const inFull = ({ path, text }: RelatedText) => `${path}\n${text}`;

/** The default model's, whose prompt always has the path of the completed file. `training/text/packing.py` puts files side by side. */
const PATHS: Builder = (path) => ({
  place: 'head',
  begin: nothing,
  file: (file) => [path as number, inFull(file)],
  own: () => ({ head: [], lead: [] }),
});

/** Qwen2.5-Coder (Hui et al. 2024, arXiv 2409.12186, section 3.2.2). */
const QWEN: Builder = (repository, separator) => ({
  place: 'head',
  begin: (project) => [repository as number, `${project}\n`],
  file: (file) => [separator as number, inFull(file)],
  own: (path) => ({ head: [separator as number, `${path}\n`], lead: [] }),
});

/** StarCoder2 (Lozhkov et al. 2024, arXiv 2402.19173, section 5.1): a file is cut for filling in together with its path. */
const STARCODER2: Builder = (repository, separator) => ({
  place: 'head',
  begin: (project) => [repository as number, project],
  file: (file) => [separator as number, inFull(file)],
  own: (path) => ({ head: [separator as number], lead: [`${path}\n`] }),
});

/** CodeGemma (2024, arXiv 2406.11409, figure 2): the token stands between files. */
const CODEGEMMA: Builder = (separator) => ({
  place: 'head',
  begin: nothing,
  file: (file) => [inFull(file), separator as number],
  own: (path) => ({ head: [`${path}\n`], lead: [] }),
});

/** Codestral: files are marked in the text. */
const CODESTRAL: Builder = () => ({
  place: 'lead',
  begin: nothing,
  file: (file) => [`+++++ ${inFull(file)}\n`],
  own: (path) => ({ head: [], lead: [`+++++ ${path}\n`] }),
});

/**
 * DeepSeek-Coder (Guo et al. 2024, arXiv 2401.14196, section 2.2): files follow each other in the text, each below a comment with its
 * path.
 */
const DEEPSEEK: Builder = () => {
  const head = (path: string) => `${lineCommentOf(path) ?? '#'}${path}\n`;
  return {
    place: 'lead',
    begin: nothing,
    file: ({ path, text }) => [`${head(path)}${text}\n`],
    own: (path) => ({ head: [], lead: [head(path)] }),
  };
};

/** By the control tokens that identify the family; checked in this order. */
const TRAINED: readonly (readonly [names: readonly string[], form: Builder])[] = [
  [['<|file_path|>'], PATHS],
  [['<|repo_name|>', '<|file_sep|>'], QWEN],
  [['<repo_name>', '<file_sep>'], STARCODER2],
  [['<|file_separator|>'], CODEGEMMA],
  [['[PREFIX]', '[SUFFIX]'], CODESTRAL],
  [['<｜fim▁begin｜>', '<｜fim▁hole｜>'], DEEPSEEK],
];

/** The form a family was trained with, if it is known here; only for families that fill in the middle. */
export function trainedForm(tokenizer: Tokenizer): RelatedForm | undefined {
  if (!tokenizer.infill) return undefined;
  for (const [names, form] of TRAINED) {
    const ids = names.flatMap((name) => tokenizer.control(name) ?? []);
    if (ids.length === names.length) return form(...ids);
  }
  return undefined;
}

/** Other files as comments in the completed one; undefined for languages without comments of one line. */
export function commentForm(path: string): RelatedForm | undefined {
  const mark = lineCommentOf(path);
  if (mark === undefined) return undefined;
  const comment = (text: string) => text.trimEnd().replaceAll(/^/gm, `${mark} `).replaceAll(/ $/gm, '');
  return {
    place: 'lead',
    begin: nothing,
    file: (file) => [`${comment(inFull(file))}\n`],
    own: (own) => ({ head: [], lead: [`${mark} ${own}\n`] }),
  };
}
