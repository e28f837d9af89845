import { type Browser, chromium } from 'playwright-core';
import { mustFinish } from './processes.ts';
import { findOnPath, isExecutable } from './programs.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];

/**
 * A Chromium on this machine: `CHROMIUM`, else one on the PATH, else installed with apt if this process is root.
 * @throws Error with the command to run if there is none
 */
export async function findChromium(report: (line: string) => void): Promise<string> {
  const given = process.env.CHROMIUM;
  if (given) {
    if (!isExecutable(given)) throw new Error(`CHROMIUM names ${given}, which is not a program that can be run.`);
    return given;
  }
  const found = findOnPath(names);
  if (found) return found;
  if (process.getuid?.() !== 0) {
    throw new Error('Chromium is missing. Install it with\n\n  sudo apt-get update && sudo apt-get install -y chromium\n');
  }
  report('Installing Chromium with apt …');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await mustFinish('apt-get', ['update'], { env });
  await mustFinish('apt-get', ['install', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'], { env });
  const installed = findOnPath(names);
  if (!installed) throw new Error('apt installed Chromium, but no such program is on the PATH.');
  return installed;
}

/** Starts Chromium without a window. */
export async function launch(report: (line: string) => void): Promise<Browser> {
  // Chromium refuses its sandbox to root, and containers refuse it to everyone; it only opens our own local page.
  return chromium.launch({ executablePath: await findChromium(report), args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}
