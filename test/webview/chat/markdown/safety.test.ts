import { describe, expect, it } from 'vitest';
import { splitInvisible } from '../../../../webview/chat/markdown/invisible.ts';
import { isWebAddress } from '../../../../webview/chat/markdown/webAddress.ts';

describe('isWebAddress', () => {
  it.each(['https://a.example', 'http://localhost:8080/x?y#z', 'HTTPS://A.example/'])('%s is one', (href) => {
    expect(isWebAddress(href)).toBe(true);
  });

  it.each([
    ...[
      'command:x',
      'javascript:x',
      'vscode://x/y',
      'data:text/html,x',
      'file:///etc/passwd',
      'mailto:a@b.example',
      'ftp://a.example',
    ],
    ...[
      '//a.example',
      '/x',
      'x',
      '',
      'https:',
      'https://',
      'https:a.example',
      ' https://a.example',
      'https://a.example@b.example/',
    ],
    ...['https://a:b@c.example', 'java\tscript:x', 'blob:https://a.example/x'],
  ])('%j is none', (href) => {
    expect(isWebAddress(href)).toBe(false);
  });
});

describe('splitInvisible', () => {
  it('leaves visible characters alone', () => {
    const text = 'let a = "ünï 中文 👩‍🚀 عربي";\n\tend';
    expect(splitInvisible(text, 'prose')).toEqual([text]);
    expect(splitInvisible('', 'code')).toEqual([]);
  });

  it('names invisible characters', () => {
    expect(splitInvisible('a\u202eb\u0007', 'prose')).toEqual(['a', { name: 'U+202E' }, 'b', { name: 'U+0007' }]);
    expect(splitInvisible('\u{e0041}x', 'prose')).toEqual([{ name: 'U+E0041' }, 'x']);
    expect(splitInvisible('\u001b[31m', 'prose')).toEqual([{ name: 'U+001B' }, '[31m']);
  });

  it('is stricter with code, where no character of zero width is needed', () => {
    expect(splitInvisible('a\u200db', 'prose')).toEqual(['a\u200db']);
    expect(splitInvisible('a\u200db', 'code')).toEqual(['a', { name: 'U+200D' }, 'b']);
    expect(splitInvisible('a\u3164', 'code')).toEqual(['a', { name: 'U+3164' }]);
    expect(splitInvisible('\ufeffa\u00ad', 'code')).toEqual([{ name: 'U+FEFF' }, 'a', { name: 'U+00AD' }]);
  });
});
