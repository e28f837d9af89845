import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Attempt } from '../networkWatch.cjs';
import { accept, closeAll, openText, predictable, typeUntilSuggested } from './editor.ts';
import { extension, paddock, reach, setting } from './paddock.ts';

/** A program that tries every way for a Node process to reach the network, to prove that the watch records them. */
const curious = `
const quiet = () => undefined;
require('node:net').connect(9, '192.0.2.1').on('error', quiet);
require('node:https').get('https://192.0.2.1/').on('error', quiet);
require('node:dns').lookup('example.org', quiet);
require('node:dgram').createSocket('udp4').send('x', 9, '192.0.2.1', quiet);
fetch('http://192.0.2.1/').catch(quiet);
`;

describe('the network', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'paddock-network-'));
  });
  afterEach(async () => {
    delete process.env.NODE_OPTIONS;
    delete process.env.PADDOCK_NETWORK_RECORD;
    await closeAll();
    await setting('paddock.engine.device', undefined);
    await reach('ready');
    await rm(folder, { recursive: true });
  });

  /** Processes started from now on refuse and record every connection. */
  function watchNewProcesses(): () => Promise<Attempt[]> {
    const record = path.join(folder, 'record.jsonl');
    const watch = path.join(extension().extensionPath, 'test', 'integration', 'networkWatch.cjs');
    process.env.NODE_OPTIONS = `--require=${JSON.stringify(watch)}`;
    process.env.PADDOCK_NETWORK_RECORD = record;
    return async () =>
      (await readFile(record, 'utf8'))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Attempt);
  }

  it('is watched: an attempt to use it is recorded and refused', async () => {
    const attempts = watchNewProcesses();
    const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
    const child = spawn(process.execPath, ['-e', curious], { env, stdio: 'ignore' });
    assert.equal(await new Promise((resolve) => child.once('exit', resolve)), 0);
    const ways = (await attempts()).map(({ way }) => way);
    for (const way of ['watching', 'connect', 'lookup', 'datagram', 'fetch'] as const)
      assert.ok(ways.includes(way), `${way} in ${ways}`);
  });

  for (const device of ['cpu', 'wasm']) {
    it(`is not used by the engine on ${device}, from its start to ghost text`, async () => {
      const attempts = watchNewProcesses();
      await setting('paddock.engine.device', device);
      await vscode.commands.executeCommand('paddock.engine.restart');
      const api = await paddock();
      const model = await api.ready();
      assert.equal(model.device, device);
      const editor = await openText(predictable);
      const report = await typeUntilSuggested();
      assert.equal(await accept(editor), report.text);
      const seen = (await attempts()).filter(({ pid }) => pid === api.enginePid());
      assert.deepEqual([...new Set(seen.map(({ way }) => way))], ['watching']);
    });
  }
});
