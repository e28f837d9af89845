import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeScriptedModel } from '../../support/scriptedModel.ts';
import { reach, setting } from './paddock.ts';
import { until } from './until.ts';

/** Has a model opened that says what a script says. @param refusal how probable a refusal is to it @returns its folder */
export async function useScriptedModel(script: string, refusal?: number): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'paddock-scripted-'));
  await writeScriptedModel(folder, script, refusal);
  await useModel(folder);
  return folder;
}

/** Has the model in a folder opened, as a person's settings would, and waits for it. */
export async function useModel(folder: string): Promise<void> {
  await setting('paddock.completion.model', folder);
  await until('the model', async () => (await reach('ready')).model.path === folder, 60_000);
}

/** Goes back to the model that comes with Paddock, waits for it, and removes the folder of the one before. */
export async function leaveModel(folder: string): Promise<void> {
  await setting('paddock.completion.model', undefined);
  await until('the model before', async () => (await reach('ready')).model.path !== folder, 60_000);
  await rm(folder, { recursive: true });
}
