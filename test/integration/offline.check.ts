import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root, sampleWorkspace } from '../support/paths.ts';
import { makePackage, stage } from '../vscode/package.ts';
import { mustFinish } from '../vscode/processes.ts';
import { runSealed } from './sealed.ts';

describe('the packaged command line, without a network', () => {
  // Outside the repository, so that nothing is found in its node_modules.
  let installed = '';
  beforeAll(async () => {
    await mustFinish('npm', ['run', 'build', '--', '--production'], { cwd: root });
    await makePackage();
    installed = await mkdtemp(path.join(tmpdir(), 'paddock-package-'));
    await cp(stage, installed, { recursive: true });
  });
  afterAll(() => rm(installed, { recursive: true }));

  for (const device of ['cpu', 'wasm']) {
    it(`completes code on ${device} without any attempt to use the network`, async () => {
      const cursor = [path.join(sampleWorkspace, 'src/orders.ts'), '--line', '16', '--column', '10'];
      const args = ['complete', ...cursor, '--device', device, '--json'];
      const run = await runSealed([path.join(installed, 'dist/cli.mjs'), ...args]);
      expect(run.code, run.output).toBe(0);
      expect(JSON.parse(run.output)).toMatchObject({ stats: { generatedTokens: expect.any(Number) } });
      expect(run.attempts).toEqual([]);
      expect(run.refusedByKernel ?? 0).toBe(0);
    });
  }

  it('the watching module records an attempt', async () => {
    const run = await runSealed(['-e', "require('node:net').connect(9, '192.0.2.1').on('error', () => process.exit(3))"]);
    expect(run.code).toBe(3);
    expect(run.attempts).toMatchObject([{ way: 'connect', to: '192.0.2.1:9' }]);
  });

  it('the kernel counts an attempt, where a separate network namespace is possible', async () => {
    const attempt =
      "require('node:net').connect(9, '192.0.2.1').on('error', (error) => process.exit(error.code === 'ENETUNREACH' ? 3 : 4))";
    const run = await runSealed(['-e', attempt], false);
    if (run.refusedByKernel === undefined) {
      console.warn('This user may not make a network namespace here; only the watching module looks.');
      return;
    }
    expect(run.code).toBe(3);
    expect(run.refusedByKernel).toBeGreaterThan(0);
  });
});
