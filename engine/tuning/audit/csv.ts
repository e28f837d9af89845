import { PaddockError } from '../../errors.ts';

/** A record of a CSV file by its columns' names, and the line of the file in which it begins, from 1. */
export interface CsvRecord {
  readonly line: number;
  readonly cells: ReadonlyMap<string, string>;
}

/**
 * Reads a CSV file with a header, as RFC 4180 has it: commas, fields between double quotes where they need to be, any line break. Strict,
 * because a quote in the wrong place would shift all that follows.
 * @param columns those that must be there
 * @throws PaddockError `bad-request` with the line for a quote that is out of place or never closed, a record with another number of
 * fields than the header, a column that is missing or there twice
 */
export function readCsv(text: string, columns: readonly string[]): CsvRecord[] {
  const [header, ...rows] = rowsOf(text.replace(/^\uFEFF/, ''));
  if (!header) throw new PaddockError('bad-request', 'The CSV file is empty. Its first line should name the columns.');
  const names = header.fields.map((name) => name.trim());
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw wrong(header.line, `names the column "${twice}" twice`);
  const missing = columns.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    throw wrong(header.line, `names no column "${missing.join('", "')}"; there are: ${names.join(', ').slice(0, 200)}`);
  }
  return rows.map(({ line, fields }) => {
    if (fields.length !== names.length) throw wrong(line, `has ${fields.length} fields where the header has ${names.length}`);
    return { line, cells: new Map(names.map((name, i) => [name, fields[i] as string])) };
  });
}

/** The error for a line of a CSV file. */
export function wrong(line: number, what: string): PaddockError {
  return new PaddockError('bad-request', `Line ${line} of the CSV file ${what}. Correct the file and import it again.`);
}

interface Row {
  readonly line: number;
  readonly fields: readonly string[];
}

/** A field with what ends it: between quotes, in which a quote is doubled, or without any. */
const FIELD = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/y;

/** Lines with nothing on them are left out. */
function rowsOf(text: string): Row[] {
  const rows: Row[] = [];
  const field = new RegExp(FIELD);
  let line = 1;
  let row: { readonly line: number; readonly fields: string[] } = { line, fields: [] };
  while (field.lastIndex < text.length || row.fields.length > 0) {
    const begin = field.lastIndex;
    const found = field.exec(text);
    if (!found) {
      const isOpen = text[begin] === '"' && !/^"(?:[^"]|"")*"/.test(text.slice(begin));
      throw wrong(line, isOpen ? 'opens a quote that is never closed' : 'has a quote in the middle of a field');
    }
    const [all, quoted, plain = '', end] = found;
    row.fields.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    line += all.match(/\r\n|\n|\r/g)?.length ?? 0;
    if (end === ',') continue;
    if (row.fields.length > 1 || all.trim() !== '') rows.push(row);
    row = { line, fields: [] };
  }
  return rows;
}
