import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { SilenceReason, SilenceRecord } from '../../../extension/completion/silence.ts';
import { circumstancesInWords, placeInWords, reasonInWords } from '../../../extension/silenceText.ts';

/** Every reason, and whether the engine was asked: one that is forgotten does not compile. */
const REASONS: Readonly<Record<SilenceReason, boolean>> = {
  disabled: false,
  'language-disabled': false,
  excluded: false,
  'only-by-hand': false,
  'several-cursors': false,
  'word-right-of-cursor': false,
  'after-deleting': false,
  'empty-document': false,
  'in-comment': false,
  'engine-failed': false,
  'model-unloaded': false,
  'engine-gone': false,
  'typed-on': true,
  'model-silent': true,
  'leaves-block': true,
  'repeats-itself': true,
  'repeats-document': true,
  'too-short': true,
  unlikely: true,
  error: false,
};

/** Room for texts in VS Code's list, which is 600 px wide, and what a letter takes of it; characters of Chinese take two. */
const [ROOM, LABEL, SMALL] = [565, 6.4, 5.8];

describe('a line of Why No Suggestion?', () => {
  let bundle: Readonly<Record<string, string>> = {};
  before(async () => {
    const { extensionUri } = vscode.extensions.all.find(({ id }) => id.endsWith('.paddock')) ?? assert.fail('no Paddock');
    bundle = JSON.parse(await readFile(path.join(extensionUri.fsPath, 'media/l10n/bundle.l10n.zh-cn.json'), 'utf8'));
  });

  it('has room for all that it says', () => {
    for (const reason of Object.keys(REASONS) as SilenceReason[]) {
      const { what, advice } = reasonInWords(reason);
      fits(what, placeInWords(record(reason), 12), `${advice} ${circumstancesInWords(record(reason))}`);
    }
  });

  it('has room for it in Chinese, too', () => {
    const place = chinese('{0} times, last in line {1}, column {2}, {3}', '12', '12,345', '123', '22:44');
    const took = chinese('{0} ms; tokens: {1} of {2} reused, {3} written.', '1,234', '1,530', '1,536', '32');
    for (const [reason, isAsked] of Object.entries(REASONS) as [SilenceReason, boolean][]) {
      const { what, advice } = reasonInWords(reason);
      fits(chinese(what), place, `${chinese(advice)} ${isAsked ? took : circumstancesInWords(record(reason))}`);
    }
  });

  it('says where, when and how often it was, and what it took if the engine was asked', () => {
    assert.match(placeInWords(record('typed-on'), 1), /^line 12,345, column 123, 10:44\sPM$/);
    assert.match(placeInWords(record('typed-on'), 12), /^12 times, last in line 12,345, column 123, 10:44\sPM$/);
    assert.equal(circumstancesInWords(record('typed-on')), '1,234 ms; tokens: 1,530 of 1,536 reused, 32 written.');
    assert.equal(circumstancesInWords(record('language-disabled')), 'TypeScript JSX.');
  });

  function chinese(text: string, ...values: readonly string[]): string {
    const found = bundle[text] ?? assert.fail(`There is no Chinese for ${text}`);
    return found.replaceAll(/\{(\d)\}/g, (_, i: string) => values[Number(i)] ?? '');
  }
});

/** One with numbers as long as they come. */
function record(silence: SilenceReason): SilenceRecord {
  const stats = { promptTokens: 1_536, reusedTokens: 1_530, generatedTokens: 32 } as NonNullable<SilenceRecord['stats']>;
  const place = { at: new Date(2026, 10, 22, 22, 44), languageId: 'typescriptreact', line: 12_345, column: 123 };
  return { silence, manual: false, ...place, ...(REASONS[silence] && { elapsedMs: 1_234, stats }) };
}

function fits(label: string, description: string, detail: string): void {
  assert.ok(LABEL * letters(label) + SMALL * letters(description) < ROOM, `${label} ${description}`);
  assert.ok(SMALL * letters(detail) < ROOM, detail);
}

/** Width in letters of Latin. */
function letters(text: string): number {
  return [...text].reduce((width, character) => width + (character > '\u2e7f' ? 2 : 1), 0);
}
