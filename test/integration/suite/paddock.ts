import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { PaddockApi } from '../../../extension/api.ts';
import type { CompletionReport, EngineState } from '../../../extension/engineState.ts';
import { until } from './until.ts';

/** The extension under test, as VS Code knows it. */
export function extension(): vscode.Extension<PaddockApi> {
  const found = vscode.extensions.getExtension<PaddockApi>('paddock.paddock');
  assert.ok(found, 'VS Code does not know the extension paddock.paddock.');
  return found;
}

/** The API of the extension, once it is active. */
export async function paddock(): Promise<PaddockApi> {
  return extension().activate();
}

/** Records the states of Paddock from now on. */
export async function recordStates(): Promise<{ readonly kinds: EngineState['kind'][]; stop(): void }> {
  const kinds: EngineState['kind'][] = [];
  const listener = (await paddock()).onDidChangeState(({ kind }) => kinds.push(kind));
  return { kinds, stop: () => listener.dispose() };
}

/** Waits for a state and returns it. */
export async function reach<K extends EngineState['kind']>(kind: K): Promise<Extract<EngineState, { kind: K }>> {
  const api = await paddock();
  await until(`Paddock to be ${kind}; it is ${JSON.stringify(api.state())}`, () => api.state().kind === kind);
  return api.state() as Extract<EngineState, { kind: K }>;
}

/**
 * Runs an action and waits for its result.
 * @param byHand whether the action asks by hand; results of earlier keystrokes are then ignored
 * @returns the suggestion, or undefined if there is a reason for none or there was no request for a while
 */
export async function suggestionAfter(act: () => Promise<unknown>, byHand = false): Promise<CompletionReport | undefined> {
  const api = await paddock();
  const before = api.lastCompletion();
  const [silenceBefore] = api.silences();
  let silence = silenceBefore;
  let quietSince = performance.now();
  const listener = api.onDidChangeState(() => {
    quietSince = performance.now();
  });
  try {
    await act();
    await until('a suggestion or silence', () => {
      const [now] = api.silences();
      if (now !== silence) quietSince = performance.now();
      silence = now;
      // After more typing, or a request by hand right after a key, an answer may still come.
      const isSilent = silence !== silenceBefore && silence?.silence !== 'typed-on' && (!byHand || silence?.manual);
      const isQuiet = api.state().kind === 'ready' && performance.now() - quietSince > (isSilent ? 300 : 2_000);
      return isQuiet || api.lastCompletion() !== before;
    });
  } finally {
    listener.dispose();
  }
  const report = api.lastCompletion();
  return report === before ? undefined : report;
}

/** Changes a user setting for the duration of a test; `undefined` removes it. */
export async function setting(name: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration().update(name, value, vscode.ConfigurationTarget.Global);
}
