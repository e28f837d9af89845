import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from './modelFolder.ts';
import { root } from './paths.ts';

const run = promisify(execFile);

/** Files of llama.cpp's source, which node-llama-cpp contains as a git bundle; `dispose` removes what was unpacked of it. */
export async function llamaCppSource() {
  const { path: folder, remove } = await temporaryFolder();
  const bundle = join(root, 'node_modules/node-llama-cpp/llama/gitRelease.bundle');
  await run('git', ['clone', '--quiet', '--bare', bundle, join(folder, 'source')]);
  const read = async (path: string): Promise<Buffer> => {
    const options = { encoding: 'buffer', maxBuffer: 2 ** 26 } as const;
    return (await run('git', ['-C', join(folder, 'source'), 'show', `HEAD:${path}`], options)).stdout;
  };
  return { read, dispose: remove };
}
