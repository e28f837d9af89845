/** Runs the Mocha suite inside the extension host of the VS Code server, with Chromium as its window. */
import { createWriteStream, type WriteStream } from 'node:fs';
import { cp, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { root, sampleWorkspace, scratch, screenshots } from '../support/paths.ts';
import { launch } from '../vscode/browser.ts';
import { pageAddress, startServer } from '../vscode/server.ts';
import { type Stroke, strike } from './hands.ts';
import { readResults, type SuiteResults } from './results.ts';
import { keep, note } from './sight.ts';

/** Longest time the suite may take, in ms; a slow machine with two busy cores needs about a tenth of it. */
const limit = 15 * 60_000;

/**
 * @param report is given each line of the suite's output
 * @param isTrusted whether the workspace is trusted; for an untrusted one there is another suite
 * @throws Error when VS Code cannot be started, or the suite does not end or leaves no results
 */
export async function runInServer(report: (line: string) => void, isTrusted = true): Promise<SuiteResults> {
  const folder = path.join(scratch, isTrusted ? 'suite' : 'untrusted');
  await rm(folder, { recursive: true, force: true });
  const workspace = path.join(folder, 'workspace');
  await cp(sampleWorkspace, workspace, { recursive: true });
  await mkdir(screenshots, { recursive: true });
  const results = path.join(folder, 'results.json');
  const env = {
    PADDOCK_TEST_RESULTS: results,
    PADDOCK_TEST_PICTURES: screenshots,
    PADDOCK_TEST_LOGS: path.join(folder, 'server/data/logs'),
    ...(isTrusted ? {} : { PADDOCK_TEST_SUITE: 'untrusted' }),
  };
  const server = await startServer({ dataDir: path.join(folder, 'server'), development: true, isTrusted, env, report });
  try {
    const browser = await launch(report);
    try {
      const page = await browser.newPage({ viewport: { width: 1200, height: 750 } });
      page.setDefaultNavigationTimeout(120_000); // the machine may be busy
      const ended = suiteEnd(page, createWriteStream(path.join(folder, 'window.log')), report);
      const files = { extensionDevelopmentPath: root, extensionTestsPath: path.join(root, 'dist/test/index.cjs') };
      await page.goto(pageAddress(server.origin, workspace, files));
      await Promise.race([
        ended,
        server.ended.then(() => Promise.reject(new Error('The VS Code server ended during the suite.'))),
      ]);
    } finally {
      await browser.close();
    }
  } finally {
    await server.stop();
  }
  return readResults(results);
}

/** Provides the page functions that VS Code calls during a test run: one for its log, one for the end of the suite. */
async function suiteEnd(page: Page, windowLog: WriteStream, report: (line: string) => void): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  await page.exposeFunction('codeAutomationLog', (_type: string, words: readonly unknown[]) => {
    const line = words.map(String).join(' ').trimEnd();
    windowLog.write(`${line}\n`);
    const ours = /^suite\| ?(.*)$/s.exec(line)?.[1];
    const picture = /^picture: ([\w-]+)$/.exec(ours ?? '')?.[1];
    const [, name, strokes] = /^(keys-\d+): (.*)$/s.exec(ours ?? '') ?? [];
    if (picture) keep(page, screenshots, picture).catch(reject);
    else if (name && strokes) {
      strike(page, JSON.parse(strokes) as Stroke[], screenshots, name)
        // The test that waits for the effect will report the failure.
        .catch(async (error: unknown) => {
          report(`  ${name}: ${error}`);
          await keep(page, screenshots, `${name}-failed`);
          await note(page, screenshots, name);
        })
        .catch(reject);
    } else if (ours !== undefined) report(ours);
  });
  await page.exposeFunction('codeAutomationExit', () => resolve());
  page.once('close', () => windowLog.end());
  page.once('crash', () => reject(new Error("VS Code's page crashed.")));
  const timer = setTimeout(() => reject(new Error(`The suite did not end within ${limit / 60_000} minutes.`)), limit);
  await promise.finally(() => clearTimeout(timer));
}
