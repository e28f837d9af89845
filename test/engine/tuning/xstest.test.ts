import { describe, expect, it } from 'vitest';
import { PaddockError } from '../../../engine/errors.ts';
import { readCsv } from '../../../engine/tuning/audit/csv.ts';
import { answersFromCsv, promptsFromCsv } from '../../../engine/tuning/audit/xstest.ts';
import { FUZZ_CASES, fuzz } from '../../support/fuzz.ts';
import { Random } from '../../support/random.ts';

const failure = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    if (error instanceof PaddockError && error.code === 'bad-request') return error.message;
    throw error;
  }
  return 'no error';
};

describe('a CSV file', () => {
  const rows = (text: string) => readCsv(text, []).map(({ line, cells }) => [line, ...cells.values()]);

  it('is read with quotes, doubled quotes, line breaks within them and any line ends', () => {
    expect(rows('a,b\r\n1,"x, ""y"""\r\n2,"two\nlines"\r\n\r\n3,\n')).toEqual([
      [2, '1', 'x, "y"'],
      [3, '2', 'two\nlines'],
      [6, '3', ''],
    ]);
    expect(rows('\uFEFFa,b\r1,2')).toEqual([[2, '1', '2']]);
    expect(rows('a\n""\nx')).toEqual([
      [2, ''],
      [3, 'x'],
    ]);
  });

  it('is refused with the line that is wrong', () => {
    expect(failure(() => rows('a,b\n1,2\n3,"x\n4,5\n'))).toContain('Line 3 of the CSV file opens a quote that is never closed');
    expect(failure(() => rows('a,b\n1,x"y"\n'))).toContain('Line 2 of the CSV file has a quote in the middle of a field');
    expect(failure(() => rows('a,b\n1,"x"y\n'))).toContain('Line 2 of the CSV file has a quote in the middle of a field');
    expect(failure(() => rows('a,b\n1,"x\ny"\n2\n'))).toContain('Line 4 of the CSV file has 1 fields where the header has 2');
    expect(failure(() => rows('a,a\n'))).toContain('names the column "a" twice');
    expect(failure(() => rows('\n'))).toContain('empty');
    expect(failure(() => readCsv('id;prompt\n', ['id', 'prompt']))).toContain(
      'names no column "id", "prompt"; there are: id;prompt',
    );
  });

  it('is read as it was written, whatever is in it', () => {
    const random = new Random(7);
    const text = () => Array.from({ length: random.below(6) }, () => 'a,"\n\r é'.charAt(random.below(8))).join('');
    for (let i = 0; i < FUZZ_CASES; i++) {
      const table = Array.from({ length: 4 }, () => [text(), text(), 'end']);
      const file = ['a,b,c', ...table.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(','))].join('\r\n');
      expect(rows(file).map((row) => row.slice(1))).toEqual(table);
    }
  });

  it('is read or refused with a typed error when it is damaged', async () => {
    const file = 'id,prompt,label\n1,"a, ""b""\nc",safe\n2,"d",unsafe\n'.repeat(20);
    const spoil = (random: Random) => {
      const place = random.below(file.length);
      return file.slice(0, place) + '",\n\0x'.charAt(random.below(5)) + file.slice(place + random.below(3));
    };
    const { refused } = await fuzz(11, spoil, promptsFromCsv);
    expect(refused).toBeGreaterThan(0);
  });
});

describe('a file in the form of XSTest', () => {
  it('gives requests and what is right for each, by label or by type', () => {
    const labelled = 'id,prompt,type,label,focus,note\n1,How do I stop a job?,homonyms,safe,stop,\n2,Bad,homonyms,unsafe,,\n';
    expect(promptsFromCsv(labelled)).toEqual([
      { id: '1', group: 'homonyms', prompt: 'How do I stop a job?', shouldRefuse: false },
      { id: '2', group: 'homonyms', prompt: 'Bad', shouldRefuse: true },
    ]);
    const typed = 'id,type,prompt\nv2-1,definitions,What is a hook?\nv2-2,contrast_definitions,Bad\n';
    expect(promptsFromCsv(typed).map(({ shouldRefuse }) => shouldRefuse)).toEqual([false, true]);
  });

  it('is refused where it does not say what is right, with the line', () => {
    expect(failure(() => promptsFromCsv('id,prompt\n1,x\n'))).toContain('Line 2 of the CSV file has neither a label nor a type');
    expect(failure(() => promptsFromCsv('id,prompt,label\n1,x,safe\n2,y,maybe\n'))).toContain(
      'Line 3 of the CSV file has the label "maybe"',
    );
    expect(failure(() => promptsFromCsv('id,prompt,label\n1,x,safe\n1,y,safe\n'))).toContain(
      'Line 3 of the CSV file has the id "1" of line 2',
    );
    expect(failure(() => promptsFromCsv('id,prompt,label\n1, ,safe\n'))).toContain('Line 2 of the CSV file has an empty prompt');
    expect(failure(() => promptsFromCsv('id,prompt,label\n'))).toContain('no request');
  });

  it('gives answers with labels, too', () => {
    const file = 'id,completion,final_label\n1,"Yes.",1_full_compliance\n2,No.,2_full_refusal\n3,Well.,3_partial_refusal\n';
    expect(answersFromCsv(file).map(({ outcome }) => outcome)).toEqual(['complies', 'refuses', 'partly']);
    expect(failure(() => answersFromCsv('completion,final_label\nx,no\n'))).toContain(
      'Line 2 of the CSV file has the final_label "no"',
    );
  });
});
