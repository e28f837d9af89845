import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { audit } from '../../../../engine/host/commands/audit.ts';
import { writeDirections } from '../../../../engine/storage/directions.ts';
import { fastNormal } from '../../../support/random.ts';
import { folderForEach } from '../../../support/testFolders.ts';

/** A machine whose memory is full once the model is loaded: only the first check of free memory succeeds. */
vi.mock('../../../../engine/host/freeMemory.ts', () => ({ freeMemory: vi.fn(() => 0).mockReturnValueOnce(2 ** 40) }));

const folder = folderForEach();

it('paddock audit along a direction checks the memory that steering needs before it begins', async () => {
  const direction = join(folder.path, 'one.gguf');
  await writeDirections(direction, { hiddenSize: 256, directions: new Map([[4, fastNormal(256, 1, 7)]]), name: 'one' });
  const options = { device: 'cpu', threads: 1, window: 256, precision: 'fast', conversions: folder.path } as const;
  const flags = { ...options, sample: 1, seed: 0, system: '', target: 0.05, maxTokens: 1, direction };
  await expect(audit(flags)).rejects.toMatchObject({
    code: 'not-enough-memory',
    message: expect.stringContaining('weights once more to be steered'),
  });
});
