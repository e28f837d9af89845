import { codeBlocksIn } from '../code/answerCode.ts';
import { mentions } from './missing.ts';
import { type Language, languageOf } from './tokens.ts';
import { namesOf } from './uses.ts';

/** Known names besides those of the workspace. */
export interface Known {
  /** Names of a language and its libraries. */
  readonly library: (language: Language) => ReadonlySet<string>;
  /** What was said and attached before the answer. */
  readonly said: readonly string[];
}

/** Shorter names are not checked. */
const SHORTEST = 3;
/** Limits on the number of names and the length of an answer; beyond them something else is wrong. */
const MOST = 200;
const LONGEST = 200_000;

/** Names that an answer's code needs and nobody has mentioned, by language. They remain to be looked for in the workspace. */
export function doubtful(answer: string, { library, said }: Known): string[] {
  if (answer.length > LONGEST) return [];
  const blocks = codeBlocksIn(answer).flatMap(({ language, code }) => {
    const known = languageOf(language);
    return known ? [{ language: known, ...namesOf(code, known) }] : [];
  });
  const languages = new Set(blocks.map(({ language }) => language));
  // If any name may come from a module elsewhere, none of that language can be judged.
  const open = new Set(
    blocks.flatMap(({ language, headers = [], isOpen }) =>
      isOpen || headers.some((header) => !library(language).has(header)) ? [language] : [],
    ),
  );
  const used = new Set(blocks.flatMap(({ language, used }) => (open.has(language) ? [] : [...used])));
  // Words beside code are about that code.
  for (const name of languages.size > 0 && open.size === 0 ? spansIn(answer) : []) used.add(name);
  for (const { brought } of blocks) for (const name of brought) used.delete(name);
  const words = new Set(said.flatMap((text) => wordsIn(text)));
  const isSaid = (name: string) => (name.includes('-') ? said.some((text) => mentions(text, name)) : words.has(name));
  const isKnown = (name: string) => isSaid(name) || [...languages].some((language) => library(language).has(name));
  return [...used].filter((name) => name.length >= SHORTEST && !isKnown(name)).slice(0, MOST);
}

/** Languages of an answer's code whose names can be judged. */
export function languagesIn(answer: string): Language[] {
  return [...new Set(codeBlocksIn(answer).flatMap(({ language }) => languageOf(language) ?? []))];
}

export function wordsIn(text: string): string[] {
  return text.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? [];
}

/** Names in inline code: calls, members, and what is written the way only names are. Paths, flags and plain words do not count. */
function spansIn(answer: string): string[] {
  const prose = answer.replaceAll(/^ {0,3}(`{3,20}|~{3,20})[\s\S]*?(?:^ {0,3}\1[`~]*[^\S\n]*$|$(?![\s\S]))/gm, '');
  return [...prose.matchAll(/(?<!`)`([^`\n]+)`(?!`)/g)].flatMap(([, span = '']) => {
    const [, chain = '', call] = /^([\p{L}_$][\p{L}\p{N}_$.]*)(\(.*\))?$/u.exec(span.trim()) ?? [];
    const names = chain.split('.').filter((name) => name !== '');
    const last = names.at(-1);
    if (last === undefined) return [];
    const isFile = call === undefined && names.length > 1 && /^[a-z]{1,5}$/.test(last);
    const isName = call !== undefined || /\p{Ll}\p{Lu}|\p{L}_\p{L}/u.test(last);
    return isName && !isFile ? [last] : [];
  });
}
