import MarkdownIt from 'markdown-it';
import { expect, test } from 'vitest';
import { plainMarkdown } from '../../extension/plainMarkdown.ts';

test.each([
  '[quit](command:workbench.action.quit)',
  '![](https://example.com/x.png) <img src=x onerror=alert(1)>',
  'https://example.com www.example.com me@example.com',
  '$(flame) **bold** _it_ `code` ~~gone~~ &amp; \\* a|b',
  '# head',
  '1. one',
  'models/a_b-c (Q4_K_M).gguf: 12%',
])('%s is shown as it is', (text) => {
  const html = new MarkdownIt({ html: true }).render(`- ${plainMarkdown(text)}`);
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
  expect(html.trim()).toBe(`<ul>\n<li>${escaped}</li>\n</ul>`);
  // VS Code makes links of unescaped addresses.
  expect(plainMarkdown(text)).not.toMatch(/:\/\/|www\.|\w@/);
});

test('a line break starts no new block', () => {
  expect(plainMarkdown('a\n\n- b')).toBe('a \\- b');
});
