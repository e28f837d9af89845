import { folderOf } from '../workspaceMemory/fileTree.ts';
import { syntaxOf } from './signatures.ts';

/** A name that is imported, as its file and as the importing one call it. */
export interface ImportedName {
  readonly name: string;
  readonly local: string;
}

/** An import of a file of the same project. */
export interface Import {
  /** Paths at which the file can be, the likeliest first. */
  readonly candidates: readonly string[];
  /** Names taken from it; none when it is taken as a whole. */
  readonly names: readonly ImportedName[];
}

/** Characters of a file in which imports are looked for, and imports that are followed. */
const REACH = 20_000;
const MOST = 24;

const SCRIPT =
  /^[ \t]*(?:import|export)\s+(?:type\s+)?([^'";]*?)\s*from\s*['"](\.{1,2}\/[^'"]*|\.{1,2})['"]|^[^\n]*?([\w$]+|\{[^}=]*\})\s*=\s*require\(\s*['"](\.{1,2}\/[^'"]*|\.{1,2})['"]\s*\)/gm;
const PYTHON = /^[ \t]*from[ \t]+(\.*[\w.]*)[ \t]+import[ \t]+(\([^)]*\)|[^\n#]+)|^[ \t]*import[ \t]+([\w.]+)/gm;
const EXTENSIONS = ['.ts', '.tsx', '.mts', '.js', '.jsx', '.mjs', '.cjs', '.cts', '.d.ts'];

/**
 * The project's own files that a file imports, by the text before its code: relative imports of TypeScript and JavaScript, and Python's,
 * also from packages that lie in a folder above.
 * @param path of the file; the candidates are of the same root
 */
export function importsOf(path: string, text: string): Import[] {
  const head = text.slice(0, REACH);
  const syntax = syntaxOf(path);
  if (syntax === 'script') return scriptImports(path, head).slice(0, MOST);
  return syntax === 'python' ? pythonImports(folderOf(path), head).slice(0, MOST) : [];
}

function scriptImports(path: string, text: string): Import[] {
  const folder = folderOf(path);
  const own = /\.\w+$/.exec(path)?.[0] ?? '.ts';
  const extensions = [own, ...EXTENSIONS.filter((extension) => extension !== own)];
  return [...text.matchAll(SCRIPT)].flatMap((match) => {
    const specifier = match[2] ?? match[4] ?? '';
    const file = resolve(folder, specifier);
    if (file === undefined) return [];
    const bare = file.replace(/\.[cm]?jsx?$/, '');
    const others = bare === file ? [] : extensions.map((extension) => bare + extension);
    const index = below(file, 'index');
    const whole = /\.[cm]?[jt]sx?$/.test(file) ? [file] : [];
    const guesses = [file, index].flatMap((base) => extensions.map((extension) => base + extension));
    return [{ candidates: [...whole, ...others, ...guesses], names: scriptNames(match[1] ?? match[3] ?? '') }];
  });
}

/** The names of `a, { b, type c as d }`; none for `* as a`. A whole import is the default export, whatever its name. */
function scriptNames(clause: string): ImportedName[] {
  if (clause.includes('*')) return [];
  const inner = /\{([^}]*)\}/.exec(clause)?.[1] ?? '';
  const whole = clause.replace(/\{[^}]*\}/, '').replace(/[,\s]/g, '');
  const taken = whole === '' ? [] : ['default', whole].map((name) => ({ name, local: whole }));
  return [...taken, ...inner.split(',').flatMap((name) => namesOf(name.trim().replace(/^type\s+/, ''), /\s+as\s+|\s*:\s*/))];
}

/** The name of `a as b` in its file and in the one that imports it. */
function namesOf(text: string, separator: RegExp): ImportedName[] {
  const [name = '', local = name] = text.split(separator);
  return /^[\w$]+$/.test(name) ? [{ name, local }] : [];
}

function pythonImports(folder: string, text: string): Import[] {
  return [...text.matchAll(PYTHON)].flatMap(([, from, list = '', module]) => {
    const names = list.replaceAll(/[()\\]|#[^\n]*/g, '').split(',');
    const taken = names.flatMap((name) => namesOf(name.trim(), /\s+as\s+/));
    const source = from ?? module ?? '';
    const roots = rootsOf(folder, source);
    const parts = source
      .replace(/^\.+/, '')
      .split('.')
      .filter((part) => part !== '');
    const files = roots.flatMap((root) => pythonFiles([root, ...parts].filter((part) => part !== '').join('/')));
    // `from . import a` takes modules.
    const modules =
      parts.length > 0
        ? []
        : taken.map(({ name }) => ({ candidates: roots.flatMap((root) => pythonFiles(below(root, name))), names: [] }));
    return [...(parts.length > 0 ? [{ candidates: files, names: taken }] : []), ...modules];
  });
}

/** Folders from which a module's name can resolve to its file: as many levels up as there are dots, or any above. */
function rootsOf(folder: string, source: string): string[] {
  const dots = /^\.*/.exec(source)?.[0].length ?? 0;
  const above = [folder];
  for (let at = folder; at !== ''; ) {
    at = folderOf(at);
    above.push(at);
  }
  if (dots === 0) return [...above, 'src'];
  const root = above[dots - 1];
  return root === undefined ? [] : [root];
}

function pythonFiles(base: string): string[] {
  return base === '' ? ['__init__.py'] : [`${base}.py`, `${base}/__init__.py`];
}

/** The path of a relative specifier; undefined when it leads out of the root. */
function resolve(folder: string, specifier: string): string | undefined {
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of specifier.split('/')) {
    if (part === '..' && parts.pop() === undefined) return undefined;
    if (part !== '' && part !== '.' && part !== '..') parts.push(part);
  }
  return parts.join('/');
}

function below(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
