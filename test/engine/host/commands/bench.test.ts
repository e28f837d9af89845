import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { folderForAll } from '../../../support/testFolders.ts';

const cli = fileURLToPath(new URL('../../../../engine/host/cli.ts', import.meta.url));

describe('paddock bench', () => {
  const folder = folderForAll();

  const bench = async (...more: string[]) => {
    const args = ['bench', '--json', '--rounds', '1', '--prompt', '40', '--generate', '24', ...more];
    const conversions = ['--conversions', join(folder.path, 'conversions')];
    const { stdout } = await promisify(execFile)(process.execPath, [cli, ...args, ...conversions]);
    return JSON.parse(stdout);
  };

  it('tells rates, what look-up drafted, and memory', async () => {
    const { model, devices } = await bench('--device', 'cpu', cli);
    expect(model).toBe('default');
    expect(devices).toHaveLength(1);
    const [found] = devices;
    expect(found).toMatchObject({ device: 'cpu', promptTokens: 40, text: { generatedTokens: 24 } });
    // A file longer than half the window is cut to its end.
    expect(found.text.promptTokens).toBe(2048);
    const rates = [found.prefillTokensPerSecond, found.decodeTokensPerSecond];
    for (const rate of [...rates, found.text.tokensPerSecond, found.text.lookUpTokensPerSecond]) expect(rate).toBeGreaterThan(0);
    expect(found.text.accepted).toBeLessThanOrEqual(found.text.drafted);
    expect(found.memoryBytes).toBeGreaterThan(found.weightBytes);
    expect(found.residentBytes).toBeGreaterThan(found.weightBytes);
  });

  it('tries every device, and says of each that is missing why', async () => {
    const { devices } = await bench('--every-device');
    expect(devices.map(({ device }: { device: string }) => device)).toEqual(['cpu', 'webgpu', 'wasm']);
    for (const { decodeTokensPerSecond, failure } of devices) {
      expect(decodeTokensPerSecond > 0 !== (failure !== undefined)).toBe(true);
    }
  });
});
