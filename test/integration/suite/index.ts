/** Entry point that VS Code loads into its extension host: runs every suite with Mocha. */
import Mocha from 'mocha';
import * as vscode from 'vscode';
import { type SuiteResults, writeResults } from '../results.ts';
import { setting } from './paddock.ts';
import { reloadPages } from './pages.ts';
import { say } from './say.ts';

/** Called by VS Code. Rejects when a test failed, so that VS Code's exit code says so. */
export async function run(): Promise<void> {
  // VS Code's console does not fill in format strings as Node's does, so Mocha's own reporters cannot be read there.
  const only = process.env.PADDOCK_TEST_ONLY;
  // Input and browser are real: a test that failed because of another key or a slow server is tried again, with pages as if new.
  const options = { retries: 2, ui: 'bdd', timeout: 90_000, slow: Number.POSITIVE_INFINITY, reporter: Silent } as const;
  const mocha = new Mocha(only ? { ...options, grep: only } : options);
  mocha.suite.emit('pre-require', globalThis, 'suites', mocha);
  if (process.env.PADDOCK_TEST_SUITE === 'untrusted') await import('./untrusted.ts');
  else await importSuites();
  await calmEditor();
  await vscode.commands.executeCommand('_extensionTests.setLogLevel', 'trace'); // the log then says why a suggestion did not come
  const results = await report(mocha);
  const file = process.env.PADDOCK_TEST_RESULTS;
  if (file) await writeResults(file, results);
  const { passed, failures } = results;
  if (failures.length > 0) throw new Error(`${failures.length} of ${failures.length + passed} tests failed.`);
}

/** The suites for a trusted workspace, in order. */
async function importSuites(): Promise<void> {
  await import('./activation.ts');
  await import('./ghostText.ts');
  await import('./documents.ts');
  await import('./accepting.ts');
  await import('./surroundings.ts');
  await import('./switches.ts');
  await import('./changedMeanwhile.ts');
  await import('./whenToAsk.ts');
  await import('./cycling.ts');
  await import('./cancellation.ts');
  await import('./engineDeath.ts');
  await import('./modelFolders.ts');
  await import('./openModel.ts');
  await import('./workspaceMemory.ts');
  await import('./otherFiles.ts');
  await import('./statusItem.ts');
  await import('./statusTexts.ts');
  await import('./silenceTexts.ts');
  await import('./statistics.ts');
  await import('./chat.ts');
  await import('./chatExamples.ts');
  await import('./chatNames.ts');
  await import('./chatPins.ts');
  await import('./chatRefusals.ts');
  await import('./chatCandidates.ts');
  await import('./preferences.ts');
  await import('./retention.ts');
  await import('./audit.ts');
  await import('./codeOfAnswers.ts');
  await import('./chatByHand.ts');
  await import('./chatCommands.ts');
  await import('./chatModel.ts');
  await import('./languageModelChat.ts');
  // Gives chats a small window.
  await import('./contextWindow.ts');
  await import('./offline.ts');
}

/** A Mocha reporter that does nothing: {@link report} writes the output. */
class Silent extends Mocha.reporters.Base {
  override epilogue(): void {}
}

function report(mocha: Mocha): Promise<SuiteResults> {
  const failures: { title: string; error: string }[] = [];
  let passed = 0;
  let isAgain = false;
  mocha.suite.beforeEach(async () => {
    if (isAgain) await reloadPages();
    isAgain = false;
  });
  return new Promise((resolve) => {
    const runner = mocha.run(() => resolve({ passed, failures }));
    runner.on('suite', (suite) => suite.title && say(suite.title));
    runner.on('pass', (test) => {
      passed++;
      say(`  ✓ ${test.title} (${test.duration} ms)`);
    });
    const told = (thrown: unknown) => (thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));
    runner.on('retry', (test, thrown: unknown) => {
      isAgain = true;
      say(`  … ${test.title}, again after\n${told(thrown)}`);
    });
    runner.on('fail', (test, thrown: unknown) => {
      const error = told(thrown);
      failures.push({ title: test.fullTitle(), error });
      say(`  ✗ ${test.title}\n${error}`);
    });
  });
}

/**
 * Turns off the language servers' completion list while typing, which would interfere with ghost text, and the filter by likelihood, which
 * depends on earlier suggestions. The test of that filter turns it on.
 */
async function calmEditor(): Promise<void> {
  await setting('paddock.inlineCompletion.eagerness', 'all');
  await setting('editor.quickSuggestions', { other: 'off', comments: 'off', strings: 'off' });
  await setting('editor.suggestOnTriggerCharacters', false);
}
