import { describe, expect, it } from 'vitest';
import { openModel } from '../../../engine/generate/openModel.ts';
import type { ModelFolder } from '../../../engine/model/files.ts';
import { minimalConfig } from './minimalConfig.ts';

/** A folder in memory whose weights are the given bytes; counts how often they are opened and closed. */
function folderWith(weights: Uint8Array) {
  const count = { opened: 0, closed: 0 };
  const folder: ModelFolder = {
    path: '/models/x',
    readText: async (name) => JSON.stringify(name === 'config.json' ? minimalConfig : {}),
    async openFile(name) {
      count.opened++;
      return {
        path: `/models/x/${name}`,
        size: weights.length,
        read: async (offset, length) => new Uint8Array(weights.slice(offset, offset + length)),
        close: async () => {
          count.closed++;
        },
      };
    },
  };
  return { folder, count };
}

describe('openModel', () => {
  const header = new TextEncoder().encode('{"a"');
  const broken = new Uint8Array([header.length, 0, 0, 0, 0, 0, 0, 0, ...header]);

  it.each([
    ['cut short', new Uint8Array(3)],
    ['without a whole header', broken],
  ])('closes a weights file that is %s', async (_, weights) => {
    const { folder, count } = folderWith(weights);
    await expect(openModel({ kind: 'folder', path: folder.path, folder })).rejects.toMatchObject({ code: 'bad-model' });
    expect(count.opened).toBeGreaterThan(0);
    expect(count.closed).toBe(count.opened);
  });
});
