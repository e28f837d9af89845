import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { CompletionReport } from '../../../extension/engineState.ts';
import { accept, closeAll, openText, pause, predictable, trigger, type } from './editor.ts';
import { paddock, suggestionAfter } from './paddock.ts';
import { picture } from './say.ts';
import { until } from './until.ts';

describe('ghost text', () => {
  before(async () => {
    await (await paddock()).ready();
    // The first editor of a window is still being set up when it appears; what is typed then may find no provider yet.
    await openText('const warm = 1;\nconst up =');
    await until('the first suggestion', async () => {
      await trigger();
      return (await paddock()).lastCompletion() !== undefined;
    });
    await closeAll();
  });
  afterEach(closeAll);

  it('appears while typing, and accepting it puts that very text into the document', async () => {
    const editor = await openText(predictable);
    const report = await suggestionAfter(() => type(' '));
    const before = editor.document.getText();
    await picture('typing');
    const inserted = await accept(editor);
    assert.equal(inserted, report.text);
    assert.equal(editor.document.getText(), before + inserted);
    assert.ok(inserted.trim().length > 0);
  });

  it('appears when asked for by hand', async () => {
    const editor = await openText(predictable);
    const report = await suggestionAfter(trigger);
    assert.equal(await accept(editor), report.text);
  });

  it('appears on the command of the palette', async () => {
    const editor = await openText(predictable);
    const report = await suggestionAfter(() =>
      Promise.resolve(vscode.commands.executeCommand('paddock.inlineCompletion.trigger')),
    );
    assert.equal(await accept(editor), report.text);
  });

  it('looks at what follows the cursor', async () => {
    const editor = await openText(`${predictable}\n}\n\nexport const half = divide(1, 2);\n`);
    const cursor = new vscode.Position(13, 8);
    editor.selection = new vscode.Selection(cursor, cursor);
    const before = editor.document.getText();
    const { stats } = await suggestionAfter(() => type(' '));
    assert.ok(stats, 'the engine was not asked');
    await accept(editor);
    assert.ok(editor.document.getText().endsWith(before.slice(before.indexOf('\n}\n\nexport const half'))));
  });

  it('is there in Python and JavaScript too', async () => {
    for (const [language, text] of [
      [
        'python',
        'def add(a, b):\n    return a + b\n\n\ndef subtract(a, b):\n    return a - b\n\n\ndef multiply(a, b):\n    return',
      ],
      ['javascript', 'const first = values[0];\nconst second = values[1];\nconst third ='],
    ] as const) {
      const editor = await openText(text, language);
      const report = await suggestionAfter(() => type(' '));
      assert.equal(await accept(editor), report.text);
    }
  });

  it('comes at a fraction of the work when typing goes on', async () => {
    const api = await paddock();
    await openText('const one = values[0];\nconst two = values[1];\nconst three = values[2];\nconst four');
    const asked = new Set<CompletionReport>();
    for (const character of ' = value') {
      await type(character);
      await pause(600);
      const report = api.lastCompletion();
      if (report?.stats) asked.add(report);
    }
    const [, ...later] = asked;
    assert.ok(later.length > 0, 'the engine made fewer than two suggestions');
    for (const { stats } of later) {
      assert.ok(stats && stats.reusedTokens > stats.promptTokens / 2, JSON.stringify(stats));
    }
  });
});
