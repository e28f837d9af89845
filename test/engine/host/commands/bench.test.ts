import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CommandLine } from '../../../support/commandLine.ts';
import { cliEntry } from '../../../support/paths.ts';
import { folderForAll } from '../../../support/testFolders.ts';

describe('paddock bench', { timeout: 600_000 }, () => {
  const folder = folderForAll();

  const commandLine = new CommandLine(folder, 'bench', '--json', '--rounds', '1', '--prompt', '40', '--generate', '24');
  const bench = async (...args: string[]) => {
    const conversions = ['--conversions', join(folder.path, 'conversions')];
    return JSON.parse((await commandLine.run(...args, ...conversions)).stdout);
  };

  it('reports rates, drafted tokens and memory', async () => {
    const { model, devices } = await bench('--device', 'cpu', cliEntry);
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

  it('tries every device, and gives the reason for each missing one', async () => {
    const { devices } = await bench('--every-device');
    expect(devices.map(({ device }: { device: string }) => device)).toEqual(['cpu', 'webgpu', 'wasm']);
    for (const { decodeTokensPerSecond, failure } of devices) {
      expect(decodeTokensPerSecond > 0 !== (failure !== undefined)).toBe(true);
    }
  });
});
