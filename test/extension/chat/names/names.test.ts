import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ask, branchOf, changeAnswer, newConversation } from '../../../../extension/chat/conversation.ts';
import { libraryNames as read } from '../../../../extension/chat/names/libraryNames.ts';
import { mentions, missingFrom } from '../../../../extension/chat/names/missing.ts';
import { LANGUAGES, languageOf, tokensOf } from '../../../../extension/chat/names/tokens.ts';
import { doubtful } from '../../../../extension/chat/names/unknown.ts';
import { saidBefore } from '../../../../extension/chat/names/unknownNames.ts';
import { namesOf } from '../../../../extension/chat/names/uses.ts';
import { cssNames, javaScriptNames, listed } from './libraryNames.ts';

const library = await read(path.dirname(listed('javascript')), LANGUAGES);
/** Names of an answer that are to be looked for in the workspace. */
const lookedFor = (answer: string, ...said: string[]) => doubtful(answer, { library: (language) => library[language], said });
const inTypeScript = (code: string) => lookedFor(`\`\`\`ts\n${code}\n\`\`\``);
const inPython = (code: string) => lookedFor(`\`\`\`python\n${code}\n\`\`\``);

describe('tokens', () => {
  it('are names, signs and strings; comments are none', () => {
    const texts = (code: string) => tokensOf(code, 'javascript').map(({ text }) => text);
    expect(texts('a?.b(`x {c}`, "d\\"e") // f\n/* g */ + 1e3')).toEqual([
      'a',
      '?.',
      'b',
      '(',
      '`x {c}`',
      ',',
      '"d\\"e"',
      ')',
      '+',
      '1e3',
    ]);
    expect(texts('x = /a"[/]b/g.test(y) / 2 / z')).toEqual([
      'x',
      '=',
      '/a"[/]b/g',
      '.',
      'test',
      '(',
      'y',
      ')',
      '/',
      '2',
      '/',
      'z',
    ]);
    expect(tokensOf("f\"a {b}\" # c\n'''d\ne''' g", 'python').map(({ text }) => text)).toEqual(['f"a {b}"', "'''d\ne'''", 'g']);
  });

  it('of any text come to an end', () => {
    for (const text of ['"', "'''", '`${', '/*', '/a', '\\', '\u2028"'])
      expect(tokensOf(text, 'javascript').length).toBeLessThan(4);
  });

  it.each(['/[', '"', "f'''", '`', 'a(', ').a', '}.a', '[', 'import ', 'from . ', 'require(', '*/', '```\n', 'a.', '\\'])(
    'of a long answer of %j are read without getting lost in it',
    (piece) => {
      const text = piece.repeat(100_000 / piece.length);
      expect(Array.isArray(inTypeScript(text)) && Array.isArray(inPython(text))).toBe(true);
      expect(lookedFor(`\`\`\`ts\nlet a;\n\`\`\`\n${text}`)).toEqual(expect.any(Array));
    },
  );

  it('are of languages by the names that answers give them', () => {
    expect(['ts', 'TSX', 'js', 'python', 'py', 'C++', 'kotlin', 'swift', ''].map(languageOf)).toEqual([
      ...['javascript', 'javascript', 'javascript', 'python', 'python', 'cpp', 'kotlin', undefined, undefined],
    ]);
  });
});

describe('names that an answer needs', () => {
  it.each([
    ['const rows = loadRows(table);', ['loadRows']],
    ['for (const row of rows) row.markStale();', ['markStale']],
    ['class Pony extends FoalBase implements Trotting {}', ['FoalBase', 'Trotting']],
    ['const p: StableKeeper = new PonyKeeper();', ['StableKeeper', 'PonyKeeper']],
    ["import { saddleUp as up } from './tack';\nup();", ['saddleUp']],
    ['@Injected() class A {}', ['Injected']],
  ])('%j: %j', (code, expected) => {
    expect(inTypeScript(code)).toEqual(expected);
  });

  it.each([
    [
      'names of the language, its libraries and the browser',
      'document.querySelector("a")?.addEventListener("x", () => Promise.all([]));',
    ],
    ['what it declares itself', 'function feed(x) { return groom(x); }\nconst groom = (y) => y;\nfeed(1);'],
    ['its parameters', 'function run(step, { done }) { step(); done(); }\n[1].map((each) => each());'],
    ['methods', 'class A { trot(): void {}\n  async canter() { this.trot(); }\n  get gait() { return 1; } }'],
    ['properties it sets', 'this.whinny = 1;\nconsole.log(this.whinny, { neigh: 2 }.neigh);'],
    [
      'packages and what is in them',
      "import pino, { level as l } from 'pino';\nimport * as z from 'zod';\npino().childLogger(l.trace2());\nz.strictObj();",
    ],
    ['what is required', "const { trotter } = require('trot');\ntrotter.gallopNow();"],
    ['comments and strings', '// callNobody()\nconst a = "alsoNobody()" + `norNobody()`;'],
    ['types of a type parameter', 'function f<TPony>(a: TPony): TPony { return a; }'],
  ])('are not %s', (_, code) => {
    expect(inTypeScript(code)).toEqual([]);
  });

  it('are found in Python as well', () => {
    const code = [
      'import numpy as np',
      'from .stable import open_gate, Keeper as K',
      'from os.path import join',
      '@keep_open',
      'class Pony(Animal):',
      '    def __init__(self, name, *, age=1):',
      '        self.full_name = name.strip().to_pony_case()',
      '    def trot(self):',
      '        for x in sorted(self.full_name): yield np.pony_array(x), join(x)',
      'raise PonyError(len_of_pony(1))',
    ].join('\n');
    expect(inPython(code)).toEqual(['open_gate', 'Keeper', 'keep_open', 'to_pony_case', 'PonyError', 'len_of_pony']);
  });

  it('are those not mentioned before in the conversation', () => {
    const answer = '```ts\nfeedAll(ponies.byStable());\n```';
    expect(lookedFor(answer)).toEqual(['feedAll', 'byStable']);
    expect(lookedFor(answer, 'What does feedAll do?', 'x.byStable')).toEqual([]);
  });

  it('are also those in code among words, where they are written as names', () => {
    const code = '```ts\nlet a = 1;\n```\n';
    expect(
      lookedFor(`${code}Call \`herd.gatherAll()\`, \`trotOn\` and \`map\`; \`stable.ts\`, \`npm run x\`, \`--flag\`, \`word\`.`),
    ).toEqual(['gatherAll', 'trotOn']);
    expect(lookedFor('Only words and `trotOn()`.')).toEqual([]);
  });

  it('are none in languages whose libraries are not known', () => {
    expect(lookedFor('```swift\nponies.trotAll()\n```')).toEqual([]);
  });
});

describe('what is known', () => {
  it('lists the names that the declarations have', () => {
    expect(readFileSync(listed('javascript'), 'utf8')).toBe(`${javaScriptNames().join('\n')}\n`);
    expect(readFileSync(listed('css'), 'utf8')).toBe(`${cssNames().join('\n')}\n`);
  });

  it.each(['append', 'defaultdict', 'isinstance', 'monotonic', 'lower', '__init__', 'nonlocal', 'read_text'])(
    'has %s of Python',
    (name) => {
      expect(library.python.has(name)).toBe(true);
    },
  );

  it('is looked for as a word, and only until all is found', async () => {
    expect([mentions('a.trotOn()', 'trotOn'), mentions('trotOnward', 'trotOn'), mentions('$trotOn', 'trotOn')]).toEqual([
      true,
      false,
      false,
    ]);
    let texts = 0;
    function* some() {
      for (const text of ['a', 'b c', 'd']) {
        texts += 1;
        yield text;
      }
    }
    expect(await missingFrom(['a', 'c'], some())).toEqual([]);
    expect(texts).toBe(2);
    expect(await missingFrom(['a', 'e'], some())).toEqual(['e']);
    expect(await missingFrom(['e'], some(), { characters: 2, ms: 1e6 })).toEqual([]);
  });

  it('is what was written and attached, but not what an earlier answer made up', () => {
    const attachment = { id: 'x', label: 'x', language: 'ts', text: 'attached()' };
    let talk = ask(newConversation('c', 1), { question: 'q1', answer: 'a1' }, 'asked', [attachment], 1);
    talk = changeAnswer(talk, 'a1', { text: 'use madeUp(real)', state: 'done', unknown: ['madeUp'] }, 2);
    const branch = branchOf(talk).map(({ message }) => message);
    expect(saidBefore({ pinned: { ...talk.pinned, text: 'pin' } }, branch)).toEqual(['pin', 'asked', 'attached()', 'use real']);
  });
});

describe('what code does with names', () => {
  it('is to use them or to declare them', () => {
    const { used, brought } = namesOf('const a = b(c.d);\nfunction e(f) { f(); }', 'javascript');
    expect([...used].sort()).toEqual(['b', 'd', 'f']);
    expect(['a', 'e', 'f'].every((name) => brought.has(name))).toBe(true);
  });
});
