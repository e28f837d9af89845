import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { CompletionReport } from '../../../extension/engineState.ts';
import { accept, closeAll, openText, predictable, type, typeUntilSuggested } from './editor.ts';
import { paddock, setting, suggestionAfter } from './paddock.ts';
import { picture } from './say.ts';

describe('ghost text', () => {
  before(async () => {
    await (await paddock()).ready();
  });
  afterEach(closeAll);

  it('appears while typing, and accepting it adds exactly that text to the document', async () => {
    const editor = await openText(predictable);
    const report = await typeUntilSuggested();
    const before = editor.document.getText();
    const { ghost } = await picture('typing');
    if (ghost) assert.equal(ghost.join('').replaceAll('\u00a0', ' ').split('\n')[0], report.text.split('\n')[0]);
    const inserted = await accept(editor);
    assert.equal(inserted, report.text);
    assert.equal(editor.document.getText(), before + inserted);
    assert.ok(inserted.trim().length > 0);
  });

  for (const command of ['editor.action.inlineSuggest.trigger', 'paddock.inlineCompletion.trigger']) {
    it(`appears when asked for by hand, with ${command}`, async () => {
      await setting('paddock.inlineCompletion.languages', { typescript: false }); // so that none comes while typing
      try {
        const editor = await openText(predictable);
        const report = await typeUntilSuggested(undefined, async () => void (await vscode.commands.executeCommand(command)));
        assert.equal(await accept(editor), report.text);
      } finally {
        await setting('paddock.inlineCompletion.languages', undefined);
      }
    });
  }

  it('is inserted at the cursor, and leaves the text before and after it as it is', async () => {
    const after = '\n}\n\nexport const half = divide(1, 2);\n';
    const editor = await openText(predictable + after);
    const cursor = editor.document.positionAt(predictable.length);
    editor.selection = new vscode.Selection(cursor, cursor);
    await typeUntilSuggested();
    await accept(editor);
    const text = editor.document.getText();
    assert.ok(text.startsWith(predictable) && text.endsWith(after), text);
  });

  it('appears in Python and JavaScript, too', async () => {
    for (const [language, text, next] of [
      ['python', 'def add(a, b):\n    return a + b\n\n\ndef subtract(a, b):\n    return', ' a - b\n\n\ndef multiply(a, b):'],
      ['javascript', 'const first = values[0];\nconst second = values[1];\nconst third', ' = values[2];\nconst fourth = '],
    ] as const) {
      const editor = await openText(text, language);
      const report = await typeUntilSuggested(next);
      assert.equal(await accept(editor), report.text);
    }
  });

  it('reuses most of the prompt when typing goes on', async () => {
    await openText('const one = values[0];\nconst two = values[1];\nconst three = values[2];\nconst four');
    const asked: CompletionReport[] = [];
    for (const character of ' = values.at(3).name') {
      const report = await suggestionAfter(() => type(character));
      if (report?.stats) asked.push(report);
    }
    const [, ...later] = asked;
    assert.ok(later.length > 0, 'the engine made fewer than two suggestions');
    // Brackets that the editor closes after the cursor do not change the prompt before it.
    const cheap = later.filter(({ stats }) => stats && stats.reusedTokens > 0.8 * stats.promptTokens);
    assert.equal(cheap.length, later.length, JSON.stringify(asked));
  });
});
