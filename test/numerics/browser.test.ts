import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDecoder } from '../../engine/generate/languageModel.ts';
import type { Device } from '../../engine/runtime/backend.ts';
import { openNodeModel } from '../../engine/storage/nodeModel.ts';
import { bundlePage } from '../browser/bundle.ts';
import { DEVICE_CASES, type DeviceCase, expectReference, writeCases } from '../browser/deviceCases.ts';
import type { DeviceRun } from '../browser/deviceSuite.ts';
import { expectSame, type GraphCase, PAGE_GRAPH_CASES, runOnCpu } from '../browser/graphCases.ts';
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
    for (const [i, one] of PAGE_GRAPH_CASES.entries()) await one.write(join(models, `graphs${i}`));
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

  const ask = (on: Page, request: PageRequest): Promise<DeviceRun> =>
    on.evaluate((asked) => (globalThis as unknown as { run(asked: PageRequest): Promise<DeviceRun> }).run(asked), request);
  const run = (on: Page, device: Device, index: number, { family: _, ...how }: DeviceCase) =>
    ask(on, { ...how, url: `${server.origin}/models/model${index}/`, device, tokens: PROMPT });

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

    it.each(PAGE_GRAPH_CASES.map((one, i) => [one.name, one, i] as const))('%s', async (_, one, i) => {
      const url = `${server.origin}/models/graphs${i}/`;
      const found = await ask(page, { url, device, precision: 'float32', tokens: one.tokens });
      expect(found.device).toBe(device);
      expectSame(found, await runOnCpu(join(folder.path, `models/graphs${i}`), one));
    });
  });

  /** Logits of the token after the first 20, and of those that follow, of which each finds the GPU lost. */
  const lose = async (model: string, tokens: readonly number[], times: number): Promise<LostRun> => {
    const own = await openPage(browser, server.origin);
    const url = `${server.origin}/models/${model}/`;
    const request: PageRequest = { url, device: 'webgpu', precision: 'float32', tokens };
    return own.evaluate(
      ([asked, count]) =>
        (globalThis as unknown as { runAndLose(asked: PageRequest, times: number): Promise<LostRun> }).runAndLose(asked, count),
      [request, times] as const,
    );
  };

  it('a GPU that is lost twice: the timeline continues with a smaller window, then on WebAssembly', async () => {
    const times = 2;
    const one = DEVICE_CASES[0] as DeviceCase;
    const { logits, told } = await lose('model0', PROMPT, times);
    expect(told.map(({ device }) => device)).toEqual(['webgpu', 'wasm']);
    expect(told[0]?.note).toContain('a window of 128 tokens');
    const truth = ReferenceDecoder.logits(tinyModel(familyOf(one.family)), PROMPT.slice(0, 20 + times), { window: 256 });
    expect(relativeError(logits, truth.at(-1) as Float64Array)).toBeLessThan(1e-4);
  });

  it('a GPU that is lost: the graphs of an ONNX folder are loaded again, then run on WebAssembly', async () => {
    const { tokens } = PAGE_GRAPH_CASES[0] as GraphCase;
    const { logits, told } = await lose('graphs0', tokens, 2);
    expect(told.map(({ device }) => device)).toEqual(['webgpu', 'wasm']);
    const location = await openNodeModel(join(folder.path, 'models/graphs0'));
    const onCpu = await loadDecoder(location, { device: 'cpu', threads: 1 });
    const truth = await onCpu.newSession().sync(tokens.slice(0, 22));
    await onCpu.dispose();
    expect(relativeError(logits, truth.logits)).toBeLessThan(1e-4);
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
