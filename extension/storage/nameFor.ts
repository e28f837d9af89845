import { createHash } from 'node:crypto';

/** The name of a file or folder of this extension for a model, by the model's key: short, and valid on any file system. */
export function nameFor(model: string): string {
  return createHash('sha256').update(model).digest('hex').slice(0, 32);
}
