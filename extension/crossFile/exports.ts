import { type Syntax, signatureAt, syntaxOf } from './signatures.ts';

/** Signatures told of one file. */
const MOST = 24;
/** Lines of a file that are looked at. */
const REACH = 4_000;

const DECLARED =
  /^(?:export\s+)?(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:const\s+enum|function\*?|class|interface|type|enum|const|let|var|namespace)\s+([\w$]+)/;
const DEFAULT = /^export\s+default\b/;
const ASSIGNED = /^(?:module\.)?exports(?:\.([\w$]+))?\s*=/;
const PYTHON = /^(?:(?:async\s+)?def|class)\s+([A-Za-z]\w*)|^([A-Z][A-Z\d_]*)\s*[:=]/;

/**
 * A file's exports, as signatures without bodies.
 * @param names if any of these is found, only these; if empty, everything that is exported
 * @returns the empty text where nothing is found, or the language is not known
 */
export function exportedSignatures(path: string, text: string, names: readonly string[] = []): string {
  const syntax = syntaxOf(path);
  if (syntax === 'braces') return '';
  const lines = text.split('\n').slice(0, REACH);
  const found = lines.flatMap((line, at) => {
    const name = exportedName(line, syntax, lines);
    return name === undefined ? [] : [{ name, at }];
  });
  const wanted = found.filter(({ name }) => names.includes(name));
  const told = (wanted.length > 0 ? wanted : found).slice(0, MOST);
  const signatures = told.map(({ at }) => signatureAt(lines, at, syntax));
  return signatures.length === 0 ? '' : `${signatures.join('\n')}\n`;
}

/** The name that a line exports; undefined when it exports none. */
function exportedName(line: string, syntax: Syntax, lines: readonly string[]): string | undefined {
  if (syntax === 'python') {
    const declared = PYTHON.exec(line);
    return declared?.[1] ?? declared?.[2];
  }
  if (DEFAULT.test(line)) return DECLARED.exec(line)?.[1] ?? 'default';
  const assigned = ASSIGNED.exec(line);
  if (assigned) return assigned[1] ?? 'default';
  const declared = DECLARED.exec(line);
  if (!declared) return undefined;
  const isFunctionOrClass = /^(?:async\s+)?(?:function|class)\b/.test(line);
  // A CommonJS module usually exports what it declares at the top level.
  return line.startsWith('export') || (isFunctionOrClass && lines.some((each) => ASSIGNED.test(each))) ? declared[1] : undefined;
}
