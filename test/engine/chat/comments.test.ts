// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the code of the cases holds templates.
import { describe, expect, it } from 'vitest';
import { hasComment } from '../../../engine/chat/comments.ts';

const without: readonly (readonly [string, string])[] = [
  ['html', '<a href="http://a.b/c">http://a.b</a>\n<p style="color: #fff">a /* b */ // c</p>'],
  ['html', '<script src="//a.b/c.js"></script>\n<style>a { background: url(//a.b/c.png) }</style>'],
  ['vue', '<template><a href="https://a.b">x</a></template>\n<script>const a = "// b";</script>'],
  ['xml', '<a xmlns="http://www.w3.org/2000/svg"/>'],
  ['css', 'a { color: #fff; background: url(http://a.b/*c*/d.png) }\n#id { content: "/*" }'],
  ['scss', '@use "a"; a { color: #0af; background: url(//a.b/c.png); &:hover { b: 1 } }'],
  ['sql', "SELECT '-- no', \"a -- b\", 'it''s /* no */' FROM a WHERE b = '#1';"],
  ['ts', 'const a = /https?:\\/\\/[/*]+/; const b = c / d / e;'],
  ['ts', 'const a = `${b ? `// ${c}` : "/*"} // d`;'],
  ['ts', "import a from 'https://a.b'; const b = s.replace(/\\/\\//g, '');"],
  ['js', "const a = 'b\\\n// no'; const c = `d\\\n// ${e} no`;"],
  ['jsx', 'const a = <a href="https://a.b">See https://a.b/c</a>;'],
  ['json', '{ "a": "http://b.c", "d": "/* e */" }'],
  ['go', 'a := `// no`\nb := "http://c.d"'],
  ['rust', `fn a<'a>(b: &'a str) -> char { '"' }\nlet c = r#"// " no"#; let d = '/';\n#[derive(Debug)]`],
  ['c++', '#include <a>\nchar a = \'"\'; auto b = "//";'],
  ['csharp', 'var a = @"C:\\"; var b = @"// ""no"""; '],
  ['kotlin', 'val a = """\n// no\n"""'],
  ['python', 'a = "#fff"; b = \'#\'; c = f"""\n# no\n"""; d = """a"""'],
  ['python', 'a = """\\\n# no\n"""; b = "c\\\n# no"'],
  ['ruby', 'a = "#{b} # no"; c = /#+/'],
  ['php', '<?php #[Pure]\n$a = \'http://b.c\'; $d = "# no";'],
  ['bash', 'echo "a # b" \'# c\' ${#d} $# a#b \\# http://e.f'],
  ['bash', 'echo "a \\\n # b"'],
  ['yaml', 'a: http://b.c/d#e\nf: "# no"\ng: it\'s'],
  ['lua', 'a = "--"; b = [[\n-- no\n]]; c = 1 - -2'],
  ['haskell', 'a --> b = \'"\' : "--"'],
  ['clojure', '(str "; no" \\;)'],
  ['latex', '100\\% of'],
  ['ini', 'a = b;c # d'],
  ['vb', 'a = "it\'s"'],
  ['powershell', '$a = \'# no\'; $b = "<# no #>"'],
  ['', 'See http://a.b/c'],
];

const withComment: readonly (readonly [string, string])[] = [
  ['html', '<p>a</p> <!-- why -->'],
  ['html', '<style>\n/* why */ a { b: 1 }\n</style>'],
  ['vue', '<script setup>\nlet a = 1; // why\n</script>'],
  ['css', 'a { color: #fff } /* why */'],
  ['scss', 'a { color: #fff; } // why'],
  ['SQL', "SELECT 'a' -- why"],
  ['mysql', 'SELECT 1 # why'],
  ['ts', 'const a = b / c; // why'],
  ['ts', "const a = 'http://b.c'; // why"],
  ['ts', 'const a = `${b}`; /* why */'],
  ['tsx', '<a>{/* why */}</a>'],
  ['ts', 'const a = `${b} // no\n`; c: //why'],
  ['js', 'const a = /"/; // "why"'],
  ['jsonc', '{ "a": 1 } // why'],
  ['go', 'a := `b` // why'],
  ['rust', "fn a<'a>() {} /// why"],
  ['c', "char a = '\\''; // why"],
  ['csharp', 'var a = @"C:\\"; // why'],
  ['python', 'a = 1#why'],
  ['python', 'a = "it\'s"  # why'],
  ['ruby', 'a = "#{b}" # why'],
  ['ruby', 'a\n=begin\nwhy\n=end'],
  ['php', '$a = 1; # why'],
  ['bash', 'a=1 # why'],
  ['dockerfile', '# why\nFROM a'],
  ['yaml', "a: it's # why"],
  ['toml', 'a = "#" # why'],
  ['lua', 'a = 1 --[[ why ]]'],
  ['haskell', 'a = b -- why'],
  ['clojure', '(a) ; why'],
  ['latex', 'a % why'],
  ['ocaml', 'let a = 1 (* why *)'],
  ['ini', '; why\na = b'],
  ['vb', "a = 1 ' why"],
  ['bat', 'REM why'],
  ['powershell', '<# why #> $a'],
  ['', 'a(); // why'],
];

describe('a comment', () => {
  it.each(without)('is not in %s: %s', (language, code) => expect(hasComment(code, language)).toBe(false));
  it.each(withComment)('is in %s: %s', (language, code) => expect(hasComment(code, language)).toBe(true));

  it('is looked for in little time, whatever a model writes', () => {
    const signs = ['"', "'", '`', '`${', '${a}', '/', '[[', '"""', '<style>', '<style', 'a:', 'a.', 'url(', '\\', '{'];
    for (const sign of signs) {
      for (const language of ['ts', 'python', 'html', 'css', 'rust', 'lua', 'sql', 'bash', 'c']) {
        // A text that is never closed, too.
        for (const opening of ['', '`', '"']) expect(typeof hasComment(opening + sign.repeat(3_000), language)).toBe('boolean');
      }
    }
    expect(hasComment('=/['.repeat(100_000), 'ts')).toBe(false);
    expect(hasComment(`${'=/['.repeat(100_000)}\\\n// and on`, 'ts')).toBe(true);
  });
});
