import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import { EngineClient, isPaddockError } from '../../../engine/index.ts';
import { accept, closeAll, openText, pause, predictable, type, typeUntilSuggested } from './editor.ts';
import { extension, paddock, reach, recordStates } from './paddock.ts';
import { until } from './until.ts';

/** A request that takes long enough to be interrupted. */
const sampling = { temperature: 5, topK: 0, topP: 1, seed: 1 };
const long = { prefix: predictable, suffix: '', path: 'long.ts', maxTokens: 400, multiline: true, sampling };
const settings = { role: 'completion', device: 'auto', threads: 0, window: 0 } as const;

describe('a crash of the engine process', () => {
  before(async () => {
    await (await paddock()).ready();
  });
  afterEach(async () => {
    await closeAll();
    await vscode.commands.executeCommand('paddock.engine.restart'); // resets the count of crashes
    await reach('ready');
  });

  it('in the middle of a generation: pending requests fail with engine-gone', async () => {
    const ends: string[] = [];
    const entry = path.join(extension().extensionPath, 'dist', 'engine.mjs');
    const client = new EngineClient({ entry, log: () => undefined, onExit: (reason) => ends.push(reason) });
    const model = await client.openModel({ path: path.join(extension().extensionPath, 'models', 'default'), ...settings });
    assert.ok(model.parameters > 0);
    let pieces = 0;
    const pending = client.complete(long, undefined, () => {
      if (++pieces === 1) process.kill(client.pid ?? Number.NaN, 'SIGKILL');
    });
    const queued = client.complete(long);
    for (const request of [pending, queued, client.complete(long)]) {
      await assert.rejects(request, (error) => isPaddockError(error, 'engine-gone'));
    }
    assert.ok(pieces >= 1, 'it was killed before it generated');
    assert.deepEqual(ends, ['ended by SIGKILL']);
    await assert.rejects(client.complete(long), (error) => isPaddockError(error, 'engine-gone'));
  });

  it('is repaired by the extension: there is a new process, and ghost text', async () => {
    const api = await paddock();
    const pid = api.enginePid();
    assert.ok(pid);
    const states = await recordStates();
    const generating = new Promise<void>((resolve) => {
      const listener = api.onDidChangeState(({ kind }) => {
        if (kind !== 'generating') return;
        listener.dispose();
        resolve();
      });
    });
    const editor = await openText(`${filler(200)}${predictable}`);
    await type(' ');
    await generating;
    process.kill(pid, 'SIGKILL');
    await until('the engine to be started again', () => states.kinds.includes('restarting'));
    await reach('ready');
    states.stop();
    assert.notEqual(api.enginePid(), pid);
    assert.deepEqual(states.kinds, ['generating', 'restarting', 'loading', 'ready']);
    const report = await typeUntilSuggested('a / b;\n');
    assert.equal(await accept(editor), report.text);
  });

  it('too often: the extension gives up with a reason, typing still works, and Restart Engine repairs it', async () => {
    const api = await paddock();
    for (let death = 1; death <= 4; death++) {
      const pid = api.enginePid();
      assert.ok(pid, `no process before death ${death}`);
      process.kill(pid, 'SIGKILL');
      await until('the death to be noticed', () => api.enginePid() !== pid);
      if (death < 4) await reach('ready');
    }
    const { reason } = await reach('failed');
    assert.match(reason, /SIGKILL.*Restart Engine/s);
    const editor = await openText('');
    await type('let undisturbed = 1;');
    await pause(300);
    assert.equal(editor.document.getText(), 'let undisturbed = 1;');
    await vscode.commands.executeCommand('paddock.engine.restart');
    await reach('ready');
  });
});

/** Lines of code that make the prompt long. */
function filler(lines: number): string {
  return Array.from({ length: lines }, (_, index) => `const value${index} = compute(${index * 7}, 'name${index}');\n`).join('');
}
