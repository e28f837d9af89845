import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { libraryNames } from '../../../../extension/chat/names/libraryNames.ts';
import { LANGUAGES } from '../../../../extension/chat/names/tokens.ts';
import { doubtful, languagesIn } from '../../../../extension/chat/names/unknown.ts';
import { listed } from './libraryNames.ts';

const library = await libraryNames(path.dirname(listed('go')), LANGUAGES);
const answerIn = (language: string, code: string) => `\`\`\`${language}\n${code}\n\`\`\``;
/** Names of an answer that are to be looked for in the workspace. */
const lookedFor = (answer: string) => doubtful(answer, { library: (each) => library[each], said: [] });
const lookedForIn = (language: string, ...code: string[]) => lookedFor(answerIn(language, code.join('\n')));

/**
 * Programs that declare names in every way of their language, use names of its library and of modules from elsewhere, name some in comments and
 * strings, and need those that are listed.
 */
describe('names that an answer needs', () => {
  it('are found in Go', () => {
    const code = [
      'package main',
      'import (',
      '\t"fmt"',
      '\tyml "gopkg.in/yaml.v3"',
      '\t"github.com/gin-gonic/gin"',
      ')',
      'type Pony struct { Name string; Age int `json:"ageOf"` }',
      'type Trotter interface {',
      '\tTrotOn(steps int)',
      '}',
      '// callNobody()',
      'func (p *Pony) Greet(c *gin.Context, n int) (out []byte, err error) {',
      '\tfmt.Println(strings.ToUpper(p.Name), "alsoNobody()", p.ManeColour)',
      '\tc.AbortStrangely(1)',
      '\tout, err = yml.MarshalPony(p)',
      '\tfor i := range slices.Sorted(p.Friends()) { saddleUp(i) }',
      '\treturn out, nil',
      '}',
    ];
    expect(lookedForIn('go', ...code)).toEqual(['ManeColour', 'Friends', 'saddleUp']);
  });

  it('are found in Rust', () => {
    const code = [
      '#![allow(some_lint)]',
      'use std::collections::HashMap;',
      'use serde::{Deserialize, de::Error as DeError};',
      'use crate::stable::{open_gate, Keeper};',
      '#[derive(Debug, TrotDerive)]',
      'enum Gait { Walk(u32), Tolt { beats: u8 } }',
      "struct Pony<'a> { name: &'a str, keeper: StableKeeper }",
      'macro_rules! groom { ($a:expr) => { brush_all($a) } }',
      "impl<'a> Pony<'a> {",
      '    fn trot(&self, d: &mut serde_json::Value, e: serde::Thing) -> Result<(), PonyError> {',
      '        let r = r#"a "nobody()" b"#; // nor_nobody()',
      "        let c = 'x';",
      '        self.name.trim().to_pony_case();',
      '        e.as_strange(DeError::unlikely(1));',
      '        saddle!(r, c);',
      '        groom!(c);',
      '        let n = self.keeper.horses.iter().map(|h| h.len()).collect::<Vec<_>>();',
      '        Herd::gather_all(n); println!("{}", open_gate());',
      '        Ok(())',
      '    }',
      '}',
    ];
    expect(lookedForIn('rust', ...code)).toEqual([
      'open_gate',
      'Keeper',
      'StableKeeper',
      'to_pony_case',
      'saddle',
      'horses',
      'Herd',
      'gather_all',
    ]);
  });

  it('are found in Java', () => {
    const code = [
      'package stable;',
      'import java.util.*;',
      'import java.util.stream.Collectors;',
      'import static org.assertj.core.api.Assertions.assertThat;',
      'import com.acme.tack.Saddle;',
      '/** Calls nobody(). */',
      '@TrotService',
      'public class Pony {',
      '    private final Map<String, Integer> ages = new HashMap<>();',
      '    private Saddle saddle;',
      '    enum Gait { WALK(4), TOLT(4); Gait(int beats) {} }',
      '    Pony(Saddle saddle) { this.saddle = saddle; }',
      '    public List<String> friends(int n) throws HoofException {',
      '        StableKeeper keeper = new StableKeeper("nobody()");',
      '        saddle.tightenStrangely(n);',
      '        assertThat(n).isPonyLike();',
      '        Herd.gatherAll(keeper.openGate());',
      '        groom(n);',
      '        return ages.keySet().stream().filter(a -> a.isBlank()).collect(Collectors.toList());',
      '    }',
      '    void groom(int n) { saddleUp(n); }',
      '}',
    ];
    expect(lookedForIn('java', ...code)).toEqual(['StableKeeper', 'Herd', 'gatherAll', 'openGate', 'saddleUp']);
  });

  it('are found in Kotlin', () => {
    const code = [
      'package stable',
      'import kotlinx.coroutines.launch',
      'import com.acme.tack.Saddle',
      'data class Pony(val name: String, val keeper: StableKeeper)',
      'fun <T> List<T>.everyOther(): List<T> = filterIndexed { i, _ -> i % 2 == 0 }',
      'class Herd(private val ponies: List<Pony>) {',
      '    fun names(): List<String> = ponies.everyOther().map { it.name.uppercase() }',
      '    fun trot(saddle: Saddle) {',
      '        launch { saddle.tightenStrangely() }',
      ['        println("$', '{ponies.size} nobody()")'].join(''),
      '        ponies.firstOrNull()?.keeper!!.openGate()',
      '        FoalFactory.create(); saddleUp(1)',
      '    }',
      '}',
    ];
    expect(lookedForIn('kotlin', ...code)).toEqual(['StableKeeper', 'openGate', 'FoalFactory', 'saddleUp']);
  });

  it('are found in C', () => {
    const code = [
      '#include <stdio.h>',
      '#include "pony.h"',
      '#define TROT(n) ((n) + 1)',
      'typedef struct pony { int age; char *name; } pony_t;',
      '/* nobody() */',
      'static int greet(const pony_t *p, size_t n)',
      '{',
      '    printf("%s alsoNobody()\\n", p->name);',
      '    p->mane_colour = TROT(n);',
      '    for (size_t i = 0; i < n; i++) { saddle_up(&p[i]); }',
      '    StableKeeper *keeper = NULL;',
      '    return strlen(p->name) + keep_open(keeper);',
      '}',
      'int keep(int a);',
    ];
    expect(lookedForIn('c', ...code)).toEqual(['mane_colour', 'saddle_up', 'keep_open']);
  });

  it('are found in C++', () => {
    const code = [
      '#include <vector>',
      '#include <string>',
      '#include "pony.h"',
      'namespace stable {',
      'template <typename T> class Herd : public HerdBase {',
      ' public:',
      '  explicit Herd(std::vector<T> ponies) : ponies_(std::move(ponies)) {}',
      '  size_t count() const { return ponies_.size(); }',
      '  void trot() override;',
      ' private:',
      '  std::vector<T> ponies_;',
      '};',
      'template <typename T> void Herd<T>::trot() {',
      '  auto raw = R"(nobody() ")";',
      "  for (const auto& p : ponies_) p.saddleUp(1'000, raw);",
      '  auto keeper = std::make_unique<int>(3);',
      '  auto other = new StableKeeper(2);',
      '  Gate::openWide(other); // alsoNobody()',
      '}',
      `int main() { std::string s = "x"; s.push_back('c'); s.to_pony(); groom_all(s); }`,
      '}',
    ];
    expect(lookedForIn('cpp', ...code)).toEqual(['saddleUp', 'StableKeeper', 'Gate', 'openWide', 'to_pony']);
  });

  it('are found in PHP', () => {
    const code = [
      '<?php',
      'namespace Stable;',
      'use Acme\\Tack\\Saddle;',
      'use Psr\\Log\\LoggerInterface as Log;',
      'class Pony {',
      '    private array $ages = [];',
      '    public function __construct(private Saddle $saddle, private Log $log) {}',
      '    public function friends(int $n): array {',
      '        $this->saddle->tightenStrangely($n);',
      '        $names = array_map(fn ($p) => strtoupper("{$p->nobody()}"), $this->ages);',
      '        $this->groom($n); # alsoNobody()',
      "        $keeper = new StableKeeper('x');",
      '        Herd::gatherAll($keeper->openGate());',
      '        return saddle_up($names);',
      '    }',
      '    private function groom($n) { $this->brushed = $n; return $this->brushed; }',
      '}',
    ];
    expect(lookedForIn('php', ...code)).toEqual(['StableKeeper', 'Herd', 'gatherAll', 'openGate', 'saddle_up']);
  });

  it('are found in Ruby', () => {
    const code = [
      "require 'json'",
      "require_relative 'tack'",
      'module Stable',
      '  class Pony',
      '    attr_reader :name',
      '    def initialize(name) = @name = name',
      '    def self.load_all(path)',
      "      JSON.parse(File.read(path)).map { |row| new(row['name']) } # nobody()",
      '    end',
      '    def trot!(steps)',
      '      puts "#{name} alsoNobody()"',
      '      @saddle = StableKeeper.new(steps)',
      '      friends.each_pair { |f| f.brush_down!(1) if f =~ /no_body()/ }',
      '      Herd.gather_all(:reins)',
      '      saddle_up(name.upcase)',
      '      text = <<~TEXT',
      '        nor_nobody()',
      '      TEXT',
      '      text.to_pony_case',
      '    end',
      '  end',
      'end',
    ];
    expect(lookedForIn('ruby', ...code)).toEqual([
      'StableKeeper',
      'brush_down',
      'Herd',
      'gather_all',
      'saddle_up',
      'to_pony_case',
    ]);
  });

  it.each([
    ['c', '#include <curl/curl.h>', 'int main(void) { return curl_easy_strange(1); }'],
    ['cpp', '#include <boost/asio.hpp>', 'int main() { return strange_socket(1); }'],
    ['rust', 'use itertools::*;', 'fn main() { strange_pairs(1) }'],
    ['java', 'import org.acme.*;', 'class A { int b() { return strangeThing(1); } }'],
    ['kotlin', 'import org.acme.*', 'fun main() { strangeThing(1) }'],
    ['kotlin', 'plugins { }', 'dependencies { strangeThing(1) }'],
    ['go', 'import . "github.com/acme/strange"', 'func main() { StrangeThing(1) }'],
    ['ruby', "require 'sinatra'", 'render_strangely(1)'],
  ])('are none in %s where any may be of a module from elsewhere', (...[language, ...code]) => {
    expect(lookedForIn(language, ...code)).toEqual([]);
    expect(lookedForIn(language, ...code.slice(1)).length).toBe(code[0]?.startsWith('plugins') ? 0 : 1);
  });

  it.each([
    ['java', 'class Mine extends ApplicationThing { void a() { inheritedOne(1); this.inheritedTwo(); } }'],
    ['kotlin', 'class Mine : ApplicationThing() { fun a() { inheritedOne(1); this.inheritedTwo() } }'],
    ['php', 'class Mine extends ApplicationThing { function a() { $this->inheritedTwo(); } }'],
    ['ruby', 'class Mine < ApplicationThing\n  inherited_one(1)\n  def a = self.inherited_two\nend'],
    ['cpp', 'class Mine : public ApplicationThing { void a() { inheritedOne(1); this->inheritedTwo(); } };'],
  ])('are none of %s that a type of another file may have', (language, code) => {
    expect(lookedForIn(language, code).filter((name) => name !== 'ApplicationThing')).toEqual([]);
  });

  it.each([
    ['rust', 'let a = serde_json::strange(1);'],
    ['rust', 'let v: Vec<u8> = foreign_crate::make(); v.len();'],
    ['kotlin', 'view.findViewById(R.id.strange_button)'],
    ['java', 'int id = R.layout.strangePage;'],
    ['c', '#define STRANGE(a) other(a)\nint other(int a);\nint b = STRANGE(1);'],
    ['php', '<div class="callNobody()"><?php echo strlen("x"); ?></div> nobody(1);'],
    ['go', 'func (p *Pony) Trot(n int) error { return nil }'],
    ['java', 'record Pony(String name, int age) { Pony { validate(); } static void validate() {} }'],
    ['ruby', 'x = %w[nobody() other()]\nx.each { |y| puts y }'],
    [
      'cpp',
      'template <typename T> int f(T t);\nstruct Pony { int trot(int a) const; };\\nint Pony::trot(int a) const { return f<int>(a); }',
    ],
  ])('are none in %s: %j', (language, code) => {
    const names = lookedForIn(language, code);
    expect(names.filter((name) => name !== 'findViewById')).toEqual([]);
  });

  it('are properties in CSS', () => {
    const code = [
      '@layer base { @media (min-width: 30rem) { a:hover, .pony-stable:not(.x) > b:first-child { colour: red; } } }',
      '@font-face { font-family: "My-Font"; src: url(a:b.woff2); }',
      '/* not-this: 1; */ :root { --pony-size: 1px; -webkit-strange-thing: 2; }',
      '.a { background-colour: var(--pony-size); content: "no-property: 1"; transition: strange-timing 1s; &:hover { gap: 1px } }',
    ];
    expect(lookedForIn('css', ...code)).toEqual(['colour', 'background-colour']);
    const said = ['mask-strange was set before'];
    const answer = answerIn('css', 'a { mask-strange: 1; mask-stranger: 2 }');
    expect(doubtful(answer, { library: (each) => library[each], said })).toEqual(['mask-stranger']);
  });

  it('beside code are about it, unless any may be of a module from elsewhere', () => {
    const spoken = 'Call `saddleUpAll()`.';
    expect(lookedFor(`${answerIn('go', 'x := 1')}\n${spoken}`)).toEqual(['saddleUpAll']);
    expect(lookedFor(`${answerIn('c', '#include <curl/curl.h>')}\n${spoken}`)).toEqual([]);
  });

  it('need the lists of the languages of the answer alone', async () => {
    expect(languagesIn(`${answerIn('go', 'x')}\n${answerIn('C++', 'y')}\n${answerIn('text', 'z')}`)).toEqual(['go', 'cpp']);
    const some = await libraryNames(path.dirname(listed('go')), ['cpp']);
    expect([some.cpp.has('make_unique'), some.cpp.has('strlen'), some.cpp.has('<stdio.h>'), some.go.size]).toEqual([
      ...[true, true, true, 0],
    ]);
  });
});

describe('what is known', () => {
  it.each([
    ['go', 'Println ToUpper Sorted Errorf WithCancel HandleFunc'],
    ['rust', 'HashMap unwrap_or_else read_to_string println collect Arc'],
    ['java', 'computeIfAbsent ArrayList println CompletableFuture isBlank getOrDefault'],
    ['kotlin', 'mutableListOf uppercase firstOrNull runCatching computeIfAbsent absolutePath'],
    ['c', 'strlen malloc pthread_create errno sockaddr_in fprintf'],
    ['cpp', 'make_unique push_back unordered_map string_view strlen'],
    ['php', 'array_map strlen PDO DateTimeImmutable fetchAll str_contains'],
    ['css', 'background-color grid-template-columns float inset-inline src'],
    ['ruby', 'each_with_index JSON to_sym attr_accessor has_many upcase'],
  ] as const)('has names of %s', (language, names) => {
    expect(names.split(' ').filter((name) => !library[language].has(name))).toEqual([]);
  });
});

describe('a long answer', () => {
  const pieces = [
    '"',
    "'",
    '`',
    '"""',
    '/*',
    '#',
    'r#"',
    '<<A\n',
    '%w[',
    '%w(',
    '/',
    'a(',
    ').a',
    '::a',
    'a<',
    '[',
    '{',
    '?>',
    'R"(',
    '@"',
  ];
  it.each(LANGUAGES)('in %s is read without getting lost in it', (language) => {
    for (const piece of [
      ...pieces,
      'import ',
      'use a::',
      'require ',
      'fun <',
      'class A : ',
      'a = b',
      'enum {',
      '#[',
      '"${',
      '"#{',
    ]) {
      const text = piece.repeat(20_000 / piece.length);
      expect(Array.isArray(lookedForIn(language, text))).toBe(true);
    }
  });
});
