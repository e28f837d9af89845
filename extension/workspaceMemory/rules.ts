import ignore, { type Ignore } from 'ignore';
import { type Excludes, siblingName } from './excludeGlobs.ts';
import { isForeignFolder } from './fileKinds.ts';
import { below, type FileTree, folderOf, nameOf } from './fileTree.ts';
import { isSecretName } from './secrets.ts';

/** Rules of a .gitignore above the root. */
export interface OuterRules {
  /** The root's path below the folder of the rules. */
  readonly root: string;
  readonly text: string;
}

export interface RulesOptions {
  readonly tree: FileTree;
  readonly excludes: Excludes;
  /** The nearest first. */
  readonly outer?: readonly OuterRules[];
  /** Whether `A` and `a` are one name on this machine. */
  readonly ignoreCase: boolean;
}

interface Level {
  /** Prefix of a path of the tree: the folders above its root. */
  readonly prefix: string;
  readonly rules: Ignore;
}

/** Whether a path is in a folder of dependencies or build results, or is a secret by its name. A folder's path ends in `/`. */
export function isForeign(path: string): boolean {
  return isSecretName(path) || path.split('/').slice(0, -1).some(isForeignFolder);
}

/** Which files below a folder are excluded by their names: by settings, by Git, as secrets, or as dependencies and build results. */
export class Rules {
  readonly #tree: FileTree;
  readonly #ignoreCase: boolean;
  readonly #settings: Ignore;
  readonly #besides: readonly { readonly rules: Ignore; readonly sibling: string }[];
  readonly #outer: readonly Level[];
  /** By folder. */
  readonly #inner = new Map<string, Promise<Ignore | undefined>>();

  constructor({ tree, excludes, outer = [], ignoreCase }: RulesOptions) {
    this.#tree = tree;
    this.#ignoreCase = ignoreCase;
    this.#settings = this.#rules(excludes.patterns);
    this.#besides = excludes.besides.map(({ patterns, sibling }) => ({ rules: this.#rules(patterns), sibling }));
    const levels = outer.map(({ root, text }) => ({ prefix: root && `${root}/`, rules: this.#rules(text) }));
    // Opening a folder that Git ignores shows that its contents are wanted.
    this.#outer = levels.some(({ prefix, rules }) => prefix !== '' && rules.ignores(prefix)) ? [] : levels;
  }

  /** Whether a file is left out, by its own name or that of a folder it lies in. */
  async leavesOut(file: string): Promise<boolean> {
    for (let slash = file.indexOf('/'); slash >= 0; slash = file.indexOf('/', slash + 1)) {
      if (await this.leavesOutEntry(file.slice(0, slash), true)) return true;
    }
    return this.leavesOutEntry(file, false);
  }

  /** Whether an entry of a folder that is not left out itself is. */
  async leavesOutEntry(path: string, isFolder: boolean): Promise<boolean> {
    const tested = isFolder ? `${path}/` : path;
    if (isForeign(tested)) return true;
    return this.#settings.ignores(tested) || (await this.#hasSibling(path, tested)) || this.#isGitIgnored(path, tested);
  }

  async #hasSibling(path: string, tested: string): Promise<boolean> {
    for (const { rules, sibling } of this.#besides) {
      if (!rules.ignores(tested)) continue;
      const wanted = siblingName(sibling, nameOf(path));
      const entries = await this.#tree.list(folderOf(path));
      if (entries.some(({ name }) => name === wanted)) return true;
    }
    return false;
  }

  /** As Git decides: the nearest .gitignore that names a path, ignoring it or not, wins. */
  async #isGitIgnored(path: string, tested: string): Promise<boolean> {
    for (let folder = path; folder !== ''; ) {
      folder = folderOf(folder);
      const verdict = (await this.#rulesIn(folder))?.test(folder === '' ? tested : tested.slice(folder.length + 1));
      if (verdict?.ignored || verdict?.unignored) return verdict.ignored;
    }
    for (const { prefix, rules } of this.#outer) {
      const verdict = rules.test(prefix + tested);
      if (verdict.ignored || verdict.unignored) return verdict.ignored;
    }
    return false;
  }

  #rulesIn(folder: string): Promise<Ignore | undefined> {
    const known = this.#inner.get(folder);
    if (known) return known;
    const rules = this.#tree.read(below(folder, '.gitignore')).then((text) => (text ? this.#rules(text) : undefined));
    this.#inner.set(folder, rules);
    return rules;
  }

  #rules(patterns: string | readonly string[]): Ignore {
    return ignore({ ignorecase: this.#ignoreCase, allowRelativePaths: false }).add(patterns);
  }
}
