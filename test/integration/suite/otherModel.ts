import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeScriptedModel } from '../../support/scriptedModel.ts';
import { reach, setting } from './paddock.ts';
import { until } from './until.ts';

/**
 * Opens a model whose answer is always the script.
 * @param refusal probability of a refusal, if the model decides by a token
 * @returns the model's folder
 */
export async function useScriptedModel(script: string, refusal?: number): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'paddock-scripted-'));
  await writeScriptedModel(folder, script, refusal);
  await useModel(folder);
  return folder;
}

/** Opens the model in a folder by changing the setting, and waits for it. */
export async function useModel(folder: string): Promise<void> {
  await setting('paddock.completion.model', folder);
  await until('the model', async () => (await reach('ready')).model.path === folder, 60_000);
}

/** Goes back to the default model, waits for it, and removes the other model's folder. */
export async function leaveModel(folder: string): Promise<void> {
  await setting('paddock.completion.model', undefined);
  await until('the model before', async () => (await reach('ready')).model.path !== folder, 60_000);
  await rm(folder, { recursive: true });
}
