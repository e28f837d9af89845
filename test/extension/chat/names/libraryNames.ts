/**
 * Names of JavaScript's libraries, from the declarations of TypeScript (the language and the browser) and of @types/node, which are installed
 * for development: `node test/extension/chat/names/libraryNames.ts` writes media/names/javascript.txt; python.py beside it writes Python's.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const listed = (language: string) => fileURLToPath(new URL(`../../../../media/names/${language}.txt`, import.meta.url));

/** Words of the language that declarations have no use for. */
const WORDS =
  'arguments await break case catch continue debugger default delete do else finally for if super switch throw try while with yield';

/** Every name that the declarations say, in order: of globals, members, types and parameters alike. */
export function javaScriptNames(): string[] {
  const names = new Set(WORDS.split(' '));
  for (const file of declarations()) {
    const text = readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '');
    for (const [name] of text.matchAll(/[\p{L}_$][\p{L}\p{N}_$]*/gu)) names.add(name);
  }
  return [...names].sort();
}

function declarations(): string[] {
  const require = createRequire(import.meta.url);
  const compiler = require.resolve('typescript/package.json');
  const { optionalDependencies = {} } = JSON.parse(readFileSync(compiler, 'utf8')) as {
    readonly optionalDependencies?: Readonly<Record<string, string>>;
  };
  // The declarations lie beside the compiler of this platform.
  const native = Object.keys(optionalDependencies).find((name) => name.endsWith(`-${process.platform}-${process.arch}`));
  const library = path.join(path.dirname(createRequire(compiler).resolve(`${native}/package.json`)), 'lib');
  const node = path.dirname(require.resolve('@types/node/package.json'));
  return [
    ...readdirSync(library).flatMap((name) => (/^lib.*\.d\.ts$/.test(name) ? [path.join(library, name)] : [])),
    ...readdirSync(node, { recursive: true }).flatMap((name) =>
      String(name).endsWith('.d.ts') ? [path.join(node, String(name))] : [],
    ),
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(listed('javascript'), `${javaScriptNames().join('\n')}\n`);
