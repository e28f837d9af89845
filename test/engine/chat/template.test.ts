import { describe, expect, it } from 'vitest';
import { isReadable, renderTemplate } from '../../../engine/chat/template.ts';

const render = (source: string, messages = 1) =>
  renderTemplate(source, new Array(messages).fill({ role: 'user' }), { bos_token: '', eos_token: '' });
const loop = (count: number | string, body: string) => `{% for i in range(${count}) %}${body}{% endfor %}`;
const growing = (start: string, step: string, then: string) =>
  `{% set ns = namespace(x=${start}) %}${loop(40, `{% set ns.x = ${step} %}`)}${then}`;

describe('a template that is not trusted', () => {
  it.each([
    ['loops within loops', loop(10_000, loop(10_000, loop(10_000, 'x')))],
    ['loops over long lists', loop(10_000, loop(9_999, ''))],
    ['a range without end', loop('3000000000', 'x')],
    ['a range in no steps', loop('1, 5, 0', 'x')],
    ['a text that doubles', growing('"aaaaaaaa"', 'ns.x ~ ns.x', '{{ ns.x }}')],
    ['a list that doubles', growing('[1, 2]', 'ns.x + ns.x', '')],
    ['a macro that calls itself', '{% macro f() %}{{ f() }}{{ f() }}{% endmacro %}{{ f() }}'],
    ['many brackets', `{{ ${'('.repeat(50_000)}1${')'.repeat(50_000)} }}`],
    ['too many characters', 'x'.repeat(1_000_001)],
  ])('is refused for %s', (_, source) => {
    expect(() => render(source)).toThrow(expect.objectContaining({ name: 'PaddockError' }));
  });

  it('may loop as far as conversations go', () => {
    expect(render('{% for message in messages %}{{ message.role }}: {{ message.content }};{% endfor %}', 10_000)).toHaveLength(
      // A name before each, its content, and what ends the last.
      20_001,
    );
    expect(render(`${loop('2, 0, -1', '{{ i }}')}${loop(3, '{{ i }}')}{{ none }}{{ True }}`)).toEqual([{ literal: '21012true' }]);
  });

  it('has the date, and its own refusals', () => {
    expect(render('{{ strftime_now("%Y") }}')).toEqual([{ literal: expect.stringMatching(/^\d{4}$/) }]);
    expect(() => render('{{ raise_exception("no system prompt") }}')).toThrow('no system prompt');
  });
});

describe('a template of a model that also sees', () => {
  const content = { message: 0, trim: 'none' };
  const texts = `{{ message.content | selectattr('type', 'equalto', 'text') | map(attribute='text') | join }}`;
  const each = (body: string) => `{% for message in messages %}{{ message.role }}: ${body}{% endfor %}`;

  it.each([
    ['loops over parts', each(`{% for part in message.content if part.type == 'text' %}{{ part.text }}{% endfor %}`)],
    ['picks the texts among them', each(texts)],
    ['takes the first', each('{{ message.content[0].text }}')],
    ['takes texts, too', each(`{% if message.content is string %}{{ message.content }}{% else %}${texts}{% endif %}`)],
  ])('that %s is given the texts', (_, source) => {
    expect(render(source)).toEqual([{ literal: 'user: ' }, content]);
  });

  it('that refuses parts says what it says to texts', () => {
    const refusal = `{% if message.content is string %}{{ raise_exception('no user') }}{% endif %}{{ message.content.nothing() }}`;
    expect(() => render(each(refusal))).toThrow('no user');
    expect(render('Hello.')).toEqual([{ literal: 'Hello.' }]);
  });
});

it('a template that is broken is not readable', () => {
  expect([isReadable('{{ messages }}'), isReadable('{% if %}'), isReadable('{% for m in messages %}')]).toEqual([
    true,
    false,
    false,
  ]);
});
