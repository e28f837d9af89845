import { existsSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findChromium } from '../vscode/browser.ts';

/** Folders in which Chromium is installed if its program is only a script that starts it. */
const INSTALLED = ['/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome', '/opt/microsoft/msedge'];

/**
 * The environment in which onnxruntime-node finds a GPU: on Linux Chromium's software adapter, so that this machine's GPU does not matter,
 * unless `VK_ICD_FILENAMES` names another driver; on other systems the machine's own.
 * @throws Error if Chromium or its adapter is missing
 */
export async function gpuEnvironment(report: (line: string) => void): Promise<NodeJS.ProcessEnv> {
  if (process.platform !== 'linux' || process.env.VK_ICD_FILENAMES) return process.env;
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
