import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Device } from '../../engine/runtime/backend.ts';
import { bundlePage } from '../browser/bundle.ts';
import { DEVICE_CASES, type DeviceCase, expectReference, writeCases } from '../browser/deviceCases.ts';
import type { DeviceRun } from '../browser/deviceSuite.ts';
import type { LostRun, PageRequest } from '../browser/page.ts';
import { serve } from '../browser/serve.ts';
import { familyOf, tinyModel } from '../support/families/families.ts';
import { root } from '../support/paths.ts';
import { folderForAll } from '../support/testFolders.ts';
import { findChromium } from '../vscode/browser.ts';
import { relativeError } from './compare.ts';
import { PROMPT } from './families/prompt.ts';
import { ReferenceDecoder } from './families/reference.ts';

/** WebGPU without a GPU. Chromium refuses its sandbox to root; it only opens our own local page. */
const FLAGS = ['--no-sandbox', '--disable-dev-shm-usage', '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

/** The engine in a page of Chromium: onnxruntime-web runs it, the model comes over HTTP. */
describe('in a page', () => {
  const folder = folderForAll();
  let server: Awaited<ReturnType<typeof serve>>;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    await bundlePage(join(folder.path, 'page'));
    const models = join(folder.path, 'models');
    await writeCases(
      models,
      DEVICE_CASES.map(({ family }) => family),
    );
    const onnxruntime = join(root, 'node_modules/onnxruntime-web/dist');
    server = await serve({ page: join(folder.path, 'page'), models, onnxruntime });
    browser = await chromium.launch({ executablePath: await findChromium(console.log), args: FLAGS });
    page = await openPage(browser, server.origin);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  /**
   * Logits on WebAssembly after tokens were discarded. Outside of an engine they have no meaning, but they are the same on every device.
   */
  const shifted = new Map<DeviceCase, readonly number[] | undefined>();

  const run = (on: Page, device: Device, index: number, { family: _, ...how }: DeviceCase): Promise<DeviceRun> => {
    const request: PageRequest = { ...how, url: `${server.origin}/models/model${index}/`, device, tokens: PROMPT };
    return on.evaluate((asked) => (globalThis as unknown as { run(asked: PageRequest): Promise<DeviceRun> }).run(asked), request);
  };

  it('Chromium has its software adapter', async () => {
    expect(await page.evaluate('navigator.gpu.requestAdapter().then(({ info }) => info.architecture)')).toBe('swiftshader');
  });

  describe.each(['wasm', 'webgpu'] as const)('%s', (device) => {
    it.each(DEVICE_CASES.map((one, i) => [`${one.family}, ${one.precision}`, one, i] as const))('%s', async (_, one, i) => {
      const found = await run(page, device, i, one);
      expect(found.device).toBe(device);
      expectReference(found, one);
      if (device === 'wasm') shifted.set(one, found.shifted);
      else if (one.precision === 'float32' && one.family !== 'GPT-2') {
        expect(relativeError(found.shifted ?? [], shifted.get(one) ?? [])).toBeLessThan(1e-4);
      }
    });
  });

  it('a GPU that is lost twice: the timeline continues with a smaller window, then on WebAssembly', async () => {
    const own = await openPage(browser, server.origin);
    const times = 2;
    const one = DEVICE_CASES[0] as DeviceCase;
    const request: PageRequest = {
      url: `${server.origin}/models/model0/`,
      device: 'webgpu',
      precision: 'float32',
      tokens: PROMPT,
    };
    const { logits, told } = await own.evaluate(
      ([asked, count]) =>
        (globalThis as unknown as { runAndLose(asked: PageRequest, times: number): Promise<LostRun> }).runAndLose(asked, count),
      [request, times] as const,
    );
    expect(told.map(({ device }) => device)).toEqual(['webgpu', 'wasm']);
    expect(told[0]?.note).toContain('a window of 128 tokens');
    const truth = ReferenceDecoder.logits(tinyModel(familyOf(one.family)), PROMPT.slice(0, 20 + times), { window: 256 });
    expect(relativeError(logits, truth.at(-1) as Float64Array)).toBeLessThan(1e-4);
  });

  it('webgpu if WebAssembly cannot be suspended', async () => {
    const old = await openPage(browser, server.origin, 'delete WebAssembly.Suspending');
    const one = DEVICE_CASES[0] as DeviceCase;
    const found = await run(old, 'webgpu', 0, one);
    expect(found.device).toBe('webgpu');
    expectReference(found, one);
    expect(await old.evaluate(`performance.getEntriesByType('resource').map(({ name }) => name).join()`)).toContain('asyncify');
  });
});

async function openPage(browser: Browser, origin: string, before = ''): Promise<Page> {
  const page = await browser.newPage();
  await page.addInitScript(before);
  await page.goto(`${origin}/page/index.html`);
  await page.waitForFunction('globalThis.run');
  return page;
}
