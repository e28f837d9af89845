/** Globs of VS Code's settings as patterns of a .gitignore at the root of their folder. */
export interface Excludes {
  readonly patterns: readonly string[];
  /** Patterns that hold only beside another file, whose name may contain `$(basename)`. */
  readonly besides: readonly { readonly patterns: readonly string[]; readonly sibling: string }[];
}

/**
 * Reads the values of `files.exclude` and `search.exclude`.
 * @param settings glob → whether it is on, or `{ "when": sibling }`
 */
export function excludesOf(...settings: Readonly<Record<string, unknown>>[]): Excludes {
  const entries = settings.flatMap((setting) => Object.entries(setting));
  const patterns = entries.filter(([, value]) => value === true).flatMap(([glob]) => patternsOf(glob));
  const besides = entries.flatMap(([glob, value]) => {
    const sibling = siblingOf(value);
    return sibling === undefined ? [] : [{ patterns: patternsOf(glob), sibling }];
  });
  return { patterns, besides };
}

function siblingOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('when' in value)) return undefined;
  return typeof value.when === 'string' ? value.when : undefined;
}

/** Both languages know `*`, `**`, `?` and `[…]`; braces only VS Code's, whose globs begin at the root. */
function patternsOf(glob: string): string[] {
  return expandBraces(glob.replaceAll('\\', '/')).map((each) => (/^(\*\*)?\//.test(each) ? each : `/${each}`));
}

/** `a{b,c{d,e}}` → `ab`, `acd`, `ace`. */
function expandBraces(glob: string): string[] {
  const open = glob.indexOf('{');
  if (open < 0) return [glob];
  const ends: number[] = [open];
  let depth = 0;
  for (let i = open; i < glob.length; i++) {
    if (glob[i] === '{') depth++;
    else if (glob[i] === '}') depth--;
    if (depth === 1 && glob[i] === ',') ends.push(i);
    if (depth > 0) continue;
    const choices = ends.map((end, choice) => glob.slice(end + 1, ends[choice + 1] ?? i));
    return choices.flatMap((choice) => expandBraces(glob.slice(0, open) + choice + glob.slice(i + 1)));
  }
  return [glob];
}

/** The sibling that must exist for a file to be excluded: `$(basename).ts` of `a/b.js` is `b.ts`. */
export function siblingName(when: string, name: string): string {
  return when.replaceAll('$(basename)', () => name.replace(/\.[^.]*$/, ''));
}
