/**
 * Names of the libraries of languages, for media/names. `node test/extension/chat/names/libraries/libraries.ts LANGUAGE FOLDER…` writes the list
 * of one language, from what is installed of it; only names are kept. The lists that are there come from
 *
 * - go: the folder of Go 1.24 that has `api` (Debian's golang-1.24-src; BSD-3-Clause): what it says of the library's interface
 * - rust: the folder of Rust 1.95's documentation that has `std` (rustup's rust-docs; MIT or Apache-2.0)
 * - java: `lib/ct.sym` of OpenJDK 25 (Debian's openjdk-25-jdk-headless; GPL-2.0 with Classpath Exception), unpacked: its java.* modules
 * - kotlin: `kotlin-stdlib-sources.jar` (npm's kotlin-compiler 2.4.20; Apache-2.0), unpacked; beside it the list of Java
 * - c: copies of the headers of the C library alone (`dpkg -L libc6-dev`, 2.36; LGPL-2.1), by their places in /usr/include, and of those that
 *   the compiler has for it (`std*.h`, `float.h`, `limits.h` of libgcc-12-dev; GPL-3.0 with the Runtime Library Exception)
 * - cpp: `c++/14` of /usr/include (Debian's libstdc++-14-dev; GPL-3.0 with the Runtime Library Exception); beside it the list of C
 * - php: JetBrains/phpstorm-stubs (Apache-2.0): the extensions that come with PHP, and some that many programs use
 * - ruby: a folder with the output of `ruby ruby.rb` of Ruby 3.1 (Debian's ruby; BSD-2-Clause) in names.txt, and the sources of Rails 7.2, RSpec
 *   3.13, Minitest, Rack and Rake (Debian's ruby-activesupport and so on; MIT), whose names need no word of import in an application
 */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { listed } from '../libraryNames.ts';
import { namesOfClass } from './classFile.ts';
import { WORDS } from './words.ts';

type Library = keyof typeof WORDS;

/** Names in what is below folders. */
const READERS: Readonly<Record<Library, (folders: readonly string[]) => Iterable<string>>> = {
  go: goNames,
  rust: rustNames,
  java: javaNames,
  kotlin: kotlinNames,
  c: (folders) =>
    headerNames(folders, (name) => /^(?:(?!elf|.*intrin)[a-z_0-9]+|(?:sys|arpa|net|netinet|rpc)\/[a-z_0-9]+)\.h$/.test(name)),
  cpp: (folders) => headerNames(folders, (name) => /^(?:(?:bits|debug|ext|experimental|pstl|tr1)\/)?[a-z_0-9.]+$/.test(name)),
  php: phpNames,
  ruby: rubyNames,
};

const words = (text: string): string[] => text.match(/(?<![\p{L}\p{N}_$])[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? [];

function* filesBelow(folder: string, wanted: RegExp): Generator<[name: string, file: string]> {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const file = path.join(folder, name);
    if (wanted.test(name) && statSync(file).isFile()) yield [name.replaceAll('\\', '/'), file];
  }
}

const uncommented = (text: string) => text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '');

/** Of lines such as `pkg net/http, method (*Client) Do(*Request) (*Response, error)`; of syscall those of three systems. */
function* goNames(folders: readonly string[]): Generator<string> {
  for (const folder of folders) {
    for (const [, file] of filesBelow(path.join(folder, 'api'), /^go1.*\.txt$/)) {
      for (const line of readFileSync(file, 'utf8').split('\n')) {
        if (/^pkg syscall (?!\((?:linux|darwin|windows)-amd64\))/.test(line)) continue;
        yield* words(line);
      }
    }
  }
}

/** Of pages by their names (`struct.Vec.html`) and their anchors (`method.push`). What a processor has of its own is left out. */
function* rustNames(folders: readonly string[]): Generator<string> {
  for (const folder of folders) {
    for (const crate of ['core', 'alloc', 'std', 'proc_macro', 'test']) {
      for (const [name, file] of filesBelow(path.join(folder, crate), /^(?!arch\/|.*\/arch\/|simd\/).*\.html$/)) {
        yield* name.split(/[/.]/);
        const text = readFileSync(file, 'utf8');
        for (const [, names = ''] of text.matchAll(
          /id="(?:ty)?(?:method|variant|structfield|associatedtype|associatedconstant|macro)\.([\w.]+)"/g,
        ))
          yield* words(names);
      }
    }
  }
}

/** Modules that few programs have to do with. */
const JAVA_MODULES =
  /^[^/\\]*[L-P][/\\]java\.(?!corba|rmi|security\.|smartcardio|management\.rmi|xml\.crypto|datatransfer|scripting|prefs)[a-z.]+[/\\](?!javax[/\\](?:swing[/\\](?:plaf|text)|imageio|sound|print|accessibility)|java[/\\]awt[/\\](?:im|print|color|dnd)|org[/\\]).*\.sig$/;

/** Of ct.sym, whose folders say of which releases they hold what is exported (`9ABC`, a letter each): what is there since 2023. */
function* javaNames(folders: readonly string[]): Generator<string> {
  for (const folder of folders) {
    for (const [name, file] of filesBelow(folder, JAVA_MODULES)) {
      yield* name.split(/[/.$]/);
      if (!name.endsWith('module-info.sig')) yield* namesOfClass(readFileSync(file));
    }
  }
}

/** Of sources, and what Kotlin makes of Java's methods: `getName` is `name`. */
function* kotlinNames(folders: readonly string[]): Generator<string> {
  for (const folder of folders) {
    for (const [name, file] of filesBelow(folder, /\.kt$/)) {
      yield* name.split(/[/.]/);
      const declared = /\b(?:fun|val|var|class|interface|object|typealias)\s+(?:<[^>]*>\s*)?(?:[\w.<>*?, ]+\.)?(?<name>\w+)/g;
      for (const { groups } of uncommented(readFileSync(file, 'utf8')).matchAll(declared)) yield groups?.name ?? '';
    }
  }
  const java = readFileSync(listed('java'), 'utf8').split('\n');
  for (const name of java) {
    const [, property = ''] = /^(?:get|set)(\p{Lu}.*)$/u.exec(name) ?? [];
    yield property.charAt(0).toLowerCase() + property.slice(1);
    yield property.replace(/^\p{Lu}+(?=\p{Lu}\p{Ll}|$)/u, (start) => start.toLowerCase());
  }
}

/** What headers say that is not theirs alone (with an underscore), and what the headers are called. */
function* headerNames(folders: readonly string[], isPublic: (name: string) => boolean): Generator<string> {
  for (const folder of folders) {
    for (const [name, file] of filesBelow(folder, /^(?!c\+\+)/)) {
      if (!isPublic(name) && !/^(?:bits|[a-z0-9_]+-linux-gnu[/\\](?:bits|sys))[/\\](?!syscall|.*intrin)/.test(name)) continue;
      if (isPublic(name)) yield `<${name}>`;
      const text = uncommented(readFileSync(file, 'utf8').replaceAll('\\\n', ' '));
      yield* words(text).filter((word) => !/^_(?:[_a-z]|[A-Z]+_H$|CS_|NL_)/.test(word));
    }
  }
}

const PHP_EXTENSIONS =
  'Core bcmath bz2 calendar ctype curl date dba dom enchant exif ffi FFI fileinfo filter ftp gd gettext gmp hash iconv intl json ldap libxml ' +
  'mbstring meta mysqli odbc openssl pcntl pcre PDO pgsql Phar posix pspell random readline Reflection session shmop SimpleXML snmp soap sockets ' +
  'sodium SPL sqlite3 standard superglobals sysvmsg sysvsem sysvshm tidy tokenizer uri xml xmlreader xmlwriter xsl Zend zip zlib apcu redis ' +
  'memcached imagick igbinary xdebug';

function* phpNames(folders: readonly string[]): Generator<string> {
  for (const folder of folders) {
    for (const extension of PHP_EXTENSIONS.split(' ')) {
      const place = path.join(folder, extension);
      if (!readdirSync(folder).includes(extension)) continue;
      for (const [, file] of filesBelow(place, /\.php$/)) {
        const text = uncommented(readFileSync(file, 'utf8')).replaceAll(/^\s*#\[.*\]$/gm, '');
        const declared =
          /(?:\b(?:function|class|interface|trait|enum|case|const)\s+&?(?:\w+\s+(?=\w+\s*=))?|\bdefine\(\s*['"]|[$])(?<name>\w+)/g;
        for (const { groups } of text.matchAll(declared)) yield groups?.name ?? '';
      }
    }
  }
}

function* rubyNames(folders: readonly string[]): Generator<string> {
  for (const folder of folders) {
    for (const [name, file] of filesBelow(folder, /(?:^|[/\\])names\.txt$|\.rb$/)) {
      const text = readFileSync(file, 'utf8');
      if (name.endsWith('.txt')) yield* text.split('\n');
      for (const [, declared = ''] of text.matchAll(/\b(?:def|class|module)\s+((?:\w+(?:\.|::))*\w+)/g))
        yield* declared.split(/\W+/);
      // What makes methods of what follows: `attr_reader :a, :b`, `delegate :a, to: :b`, `define_method :a`.
      for (const [line] of text.matchAll(
        /\b(?:\w*attr_\w+|class_attribute|alias_method|alias|delegate|define_method|config_accessor)\b.*/g,
      ))
        for (const [, symbol = ''] of line.matchAll(/:(\w+)/g)) yield symbol;
    }
  }
}

function namesOf(library: Library, folders: readonly string[]): string[] {
  const known: string[] =
    library === 'kotlin'
      ? readFileSync(listed('java'), 'utf8').split('\n')
      : library === 'cpp'
        ? readFileSync(listed('c'), 'utf8').split('\n')
        : [];
  const names = new Set(WORDS[library].split(' '));
  for (const name of READERS[library](folders)) if (/^(?:[\p{L}_$][\p{L}\p{N}_$]{2,}|<.*>)$/u.test(name)) names.add(name);
  // What begins like this is the library's own affair.
  if (library === 'cpp') for (const name of names) if (/^_[A-Z]/.test(name)) names.delete(name);
  for (const name of known) names.delete(name);
  return [...names].sort();
}

const [library = '', ...folders] = process.argv.slice(2);
if (!Object.hasOwn(WORDS, library) || folders.length === 0)
  throw new Error(`Say one of ${Object.keys(WORDS).join(', ')}, and folders.`);
writeFileSync(listed(library), `${namesOf(library as Library, folders).join('\n')}\n`);
