import { expect, test } from 'vitest';
import { isLanguageOn, isWorthReading, reasonNotToAsk, type Situation } from '../../../extension/completion/when.ts';
import manifest from '../../../package.json' with { type: 'json' };

const typing: Situation = {
  manual: false,
  trigger: 'automatic',
  cursors: 1,
  lineSuffix: '',
  blankPrefix: false,
  afterDeleting: false,
  inUnwantedComment: false,
};

test.each<[string, Partial<Situation>, string | undefined]>([
  ['plain typing', {}, undefined],
  ['a bracket right of the cursor', { lineSuffix: ')' }, undefined],
  ['typing where suggestions come only by hand', { trigger: 'manual' }, 'only-by-hand'],
  ['by hand where they come only so', { trigger: 'manual', manual: true }, undefined],
  ['several cursors where they come only by hand', { trigger: 'manual', cursors: 2 }, 'only-by-hand'],
  ['several cursors', { cursors: 2 }, 'several-cursors'],
  ['several cursors, by hand', { cursors: 2, manual: true }, 'several-cursors'],
  ['inside a word', { lineSuffix: 'name' }, 'word-right-of-cursor'],
  ['inside a word of another script', { lineSuffix: 'é' }, 'word-right-of-cursor'],
  ['inside a name with a dollar', { lineSuffix: '$x' }, 'word-right-of-cursor'],
  ['after deleting', { afterDeleting: true }, 'after-deleting'],
  ['after deleting, by hand', { afterDeleting: true, manual: true }, undefined],
  ['in a comment', { inUnwantedComment: true }, 'in-comment'],
  ['in a comment, by hand', { inUnwantedComment: true, manual: true }, undefined],
  ['an empty document', { blankPrefix: true }, 'empty-document'],
  ['an empty document, by hand', { blankPrefix: true, manual: true }, undefined],
])('%s', (_name, change, reason) => {
  expect(reasonNotToAsk({ ...typing, ...change })).toBe(reason);
});

test('a language has its own switch, else that of *, else it is on', () => {
  expect(isLanguageOn({ '*': true, markdown: false }, 'markdown')).toBe(false);
  expect(isLanguageOn({ '*': false, python: true }, 'python')).toBe(true);
  expect(isLanguageOn({ '*': false }, 'rust')).toBe(false);
  expect(isLanguageOn({}, 'rust')).toBe(true);
});

test.each([
  ['plaintext', false],
  ['markdown', false],
  ['scminput', false],
  ['log', false],
  ['typescript', true],
  ['a language of another extension', true],
])('unless a setting says otherwise, in %s it is on: %s', (languageId, expected) => {
  const { default: languages } = manifest.contributes.configuration.properties['paddock.inlineCompletion.languages'];
  expect(isLanguageOn(languages, languageId)).toBe(expected);
});

test.each([
  [';', false],
  ['  a;\n', false],
  ['name', true],
  ['\n  return 1;', true],
])('%j is worth reading unasked: %s', (text, expected) => {
  expect(isWorthReading(text)).toBe(expected);
});
