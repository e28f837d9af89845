import { describe, expect, it } from 'vitest';
import { type ChatIntent, isChatIntent, LONGEST_TITLE } from '../../../webview/protocol/chatIntents.ts';
import { BY_ITSELF } from '../../../webview/protocol/chatRefusals.ts';

/** One of each kind; one that is forgotten does not compile. */
const GOOD: { readonly [Kind in ChatIntent['kind']]: Extract<ChatIntent, { kind: Kind }> } = {
  ready: { kind: 'ready' },
  draft: { kind: 'draft', text: '' },
  attach: { kind: 'attach', what: 'symbol' },
  detach: { kind: 'detach', id: 'a-1' },
  drop: { kind: 'drop', uris: ['file:///a.ts'] },
  examples: { kind: 'examples', wanted: 3 },
  send: { kind: 'send', text: 'Why?' },
  edit: { kind: 'edit', message: 'm_1', text: 'How?' },
  regenerate: { kind: 'regenerate', message: 'm1' },
  answerAnyway: { kind: 'answerAnyway', message: 'm1' },
  stop: { kind: 'stop' },
  version: { kind: 'version', message: 'm1', index: 0 },
  pin: { kind: 'pin', pinned: { text: 'Be short.', mode: 'every', constraints: { fiveLines: true } } },
  pinTurn: { kind: 'pinTurn', message: 'm1', pinned: true },
  moveDial: { kind: 'moveDial', message: 'm1', move: 'there' },
  controls: {
    kind: 'controls',
    controls: { window: 4096, scaling: 'yarn', scalingValue: 2.5, slides: true, overflow: 'summary' },
  },
  resetControls: { kind: 'resetControls' },
  refusals: { kind: 'refusals', settings: { threshold: 0.3, own: { bias: 2 } } },
  shade: { kind: 'shade', on: true },
  best: { kind: 'best', count: 4 },
  thumb: { kind: 'thumb', message: 'm1', thumb: null },
  choose: { kind: 'choose', message: 'm1' },
  rank: { kind: 'rank', order: ['m1', 'm2'] },
  compare: { kind: 'compare', head: 'helpful', better: 'm1', worse: 'm2', grade: 'better' },
  preferences: { kind: 'preferences' },
  new: { kind: 'new' },
  open: { kind: 'open', id: 'c1' },
  rename: { kind: 'rename', id: 'c1', title: 'x'.repeat(LONGEST_TITLE) },
  delete: { kind: 'delete', id: 'c1' },
  export: { kind: 'export', id: 'c1' },
  search: { kind: 'search', text: '' },
  copy: { kind: 'copy', message: 'm1' },
  code: { kind: 'code', message: 'a-1', action: 'apply', code: 'let a;', language: 'ts' },
  showAttachment: { kind: 'showAttachment', id: 'a1' },
  link: { kind: 'link', href: 'https://example.com' },
  measure: { kind: 'measure' },
  direction: { kind: 'direction', act: 'find', path: '' },
  audit: { kind: 'audit' },
  openModel: { kind: 'openModel' },
  loadModel: { kind: 'loadModel' },
};

/** Values that no field may have, whatever its name. */
const NEVER: readonly (readonly [string, unknown])[] = [
  ['missing', undefined],
  ['NaN', Number.NaN],
  ['infinite', Number.POSITIVE_INFINITY],
  ['less than nothing', -1],
  ['an empty object', {}],
  ['a list of lists', [[]]],
  ['a function', () => 1],
  ['a boxed string', Object('x')],
];
/** Fields that may be null. */
const NULLABLE = new Set(['refusals.settings.threshold', 'refusals.settings.own', 'thumb.thumb']);
/** Numbers of any sign: which make sense depends on the scaling. */
const SIGNED = new Set(['controls.controls.scalingValue', 'refusals.settings.own.bias']);
/** Fields that are names of conversations, messages or attachments. */
const IDS = new Set(['id', 'message', 'better', 'worse']);
const BAD_IDS = ['', ' ', 'a b', '../a', 'a/b', 'a.json', 'a\0', 'ä', 'x'.repeat(65), 'x'.repeat(1_000_000)];

type Fields = Readonly<Record<string, unknown>>;

describe('isChatIntent', () => {
  it.each(Object.values(GOOD))('takes an intent to $kind, also with a field that nobody knows', (good) => {
    expect(isChatIntent(good)).toBe(true);
    expect(isChatIntent({ ...good, more: 1 })).toBe(true);
  });

  it.each(Object.values(GOOD))('refuses one to $kind in a list, under another kind, and where its kind is no text', (good) => {
    const { kind } = good;
    for (const other of [[good], { ...good, kind: 'quit' }, { ...good, kind: [kind] }, { ...good, kind: Object(kind) }, kind]) {
      expect(isChatIntent(other)).toBe(false);
    }
  });

  it.each(Object.values(GOOD).filter((good) => Object.keys(good).length > 1))(
    'refuses one to $kind with a wrong field',
    (good) => {
      const { kind, ...fields } = good as unknown as Fields & { readonly kind: string };
      for (const [place, changed] of changes(fields, kind)) expect(isChatIntent({ kind, ...changed }), place).toBe(false);
    },
  );

  it.each([
    ...[undefined, null, 0, '', true, [], {}, () => 1, new Date(0), new Map([['kind', 'ready']])],
    ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'READY', 'ready '].map((kind) => ({ kind })),
    JSON.parse('{"__proto__": {"kind": "stop"}}'),
    { kind: 'examples', wanted: 101 },
    { kind: 'version', message: 'm1', index: 0.5 },
    { kind: 'version', message: 'm1', index: Number.MAX_SAFE_INTEGER + 1 },
    { kind: 'rename', id: 'c1', title: 'x'.repeat(LONGEST_TITLE + 1) },
    { kind: 'attach', what: 'constructor' },
    { kind: 'code', message: 'a-1', action: 'toString', code: '', language: '' },
    { kind: 'pin', pinned: {} },
    { kind: 'pin', pinned: { mode: '__proto__' } },
    { kind: 'pin', pinned: { constraints: { valueOf: true } } },
    { kind: 'refusals', settings: { ...BY_ITSELF, threshold: 1.1 } },
    { kind: 'refusals', settings: { level: undefined } },
    { kind: 'refusals', settings: { own: { bias: 1e9 } } },
    { kind: 'best', count: 1e9 },
  ])('refuses %j', (value) => {
    expect(isChatIntent(value)).toBe(false);
  });
});

/** The fields with one of them wrong, in every way, with the place where. */
function* changes(fields: Fields, place: string): Generator<[string, Fields]> {
  for (const [name, value] of Object.entries(fields)) {
    const here = `${place}.${name}`;
    const never = NEVER.filter(([, bad]) => bad !== -1 || !SIGNED.has(here));
    const wrong = [...never, ...(NULLABLE.has(here) ? [] : [['null', null] as const])];
    for (const [what, bad] of wrong) yield [`${here} ${what}`, { ...fields, [name]: bad }];
    if (IDS.has(name)) for (const id of BAD_IDS) yield [`${here} ${id.slice(0, 70)}`, { ...fields, [name]: id }];
    if (typeof value !== 'object' || value === null || Array.isArray(value)) continue;
    for (const [inner, changed] of changes(value as Fields, here)) yield [inner, { ...fields, [name]: changed }];
  }
}
