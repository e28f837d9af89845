import { createHash } from 'node:crypto';

/** What a file or folder of this extension is called that belongs to a model, by the model's key: short, and fit for any file system. */
export function nameFor(model: string): string {
  return createHash('sha256').update(model).digest('hex').slice(0, 32);
}
