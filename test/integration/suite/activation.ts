import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import { extension, paddock, reach } from './paddock.ts';

describe('activation', () => {
  it('needs no editor, no click and no question', async () => {
    await extension().activate();
    assert.equal(extension().isActive, true);
  });

  it('opens the model that ships with the extension', async () => {
    const model = await (await paddock()).ready();
    assert.equal(model.path, path.join(extension().extensionPath, 'models', 'default'));
    // The model's settings must survive an update that changes its path.
    assert.equal(model.key, 'default');
    assert.equal(model.fillInTheMiddle, true);
    assert.ok(model.parameters > 1e6, `${model.parameters} parameters`);
    await reach('ready');
  });

  it('runs the engine in a process of its own', async () => {
    const pid = (await paddock()).enginePid();
    assert.ok(pid && pid !== process.pid, `engine ${pid}, extension host ${process.pid}`);
    process.kill(pid, 0); // throws when there is no such process
  });

  it('registers every command of its manifest', async () => {
    const manifest = extension().packageJSON as { contributes: { commands: { command: string }[] } };
    const known = new Set(await vscode.commands.getCommands(true));
    const missing = manifest.contributes.commands.map(({ command }) => command).filter((command) => !known.has(command));
    assert.deepEqual(missing, []);
  });
});
