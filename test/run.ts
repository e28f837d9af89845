/** `npm test`: every check there is, one stage after the other; a stage that fails does not hide the next. */
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { SuiteResults } from './integration/results.ts';
import { runSuite } from './integration/runSuite.ts';
import { reason, root, scratch } from './support/paths.ts';
import { findChromium } from './vscode/browser.ts';
import { installServer } from './vscode/install.ts';
import { endTogether, finish } from './vscode/processes.ts';

/** How many tests of a stage passed and failed; a stage without tests of its own counts as one. */
interface Tally {
  readonly passed: number;
  readonly failed: number;
  /** What failed, test by test, for whoever reads no more than the end. */
  readonly failures?: SuiteResults['failures'];
}

interface Stage {
  readonly name: string;
  readonly run: () => Promise<Tally>;
}

const stages: readonly Stage[] = [
  { name: 'lint', run: () => command('biome', ['check', '.']) },
  { name: 'types', run: () => command('tsc', ['-p', '.']) },
  { name: 'types of the engine', run: () => command('tsc', ['-p', 'engine']) },
  { name: 'types of pages', run: () => command('tsc', ['-p', 'webview']) },
  { name: 'types of the sample', run: () => command('tsc', ['-p', 'test/workspace']) },
  { name: 'unit and numerics', run: () => vitest('unit', []) },
  { name: 'build', run: () => command('node', ['esbuild.mjs']) },
  { name: 'Chromium and VS Code server', run: prepare },
  { name: 'inside VS Code', run: suite },
  { name: 'package, start, network', run: () => vitest('integration', ['--config', 'test/integration/vitest.config.ts']) },
];

/** Characters of what a test failed with. */
const MOST_SAID = 1_500;

const say = (line: string) => console.log(line);

async function command(program: string, args: readonly string[]): Promise<Tally> {
  const { code } = await shown(program, args);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** What is read of a report of Vitest. */
interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** Vitest's own report holds the counts; a file that cannot even be loaded has no tests to count and counts as one failure. */
async function vitest(name: string, args: readonly string[]): Promise<Tally> {
  const report = path.join(scratch, `${name}.json`);
  await rm(report, { force: true });
  const { code } = await shown('vitest', [
    'run',
    ...args,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]);
  const {
    numPassedTests: passed,
    numFailedTests,
    testResults = [],
  } = JSON.parse(await readFile(report, 'utf8')) as Partial<VitestReport>;
  if (passed === undefined || numFailedTests === undefined) throw new Error(`${report} is not a report of Vitest.`);
  const failures = testResults.flatMap(({ name: file, message, assertionResults }) => {
    const failed = assertionResults.filter(({ status }) => status === 'failed');
    if (failed.length === 0 && message) return [{ title: path.relative(root, file), error: message }];
    return failed.map(({ fullName, failureMessages }) => ({ title: fullName, error: failureMessages.join('\n') }));
  });
  return { passed, failed: code === 0 ? numFailedTests : Math.max(1, numFailedTests), failures };
}

async function prepare(): Promise<Tally> {
  await findChromium(say);
  await installServer(say);
  return { passed: 1, failed: 0 };
}

async function suite(): Promise<Tally> {
  const { passed, failures } = await runSuite(say);
  return { passed, failed: failures.length, failures };
}

function shown(program: string, args: readonly string[]): Promise<{ code: number | null }> {
  return finish(program, args, { cwd: root }, (text) => process.stdout.write(text));
}

async function runStage({ name, run }: Stage): Promise<Tally & { name: string; seconds: number }> {
  say(`\n=== ${name}`);
  const started = performance.now();
  const tally = await run().catch((error: unknown): Tally => {
    console.error(reason(error));
    return { passed: 0, failed: 1 };
  });
  return { name, ...tally, seconds: (performance.now() - started) / 1000 };
}

endTogether(130);
await mkdir(scratch, { recursive: true });
const results: Awaited<ReturnType<typeof runStage>>[] = [];
for (const stage of stages) results.push(await runStage(stage));

const failures = results.flatMap((result) => result.failures ?? []);
if (failures.length > 0) say('\n=== failed');
for (const { title, error } of failures) say(`${title}\n${error.slice(0, MOST_SAID)}\n`);

say('\n=== summary');
for (const { name, passed, failed, seconds } of results) {
  const counts = `${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed`;
  say(`${failed === 0 ? '✓' : '✗'} ${name.padEnd(28)} ${counts} ${seconds.toFixed(1).padStart(7)} s`);
}
const sum = (count: (tally: Tally) => number) => results.reduce((total, tally) => total + count(tally), 0);
const failed = sum((tally) => tally.failed);
say(`${sum((tally) => tally.passed)} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
