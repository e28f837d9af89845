/** Words in every file of a language, which do not help to compare files. */
const COMMON = new Set(
  (
    'abstract and any as assert async await bool boolean break case catch char class const continue def default del delete do double ' +
    'elif else end enum except export extends extern false final finally float fn for from func function get global go if impl ' +
    'implements import in instanceof int interface is lambda let long match mod module mut namespace new nil none nonlocal not null ' +
    'number object of or override package pass private protected pub public raise readonly ref require return self set short static ' +
    'str string struct super switch this throw throws true try type typeof undefined unknown use using val var void where while with yield'
  ).split(' '),
);

const WORD = /[\p{L}_$][\p{L}\p{N}_$]*/gu;

/** A name in a text. */
export interface Name {
  readonly name: string;
  /** Its index in the text. */
  readonly at: number;
}

/** The names in a text in order; words of programming languages and single letters are none. */
export function namesIn(text: string): Name[] {
  return [...text.matchAll(WORD)].flatMap(({ 0: name, index }) => (isCommon(name) ? [] : [{ name, at: index }]));
}

export function identifiersIn(text: string): Set<string> {
  return new Set((text.match(WORD) ?? []).filter((name) => !isCommon(name)));
}

/** Shared members over all members (Jaccard 1912): 0 for sets that share nothing, 1 for the same. */
export function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const [small, large] = a.size <= b.size ? [a, b] : [b, a];
  let shared = 0;
  for (const member of small) if (large.has(member)) shared++;
  return shared === 0 ? 0 : shared / (a.size + b.size - shared);
}

function isCommon(name: string): boolean {
  return name.length < 2 || COMMON.has(name.toLowerCase());
}
