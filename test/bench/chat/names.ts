/**
 * `npm run bench:names -- FOLDER…`: how often names are underlined that exist. Each file of a repository is taken for the code of an answer
 * while the repository's other files are the workspace, then each stretch of 30 lines while all else is. All names of it exist, so each that is
 * underlined is a false alarm; the share is that of the distinct names in code, comments and strings aside. Last, a name that a stretch needs is
 * replaced by one that nobody has: it should be underlined.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Option } from 'commander';
import { run } from '../../../engine/host/commands/run.ts';
import { libraryNames } from '../../../extension/chat/names/libraryNames.ts';
import { mentions } from '../../../extension/chat/names/missing.ts';
import { LANGUAGES, type Language, languageOf, tokensOf } from '../../../extension/chat/names/tokens.ts';
import { doubtful, wordsIn } from '../../../extension/chat/names/unknown.ts';
import { namesOf } from '../../../extension/chat/names/uses.ts';
import { fileKind } from '../../../extension/workspaceMemory/fileKinds.ts';
import { benchCommand, folders } from '../commandLine.ts';
import { type SourceFile, sourcesOf } from '../quality/repository.ts';

const LINES = 30;
const INVENTED = 'reticulateSplinesOf';
const library = await libraryNames(fileURLToPath(new URL('../../../media/names', import.meta.url)), LANGUAGES);

interface Options {
  readonly verbose?: true;
  readonly language?: Language;
  readonly write?: true;
}

/** The number of distinct names in a code, and of those that are underlined. */
interface Count {
  names: number;
  underlined: number;
}

const answerOf = (language: string, code: string) => `\`\`\`\`\`${language}\n${code}\n\`\`\`\`\``;

function underlined(language: string, code: string, exists: (name: string) => boolean): string[] {
  const names = doubtful(answerOf(language, code), { library: (each) => library[each], said: [] });
  return names.filter((name) => !exists(name));
}

/** In how many files each word occurs, or how many times in one file. */
function counted(words: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

const COUNTED = ['whole', 'stretches', 'invented'] as const;
type Counts = Record<(typeof COUNTED)[number], Count>;
const noCounts = (): Counts => ({
  whole: { names: 0, underlined: 0 },
  stretches: { names: 0, underlined: 0 },
  invented: { names: 0, underlined: 0 },
});

function add(count: Count, names: number, some: number): void {
  count.names += names;
  count.underlined += some;
}

const namesIn = (code: string, language: Language) =>
  new Set(tokensOf(code, language).flatMap(({ kind, text }) => (kind === 'name' ? [text] : []))).size;

function measure(files: readonly SourceFile[], { verbose, language: only }: Options): Map<Language, Counts> {
  const inFiles = counted(files.flatMap(({ text }) => [...new Set(wordsIn(text))]));
  const counts = new Map<Language, Counts>();
  for (const { path: name, text } of files) {
    const extension = path.extname(name).slice(1);
    const language = languageOf(extension);
    if (!language || (only !== undefined && language !== only)) continue;
    const { whole, stretches, invented } = counts.get(language) ?? noCounts();
    counts.set(language, { whole, stretches, invented });
    // No word contains a dash, but names in style sheets do.
    const dashed = (word: string) => files.some((file) => file.path !== name && mentions(file.text, word));
    const elsewhere = (word: string) => (word.includes('-') ? dashed(word) : (inFiles.get(word) ?? 0) > 1);
    const alarms = underlined(extension, text, elsewhere);
    if (verbose && alarms.length > 0) console.log(`${name}: ${alarms.join(' ')}`);
    add(whole, namesIn(text, language), alarms.length);
    const times = counted(wordsIn(text));
    const lines = text.split('\n');
    for (let from = 0; from < lines.length; from += LINES) {
      const stretch = lines.slice(from, from + LINES).join('\n');
      const here = counted(wordsIn(stretch));
      const exists = (word: string) => elsewhere(word) || (times.get(word) ?? 0) > (here.get(word) ?? 0);
      const wrong = underlined(extension, stretch, exists);
      if (verbose && wrong.length > 0) console.log(`${name}:${from + 1}: ${wrong.join(' ')}`);
      add(stretches, namesIn(stretch, language), wrong.length);
      const needed = [...namesOf(stretch, language).used][0];
      if (needed === undefined) continue;
      const broken = stretch.replaceAll(new RegExp(`(?<![\\w$])${needed.replaceAll('$', '\\$')}(?![\\w$])`, 'g'), INVENTED);
      add(invented, 1, underlined(extension, broken, exists).includes(INVENTED) ? 1 : 0);
    }
  }
  return counts;
}

const percent = ({ names, underlined: some }: Count) => (names === 0 ? '' : `${((100 * some) / names).toFixed(2)} % of ${names}`);
const row = (language: string, name: string, counts: Counts) =>
  `| ${[language, name, ...COUNTED.map((kind) => percent(counts[kind]))].join(' | ')} |`;

function measureAll(repositories: readonly string[], options: Options): void {
  const table: string[] = [];
  const say = (line: string) => {
    console.log(line);
    table.push(line);
  };
  say('| language | repository | files: underlined | stretches: underlined | invented: underlined |\n|---|---|---:|---:|---:|');
  const totals = new Map<Language, Counts>();
  for (const folder of repositories) {
    const files = sourcesOf(folder, (name) => fileKind(name) === 'code');
    for (const [language, counts] of measure(files, options)) {
      const total = totals.get(language) ?? noCounts();
      totals.set(language, total);
      for (const kind of COUNTED) add(total[kind], counts[kind].names, counts[kind].underlined);
      say(row(language, path.basename(folder), counts));
    }
  }
  for (const [language, counts] of totals) say(row(language, 'all', counts));
  if (options.write) writeFileSync(new URL('NAMES.md', import.meta.url), document(table));
}

const document = (table: readonly string[]) => `# Names underlined that exist

Written by \`npm run bench:names -- --write FOLDER…\` over checkouts of public repositories, named in the rows. Every name there exists, so what is
underlined is underlined wrongly: of each file's distinct names in code, taking it for an answer and the other files for the workspace; of each
stretch of ${LINES} lines, taking the rest of its file for the workspace as well, so that what it imports is not told. Last, how often a
name that a stretch needs is underlined when one that nobody has stands in its place.

${table.join('\n')}
`;

const command = benchCommand('bench:names', "how often names of an answer's code are underlined that exist")
  .argument('<folders...>', 'repositories, whose files are taken for answers', folders)
  .addOption(new Option('--language <name>', 'only this language').choices(LANGUAGES))
  .option('--verbose', 'tell which names')
  .option('--write', 'write test/bench/chat/NAMES.md')
  .action(measureAll);
await run(command, 'bench:names');
