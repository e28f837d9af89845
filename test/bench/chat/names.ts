/**
 * `node test/bench/chat/names.ts FOLDER…`: how often names are underlined that exist. Each file of a repository is taken for the code of an answer
 * while the repository's other files are the workspace, then each stretch of 30 lines while all else is. All names of it exist, so each that is
 * underlined is a false alarm. Last, a name that a stretch needs is replaced by one that nobody has: it should be underlined.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { libraryNames } from '../../../extension/chat/names/libraryNames.ts';
import { languageOf } from '../../../extension/chat/names/tokens.ts';
import { doubtful, wordsIn } from '../../../extension/chat/names/unknown.ts';
import { namesOf } from '../../../extension/chat/names/uses.ts';
import { type SourceFile, sourcesOf } from '../quality/repository.ts';

const LINES = 30;
const INVENTED = 'reticulateSplinesOf';
const verbose = process.argv.includes('--verbose');
const library = await libraryNames(fileURLToPath(new URL('../../../media/names', import.meta.url)));

/** Distinct names of a code, and those of them that are underlined. */
interface Count {
  names: number;
  underlined: number;
}

const answerOf = (language: string, code: string) => `\`\`\`\`\`${language}\n${code}\n\`\`\`\`\``;

function underlined(language: string, code: string, exists: (name: string) => boolean): string[] {
  const names = doubtful(answerOf(language, code), { library: (each) => library[each], said: [] });
  return names.filter((name) => !exists(name));
}

/** How many files, or times in one, each word is in. */
function counted(words: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

function measure(files: readonly SourceFile[]) {
  const inFiles = counted(files.flatMap(({ text }) => [...new Set(wordsIn(text))]));
  const [whole, stretches, invented]: Count[] = Array.from({ length: 3 }, () => ({ names: 0, underlined: 0 }));
  for (const { path: name, text } of files) {
    const extension = path.extname(name).slice(1);
    const language = languageOf(extension);
    if (!language || !whole || !stretches || !invented) continue;
    const elsewhere = (word: string) => (inFiles.get(word) ?? 0) > 1;
    const alarms = underlined(extension, text, elsewhere);
    if (verbose && alarms.length > 0) console.log(`${name}: ${alarms.join(' ')}`);
    whole.names += new Set(wordsIn(text)).size;
    whole.underlined += alarms.length;
    const times = counted(wordsIn(text));
    const lines = text.split('\n');
    for (let from = 0; from < lines.length; from += LINES) {
      const stretch = lines.slice(from, from + LINES).join('\n');
      const here = counted(wordsIn(stretch));
      const exists = (word: string) => elsewhere(word) || (times.get(word) ?? 0) > (here.get(word) ?? 0);
      stretches.names += here.size;
      stretches.underlined += underlined(extension, stretch, exists).length;
      const needed = [...namesOf(stretch, language).used][0];
      if (needed === undefined) continue;
      const broken = stretch.replaceAll(new RegExp(`(?<![\\w$])${needed.replaceAll('$', '\\$')}(?![\\w$])`, 'g'), INVENTED);
      invented.names += 1;
      invented.underlined += underlined(extension, broken, exists).includes(INVENTED) ? 1 : 0;
    }
  }
  return [whole, stretches, invented] as Count[];
}

const percent = ({ names, underlined: some }: Count) => `${((100 * some) / names).toFixed(2)} % of ${names}`;

console.log('| repository | files: underlined | stretches: underlined | invented: underlined |\n|---|---:|---:|---:|');
const totals: Count[] = [];
for (const folder of process.argv.slice(2).filter((argument) => !argument.startsWith('--'))) {
  const counts = measure(sourcesOf(folder));
  for (const [index, { names, underlined: some }] of counts.entries()) {
    const total = totals[index] ?? { names: 0, underlined: 0 };
    totals[index] = total;
    total.names += names;
    total.underlined += some;
  }
  console.log(`| ${[path.basename(folder), ...counts.map(percent)].join(' | ')} |`);
}
console.log(`| ${['all', ...totals.map(percent)].join(' | ')} |`);
