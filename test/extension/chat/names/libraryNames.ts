/**
 * Names of JavaScript's libraries, from the declarations of TypeScript (the language and the browser) and of @types/node, which are installed
 * for development: `node test/extension/chat/names/libraryNames.ts` writes media/names/javascript.txt; python.py beside it writes Python's. The
 * properties of style sheets are in the same declarations: media/names/css.txt.
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

/** Properties that are too new, or too old, for these, and descriptors. */
const PROPERTIES =
  'animation-timeline animation-range animation-range-start animation-range-end anchor-name anchor-scope position-anchor position-area ' +
  'position-try position-try-fallbacks position-try-order position-visibility field-sizing interpolate-size reading-flow reading-order ' +
  'scroll-timeline scroll-timeline-name scroll-timeline-axis view-timeline view-timeline-name view-timeline-axis view-timeline-inset ' +
  'timeline-scope text-box text-box-trim text-box-edge text-spacing-trim text-autospace text-wrap-mode text-wrap-style hanging-punctuation ' +
  'initial-letter overflow-clip-margin overlay corner-shape dynamic-range-limit font-language-override margin-trim math-depth math-shift ' +
  'scroll-marker-group scroll-target-group string-set bookmark-label bookmark-level footnote-display clip zoom azimuth speak ime-mode ' +
  'behavior filter scrollbar-face-color scrollbar-track-color scrollbar-arrow-color src unicode-range ascent-override descent-override ' +
  'line-gap-override size-adjust font-display font-named-instance size bleed marks page-orientation syntax inherits initial-value system ' +
  'symbols additive-symbols negative prefix suffix range pad speak-as fallback base-palette override-colors navigation types result composes ' +
  'user-select appearance text-size-adjust tap-highlight-color font-smoothing backdrop-filter box-orient line-clamp mask-border';

/** Properties of style sheets, in order. */
export function cssNames(): string[] {
  const names = new Set(PROPERTIES.split(' '));
  const declared = declarations().find((file) => file.endsWith('lib.dom.d.ts')) ?? '';
  const [, properties = ''] = /^interface CSSStyleProperties [^{]*\{([\s\S]*?)^\}/m.exec(readFileSync(declared, 'utf8')) ?? [];
  for (const [, name = ''] of properties.matchAll(/^ {4}(?!webkit)(\w+): string;/gm))
    names.add(name.replaceAll(/\p{Lu}/gu, (letter) => `-${letter.toLowerCase()}`).replace(/^css-float$/, 'float'));
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

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(listed('javascript'), `${javaScriptNames().join('\n')}\n`);
  writeFileSync(listed('css'), `${cssNames().join('\n')}\n`);
}
