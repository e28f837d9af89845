import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer, type ViteDevServer } from 'vite';
import { Random } from '../../support/random.ts';
import { launch } from '../../vscode/browser.ts';
import type { Measurement } from '../measure.ts';
import type { PageJob, PageResult } from '../page/page.ts';
import { type Bar, cell, counted, type Found, type Section, table } from '../report.ts';
import { fastest, middle, type Rounds, ratio } from '../series.ts';
import type { Setting } from '../setting.ts';

const DECODE: Bar = { what: 'WebAssembly: decode ÷ wllama', kind: 'at least', limit: 1 };

/** Short, because wllama takes its time with a prompt. */
const PROMPT = 128;
const DECODED = 32;

/** Vite gives out any file of this machine below this address. */
const FILES = '/@fs';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const FILES_OF = {
  paddock: here('../../../node_modules/onnxruntime-web/dist/'),
  wllama: here('../../../node_modules/@wllama/wllama/esm/'),
} as const;

interface PageSeries extends Rounds {
  readonly engine: PageJob['engine'];
  readonly threads: number;
  readonly rounds: Measurement[];
}

/** Paddock on onnxruntime-web and llama.cpp on WebAssembly, both in the same browser. */
export async function webAssembly(setting: Setting): Promise<Section> {
  const all = setting.threads.flatMap((threads) =>
    (['paddock', 'wllama'] as const).map((engine): PageSeries => ({ engine, threads, rounds: [] })),
  );
  const version = await measure(all, setting);
  const of = (engine: string) => all.filter((one) => one.engine === engine);
  const compare = (label: string, pick: (found: PageSeries[]) => PageSeries) => {
    const [own, peer] = [pick(of('paddock')), pick(of('wllama'))];
    const found: Found = { bar: DECODE, where: label, value: ratio(own, peer, 'decode') };
    return { found, cells: [label, ratio(own, peer, 'prefill').toFixed(2), cell(found)] };
  };
  const ratios = [
    ...setting.threads.map((threads, i) => compare(counted(threads, 'thread'), (found) => found[i] as PageSeries)),
    compare('each at its best', (found) => fastest(found, 'decode')),
  ];
  const rows = all.map((one) => [
    one.engine,
    String(one.threads),
    middle(one, 'prefill').toFixed(0),
    middle(one, 'decode').toFixed(1),
    middle(one, 'ready').toFixed(0),
  ]);
  const markdown = `## WebAssembly, in Chromium ${version}: the 110 M class

The same Q4_0 file, a prompt of ${PROMPT} tokens and ${DECODED} behind it, each run in a page of its own; ${counted(setting.rounds, 'round')}. Paddock unpacks the weights
to float32 or, in large models, to 8 bits when it loads them, because onnxruntime's 4-bit kernel unpacks them at each step; wllama ${await wllamaVersion()} computes on the blocks and tells its
own times.

${table(['engine', 'threads', 'prefill', 'decode', 'ready ms'], rows)}

Paddock's rate over wllama's:

${table(
  ['', 'prefill', 'decode'],
  ratios.map(({ cells }) => cells),
)}`;
  return { markdown, found: ratios.map(({ found }) => found) };
}

async function wllamaVersion(): Promise<string> {
  const { version }: { version: string } = JSON.parse(await readFile(`${FILES_OF.wllama}../package.json`, 'utf8'));
  return version;
}

/** @returns the browser's version */
async function measure(all: readonly PageSeries[], { rounds, root, random }: Setting): Promise<string> {
  const server = await servePages(root);
  const browser = await launch((line) => process.stderr.write(`${line}\n`));
  const origin = server.resolvedUrls?.local[0]?.replace(/\/$/, '') ?? '';
  const prompt = new Random(45).tokens(PROMPT, 8000);
  try {
    for (let round = 1; round <= rounds; round++) {
      for (const { engine, threads, rounds: found } of all) {
        const files = `${origin}${FILES}${FILES_OF[engine]}`;
        const job: PageJob = {
          engine,
          url: `${origin}${FILES}${random.gguf.Q4_0}`,
          files,
          threads,
          window: 1024,
          prompt,
          decode: DECODED,
        };
        const page = await browser.newPage();
        await page.goto(origin);
        await page.waitForFunction(() => 'run' in globalThis, undefined, { timeout: 60_000 });
        const result = await page.evaluate(
          (job) => (globalThis as unknown as { run(job: PageJob): Promise<PageResult> }).run(job),
          job,
        );
        await page.close();
        found.push({ ...result });
        const words = Object.entries(result).map(([name, value]) => `${name} ${(value as number).toPrecision(3)}`);
        process.stderr.write(`WebAssembly, round ${round}: ${engine}, threads ${threads}: ${words.join(', ')}\n`);
      }
    }
    return browser.version();
  } finally {
    await browser.close();
    await server.close();
  }
}

/** Threads of WebAssembly need shared memory, which browsers give to isolated pages only. */
async function servePages(root: string): Promise<ViteDevServer> {
  const server = await createServer({
    root: here('../page'),
    configFile: false,
    cacheDir: join(root, 'vite'),
    logLevel: 'error',
    server: {
      host: '127.0.0.1',
      port: 0,
      headers: { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' },
      fs: { strict: false },
      watch: null,
      hmr: false,
    },
    // Modules are served as they are, but for the one that is CommonJS.
    optimizeDeps: { noDiscovery: true, include: ['protobufjs/minimal.js'] },
  });
  return server.listen();
}
