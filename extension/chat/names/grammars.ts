import type { Language } from './tokens.ts';

/** How a language marks declarations and uses. JavaScript and Python have rules of their own (uses.ts). */
export interface Grammar {
  /** Precede a declared name, even if a parenthesis follows. */
  readonly declares: ReadonlySet<string>;
  /** Precede a name that must exist, whatever follows it. */
  readonly before: ReadonlySet<string>;
  /** Precede a name that cannot be judged: of an annotation, a label. */
  readonly beyond: ReadonlySet<string>;
  /** Follow the name of a type or module that a member is taken from. */
  readonly heads: ReadonlySet<string>;
  /** Stand between a name and its type. */
  readonly typed: ReadonlySet<string>;
  /** Whether a type precedes what it is the type of, without a sign in between, so that functions are declared without a keyword. */
  readonly isTypeFirst: boolean;
  /** Whether assigning declares a name, members included. */
  readonly isBorrowing: boolean;
  /** Words that look like calls or types and are none. */
  readonly words: ReadonlySet<string>;
  /** Precede the names of supertypes. */
  readonly extends: ReadonlySet<string>;
  /** Receivers of inherited methods. */
  readonly self: ReadonlySet<string>;
}

export type Declared = Exclude<Language, 'javascript' | 'python' | 'css'>;

const words = (list: string): ReadonlySet<string> => new Set(list.split(' ').filter((word) => word !== ''));

/** After these a name is not a type, and what follows is not a declared name. */
const FLOW =
  'if else for while do switch case default return break continue throw throws try catch finally goto in is as and or not new delete ' +
  'sizeof await yield when where unless until then elif elsif match let var val const static final public private protected internal ' +
  'abstract override virtual async unsafe extern inline volatile register struct enum union class interface namespace using package ' +
  'import typedef typename template operator instanceof assert echo print global function fn func fun def include require';

const NONE: Grammar = {
  declares: words('function func fun fn def class struct enum union interface trait protocol namespace module type typealias'),
  before: words(''),
  beyond: words('@ # \\'),
  heads: words(''),
  typed: words(''),
  isTypeFirst: false,
  isBorrowing: false,
  words: words(FLOW),
  extends: words(''),
  self: words('self this super'),
};

export const GRAMMARS: Readonly<Record<Declared, Grammar>> = {
  go: { ...NONE, declares: words('func type var const package'), self: words('') },
  rust: {
    ...NONE,
    declares: words('fn struct enum union trait mod type const static let macro_rules as'),
    beyond: words('# $ @'),
    heads: words('::'),
    typed: words(': ->'),
  },
  java: {
    ...NONE,
    declares: words('class interface enum record'),
    before: words('new extends implements instanceof'),
    heads: words('. ::'),
    isTypeFirst: true,
    extends: words('extends implements'),
  },
  kotlin: {
    ...NONE,
    declares: words('fun class interface object val var typealias enum'),
    heads: words('. ::'),
    typed: words(':'),
    extends: words(':'),
  },
  c: {
    ...NONE,
    declares: words('define undef ifdef ifndef defined struct union enum typedef goto'),
    isTypeFirst: true,
    self: words(''),
  },
  cpp: {
    ...NONE,
    declares: words('define undef ifdef ifndef defined struct union enum class typedef goto namespace typename concept ~'),
    before: words('new'),
    heads: words('::'),
    isTypeFirst: true,
    extends: words(': public protected private virtual'),
  },
  php: {
    ...NONE,
    declares: words('function class interface trait enum namespace const fn'),
    before: words('new extends implements instanceof'),
    heads: words('::'),
    isBorrowing: true,
    extends: words('extends implements'),
    self: words('$this self static parent'),
  },
  ruby: {
    ...NONE,
    declares: words('def class module alias undef'),
    beyond: words('@ $'),
    heads: words('. ::'),
    isBorrowing: true,
    extends: words('<'),
  },
};

export const MEMBER: ReadonlySet<string> = words('. ?. -> ?-> :: &.');

export function isDeclared(language: Language): language is Declared {
  return language in GRAMMARS;
}
