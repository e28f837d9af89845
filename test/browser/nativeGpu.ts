import { existsSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findChromium } from '../vscode/browser.ts';

/** Folders that Chromium is installed in, where its program is only a script that starts it. */
const INSTALLED = ['/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome', '/opt/microsoft/msedge'];

/**
 * The environment in which onnxruntime-node finds a GPU: on Linux the software adapter that comes with Chromium, so that this machine's
 * own does not matter; elsewhere the machine's.
 * @throws Error when Chromium is missing, or comes without the adapter
 */
export async function gpuEnvironment(report: (line: string) => void): Promise<NodeJS.ProcessEnv> {
  if (process.platform !== 'linux') return process.env;
  const program = await findChromium(report);
  const folders = [dirname(realpathSync(program)), ...INSTALLED];
  const folder = folders.find((each) => existsSync(join(each, 'vk_swiftshader_icd.json')));
  if (!folder) throw new Error(`Chromium's software adapter (vk_swiftshader_icd.json) is in none of ${folders.join(', ')}.`);
  return {
    ...process.env,
    VK_ICD_FILENAMES: join(folder, 'vk_swiftshader_icd.json'),
    LD_LIBRARY_PATH: [folder, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':'),
    XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR ?? tmpdir(),
  };
}
