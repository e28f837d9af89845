import { describe, expect, it } from 'vitest';
import { CONSTRAINTS, type Constraint, instructionOf, isAbout, keeps } from '../../../engine/chat/constraints.ts';

const block = (language: string, code: string) => `Like this:\n\n\`\`\`${language}\n${code}\n\`\`\`\n`;
const kept: Readonly<Record<Constraint, readonly string[]>> = {
  typescript: ['No code at all.', block('ts', 'let a = 1;'), block('typescript', 'a();') + block('tsx', '<A />')],
  noComments: [
    'See // the words.',
    block('ts', "const url = 'https://a.b/*c*/';"),
    block('python', "colour = '#fff'  "),
    block('js', 'const a = `// no`;'),
    block('c', '#include <a.h>'),
    block('sh', '#!/bin/sh\necho "# no"'),
  ],
  fiveLines: ['One.', '1\n\n2\n\n3\n4\n5\n', block('ts', 'a\nb\nc\nd')],
  chinese: [
    '你好。',
    '用 `Map.groupBy` 按键分组，每个键对应一个列表。',
    block('ts', 'const a = 1;').replace('Like this', '像这样'),
    '42',
  ],
};
const broken: Readonly<Record<Constraint, readonly string[]>> = {
  typescript: [block('js', 'let a;'), block('', 'let a;'), block('ts', 'a') + block('python', 'a'), '```python\nopen'],
  noComments: [
    block('ts', 'a(); // why'),
    block('ts', '/** Doc. */\na();'),
    block('python', 'a = 1  # why'),
    block('sh', '#!/bin/sh\n# why'),
    '```ts\n// not closed',
  ],
  fiveLines: ['1\n2\n3\n4\n5\n6', block('ts', 'a\nb\nc\nd\ne')],
  chinese: ['Hello.', '你好。 But then it goes on in English for a whole long sentence or two.'],
};

describe('a constraint', () => {
  it.each(CONSTRAINTS)('%s is met by some answers and not by others', (constraint) => {
    for (const answer of kept[constraint]) expect(keeps(constraint, answer), answer).toBe(true);
    for (const answer of broken[constraint]) expect(keeps(constraint, answer), answer).toBe(false);
  });

  it('applies to code, to words, or to any answer', () => {
    const about = (answer: string) => CONSTRAINTS.filter((constraint) => isAbout(constraint, answer));
    expect(about('Words.')).toEqual(['fiveLines', 'chinese']);
    expect(about('```ts\na();\n```')).toEqual(['typescript', 'noComments', 'fiveLines']);
    expect(about(' ')).toEqual([]);
  });

  it('has an instruction of its own', () => {
    expect(new Set(CONSTRAINTS.map(instructionOf)).size).toBe(CONSTRAINTS.length);
  });
});
