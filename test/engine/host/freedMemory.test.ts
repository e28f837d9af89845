import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { EngineClient } from '../../../engine/index.ts';
import { folderForEach } from '../../support/testFolders.ts';

const MIB = 2 ** 20;

/** Allocates and frees buffers of changing sizes, as reopening models does, with small ones between them that stay. */
const REOPENINGS = `
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
const buffer = (bytes) => new Uint8Array(bytes).fill(1);
const before = process.memoryUsage.rss();
const small = [];
for (let round = 0; round < 10; round++) {
  const size = round === 0 ? ${16 * MIB} : ${4 * MIB} + round * ${MIB / 4};
  let large = [];
  for (let i = 0; i < 8; i++) {
    large.push(buffer(size));
    small.push(buffer(${MIB / 16}));
  }
  large = [];
  for (let i = 0; i < 3; i++) {
    collect();
    await setImmediate();
  }
}
console.log('held ' + (process.memoryUsage.rss() - before - small.length * ${MIB / 16}));
`;

const folder = folderForEach();

it('the engine process returns the memory of large buffers that were freed, whatever lies between them', async () => {
  const entry = join(folder.path, 'reopenings.mjs');
  await writeFile(entry, REOPENINGS);
  const held = await new Promise<number>((resolve) => {
    const log = (_level: string, text: string) => {
      const bytes = /^held (-?\d+)$/m.exec(text)?.[1];
      if (bytes === undefined) return;
      client.dispose();
      resolve(Number(bytes));
    };
    const client = new EngineClient({ entry, log, onExit: () => {} });
  });
  expect(held).toBeLessThan(16 * MIB);
});
