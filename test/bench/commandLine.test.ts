import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { root } from '../support/paths.ts';

const scripts = Object.entries(manifest.scripts).filter(([, line]) => /^node test\/(?:bench|numerics)\//.test(line));

/** Runs a script of package.json with these arguments, to its end. */
async function said(line: string, ...args: string[]) {
  const [, file] = line.split(' ') as [string, string];
  const running = promisify(execFile)(process.execPath, [path.join(root, file), ...args]);
  return running.then(
    (out) => ({ code: 0, ...out }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ code, stdout, stderr }),
  );
}

describe.each(scripts)('npm run %s', (name, line) => {
  it('says how it is used', async () => {
    const { code, stdout, stderr } = await said(line, '--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`Usage: npm run ${name} -- [options]`);
  });
});

it('nothing is measured with an option that there is not', async () => {
  const { code, stdout, stderr } = await said(manifest.scripts['bench:audit'], '--quick');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toBe("error: unknown option '--quick'\n(npm run bench:audit -- --help says more)\n");
});

const OVER_FOLDERS = ['quality', 'show', 'memory', 'typing', 'soak', 'names'].map((name) => `bench:${name}`);

describe.each(scripts.filter(([name]) => OVER_FOLDERS.includes(name)))('npm run %s', (_, line) => {
  it('says which folder is not there', async () => {
    const { code, stderr } = await said(line, 'no/such/folder', ...(line.endsWith('show.ts') ? ['--on', root] : []));
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^error: command-argument value 'no\/such\/folder' is invalid for argument 'folders'\. There is no such folder\.\n/,
    );
  });
});

describe('npm run bench:typing', () => {
  const line = manifest.scripts['bench:typing'];

  it('wants folders or recordings', async () => {
    expect((await said(line)).stderr).toMatch(
      /^error: name folders of source code, or recordings with --trace\n\(npm run bench:typing/,
    );
  });

  it('says which folder holds no source code', async () => {
    const { code, stderr } = await said(line, path.join(root, 'media/pictures'));
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `bench:typing: ${path.join(root, 'media/pictures')} holds no source file of 1500 characters that is no test.\n`,
    });
  });
});
