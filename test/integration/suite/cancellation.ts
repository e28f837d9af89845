import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import { EngineClient, isPaddockError } from '../../../engine/index.ts';
import { accept, closeAll, openText, predictable, typeUntilSuggested } from './editor.ts';
import { extension, paddock, recordStates, setting } from './paddock.ts';
import { logText } from './say.ts';

const usual = { role: 'completion', device: 'auto', threads: 0, window: 0 } as const;

describe('cancellation', () => {
  afterEach(async () => {
    await closeAll();
    await setting('paddock.inlineCompletion.debounce', undefined);
  });

  it('ends a generation at the next step, and the engine is free for the next request', async () => {
    const root = extension().extensionPath;
    const entry = path.join(root, 'dist', 'engine.mjs');
    const client = new EngineClient({ entry, log: () => undefined, onExit: () => undefined });
    try {
      await client.openModel({ ...usual, path: path.join(root, 'models', 'default') });
      // At such a temperature a model does not end by itself.
      const sampling = { temperature: 5, topK: 0, topP: 1, seed: 1 };
      const request = { prefix: predictable, suffix: '', path: 'a.ts', maxTokens: 500, multiline: true, sampling };
      const controller = new AbortController();
      let pieces = 0;
      const running = client.complete(request, controller.signal, () => {
        if (++pieces === 3) controller.abort();
      });
      const waiting = new AbortController();
      const queued = client.complete(request, waiting.signal);
      waiting.abort();
      for (const end of await Promise.allSettled([running, queued])) {
        assert.ok(end.status === 'rejected' && isPaddockError(end.reason, 'cancelled'), JSON.stringify(end));
      }
      assert.ok(pieces >= 3 && pieces < 20, `${pieces} pieces of text came`);
      const next = await client.complete({ ...request, maxTokens: 5 });
      assert.equal(next.stats.generatedTokens <= 5, true);
    } finally {
      client.dispose();
    }
  });

  it('handles rapid typing: no error, and one suggestion, for the last position', async () => {
    await (await paddock()).ready();
    await setting('paddock.inlineCompletion.debounce', 0); // each keystroke sends a request at once and so cancels the previous one
    const states = await recordStates();
    const logBefore = (await logText()) ?? '';
    const editor = await openText(predictable);
    const typed = ' a * 1000 + b * 1000 - a * b';
    await Promise.all([...typed].map((text) => vscode.commands.executeCommand('type', { text })));
    assert.ok(editor.document.getText().startsWith(predictable + typed), editor.document.getText());
    const report = await typeUntilSuggested(' + a - b;\n');
    states.stop();
    assert.equal(await accept(editor), report.text);
    assert.deepEqual([...new Set(states.kinds)].sort(), ['generating', 'ready']);
    const failures = ((await logText()) ?? '').slice(logBefore.length).match(/A completion failed.*/g);
    assert.equal(failures, null);
  });
});
