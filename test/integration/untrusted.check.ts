import { beforeAll, expect, it } from 'vitest';
import { root } from '../support/paths.ts';
import { mustFinish } from '../vscode/processes.ts';
import { runInServer } from './inServer.ts';

beforeAll(() => mustFinish('npm', ['run', 'build'], { cwd: root }));

it('in an untrusted workspace, does only what it may', { timeout: 600_000 }, async () => {
  const { passed, failures } = await runInServer((line) => console.log(line), false);
  expect(failures).toEqual([]);
  expect(passed).toBeGreaterThan(5);
});
