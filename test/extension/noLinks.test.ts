import { expect, test } from 'vitest';
import { noLinks } from '../../extension/noLinks.ts';

/** Texts that VS Code turns into links, in notifications. */
const LINK = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;

test.each([
  ['[a.ts](command:workbench.action.quit)', '[a.ts] (command:workbench.action.quit)'],
  ['[a](COMMAND:x "title")', '[a] (COMMAND:x "title")'],
  ['[[a](command:x)](command:y)', '[[a] (command:x)] (command:y)'],
  ['src/[a](https://example.com) and [b](file:///c)', 'src/[a] (https://example.com) and [b] (file:///c)'],
  ['[]](command:x)', '[]] (command:x)'],
])('%s is no link', (text, shown) => {
  expect(noLinks(text)).toBe(shown);
  expect(noLinks(shown)).toBe(shown);
  expect(shown).not.toMatch(LINK);
});

test.each(['routes/[id]/page.tsx', 'f(list[0])', '', 'a [b] (c)'])('%s stays', (text) => {
  expect(noLinks(text)).toBe(text);
});
