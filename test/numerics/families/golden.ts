import { readFile } from 'node:fs/promises';
import type { Family } from '../../support/families/family.ts';

/** What golden.py wrote: logits of every `stride`th token after prompts of several lengths, for each tiny model. */
export interface Golden {
  readonly tool: string;
  readonly stride: number;
  readonly models: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
}

export async function readGolden(): Promise<Golden> {
  return JSON.parse(await readFile(new URL('./golden.json', import.meta.url), 'utf8'));
}

/** ChatGLM's code travels with its checkpoints; transformers does not have it. */
export function inTransformers({ config }: Family): boolean {
  return config.model_type !== 'chatglm';
}
