import { expect, it } from 'vitest';
import { PaddockError } from '../../engine/errors.ts';
import { fuzz } from '../support/fuzz.ts';

const MIB = 2 ** 20;
const fill = (bytes: number) => Buffer.alloc(bytes, 1);

it('sees memory that a case takes', async () => {
  // Elsewhere a peak cannot begin anew.
  if (process.platform === 'linux') expect(fill(600 * MIB)).toHaveLength(600 * MIB);
  const run = (bytes: number) =>
    fuzz(
      1,
      () => bytes,
      (size) => {
        fill(size);
        throw new PaddockError('bad-model', 'refused');
      },
      1,
    );
  await expect(run(300 * MIB)).rejects.toThrow(/took \d+ MB/);
  expect(await run(50 * MIB)).toEqual({ opened: 0, refused: 1 });
});
