import { common, createLowlight } from 'lowlight';

/** A stretch of code, and its class: `hljs-keyword`, `hljs-string` …; inner ones win. */
export type Colored = string | { readonly kind: string; readonly children: readonly Colored[] };

/** More code than this is shown in one colour. */
const MOST_CHARACTERS = 100_000;

const lowlight = createLowlight(common);
lowlight.registerAlias({ typescript: ['mts', 'cts'], javascript: ['mjs', 'cjs'], ini: ['properties'], xml: ['vue', 'svelte'] });

/** Highlights code by its declared language; an unknown language is not highlighted. */
export function highlight(code: string, language: string): readonly Colored[] {
  if (code.length > MOST_CHARACTERS || !lowlight.registered(language)) return [code];
  return lowlight.highlight(language, code).children.flatMap(colored);
}

type Root = ReturnType<typeof lowlight.highlight>;

function colored(node: Root['children'][number]): readonly Colored[] {
  if (node.type === 'text') return [node.value];
  if (node.type !== 'element') return [];
  const classes = node.properties.className;
  const kind = Array.isArray(classes) ? classes.join(' ') : '';
  return [{ kind, children: node.children.flatMap(colored) }];
}
