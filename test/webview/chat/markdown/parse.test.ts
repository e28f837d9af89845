import { describe, expect, it } from 'vitest';
import { type MarkdownNode, parseMarkdown, spoken } from '../../../../webview/chat/markdown/parse.ts';

const nodes = (text: string): MarkdownNode[] => parseMarkdown(text).flatMap((block) => block.nodes);

/** A tree as text: elements by their names, the rest by its kind. */
function outline(all: readonly MarkdownNode[]): string {
  return all
    .map((node) => {
      switch (node.kind) {
        case 'text':
          return node.text;
        case 'break':
          return '⏎';
        case 'codeSpan':
          return `code(${node.text})`;
        case 'code':
          return `block[${node.language}](${node.code})`;
        case 'link':
          return `link[${node.href}](${outline(node.children)})`;
        case 'image':
          return `image(${node.alternative})`;
        default:
          return `${node.tag}${node.start ?? ''}(${outline(node.children)})`;
      }
    })
    .join('');
}

describe('parseMarkdown', () => {
  it.each([
    ['# A *b*', 'h1(A em(b))'],
    ['one\ntwo  \nthree', 'p(one\ntwo⏎three)'],
    ['a **b** ~~c~~ `d`', 'p(a strong(b) s(c) code(d))'],
    ['- a\n- b\n  - c', 'ul(li(a)li(bul(li(c))))'],
    ['3. a\n4. b', 'ol3(li(a)li(b))'],
    ['> q', 'blockquote(p(q))'],
    ['| a | b |\n|---|---|\n| 1 | 2 |', 'table(thead(tr(th(a)th(b)))tbody(tr(td(1)td(2))))'],
    ['---', 'hr()'],
    ['a &lt;b&gt; &amp; \\*c\\*', 'p(a <b> & *c*)'],
    ['```ts\nlet a;\n```', 'block[ts](let a;)'],
    ['    indented', 'block[](indented)'],
    ['see https://a.example/b.', 'p(see link[https://a.example/b](https://a.example/b).)'],
    ['index.ts and main.rs', 'p(index.ts and main.rs)'],
    ['[a][r]\n\n[r]: https://a.example "title"', 'p(link[https://a.example](a))'],
  ])('%j', (text, expected) => {
    expect(outline(nodes(text))).toBe(expected);
  });

  it('treats a block of code that is still open as code', () => {
    expect(outline(nodes('Look:\n\n```ts\nconst a = ['))).toBe('p(Look:)block[ts](const a = [)');
    expect(outline(nodes('```'))).toBe('block[]()');
  });

  it.each([
    ['ts', 'ts'],
    ['TypeScript title="a.ts"', 'typescript'],
    ['ts:src/a.ts', 'ts'],
    ['{.python}', 'python'],
    ['c++', 'c++'],
    ['c#', 'c#'],
    ['"><script>', 'script'],
    ['x'.repeat(100), 'x'.repeat(40)],
  ])('reads the language of %j', (info, language) => {
    expect(outline(nodes(`\`\`\`${info}\n1\n\`\`\``))).toBe(`block[${language}](1)`);
  });

  it('leaves HTML as text', () => {
    expect(outline(nodes('<b onclick="x()">a</b>'))).toBe('p(<b onclick="x()">a</b>)');
    expect(outline(nodes('<script>\nx()\n</script>'))).toBe('p(<script>\nx()\n</script>)');
    expect(outline(nodes('</s><|im_end|>'))).toBe('p(</s><|im_end|>)');
  });

  it('writes the target of a link that cannot be followed after it', () => {
    expect(outline(nodes('[a](command:x) [b](javascript:y) [c](src/c.ts)'))).toBe(
      'p(a (command:x) b (javascript:y) c (src/c.ts))',
    );
    expect(outline(nodes('![a *b*](https://a.example/x.png)'))).toBe('p(image(a *b*))');
  });

  it('keeps the keys of blocks that a longer text leaves unchanged', () => {
    const keys = (text: string) => parseMarkdown(text).map(({ key }) => key);
    const short = keys('# A\n\nfirst\n\n- one\n- two\n\n```ts\nlet a');
    const long = keys('# A\n\nfirst\n\n- one\n- two\n\n```ts\nlet a = 1;\n```\nend');
    expect(long.slice(0, 3)).toEqual(short.slice(0, 3));
    expect(long[3]).not.toBe(short[3]);
  });

  it('changes keys once a reference is defined', () => {
    const [before] = parseMarkdown('[a][r]');
    const [after] = parseMarkdown('[a][r]\n\n[r]: https://a.example');
    expect(after?.key).not.toBe(before?.key);
  });

  it('shows an extremely long text as plain text', () => {
    const text = '*a* '.repeat(150_000);
    expect(nodes(text)).toEqual([{ kind: 'codeSpan', text, within: [0, text.length] }]);
  });
});

describe('spoken', () => {
  it('gives the length of code instead of the code', () => {
    const said = spoken('**Do** `this`:\n\n```ts\na\nb\n```\n\n![a picture](x)', (count) => `${count} lines`);
    expect(said).toBe('Do this:\n2 lines\na picture');
  });
});
