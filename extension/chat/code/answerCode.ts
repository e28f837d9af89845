import { strangeLanguage } from './languages.ts';

/** A block of code in an answer. */
export interface CodeBlock {
  /** As its fence calls it. */
  readonly language: string;
  readonly code: string;
}

/** A block of code that something is done with. */
export interface AnswerCode extends CodeBlock {
  /** Of an answer to `/doc`: the code that was attached, of which only the documentation is put into a document; absent for others. */
  readonly documented?: readonly string[] | undefined;
}

/**
 * The largest block of code in an answer that may stand in a document: even when only code was requested there may be words around it,
 * and what is to be typed into a terminal.
 * @param document the document's language
 * @param known languages of the editor
 */
export function codeIn(markdown: string, document: string, known: readonly string[]): CodeBlock | undefined {
  const fitting = codeBlocksIn(markdown).filter(({ language }) => strangeLanguage(language, document, known) === undefined);
  return fitting.sort((a, b) => b.code.length - a.code.length)[0];
}

/** The blocks of code in an answer that are not empty. One that was not ended goes to the end. */
export function codeBlocksIn(markdown: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  const lines = markdown.split(/\r\n|\r|\n/);
  for (let at = 0; at < lines.length; at++) {
    const [, indent = '', fence, language = ''] = /^( {0,3})(`{3,}|~{3,})\s*([\w+#.-]*)[^`]*$/.exec(lines[at] ?? '') ?? [];
    if (fence === undefined) continue;
    const ends = (line: string) => line.trim().startsWith(fence) && /^(`+|~+)$/.test(line.trim());
    const code: string[] = [];
    for (at++; at < lines.length && !ends(lines[at] ?? ''); at++) {
      const line = lines[at] ?? '';
      code.push(line.startsWith(indent) ? line.slice(indent.length) : line.trimStart());
    }
    blocks.push({ language, code: code.join('\n') });
  }
  return blocks.filter(({ code }) => code.trim() !== '');
}
