/** A webview's page in Chromium, with the frame, the policy and the messages it has in VS Code. */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { pageHtml } from '../../extension/pageHtml.ts';
import { serve } from '../browser/serve.ts';
import { root } from '../support/paths.ts';
import type { Theme } from './themes.ts';

/** A bundled page, served on this machine. */
export interface ServedPage {
  /** Opens it in a window, with a theme. */
  open(browser: Browser, width: number, theme?: Theme): Promise<OpenPage>;
  close(): Promise<void>;
}

export interface OpenPage {
  readonly page: Page;
  /** The messages that the page has sent to the extension. */
  posted(): Promise<unknown[]>;
  /** Sends a message to the page, as the extension does, and waits until it was received. */
  send(message: unknown): Promise<void>;
  /** Errors of the console and violations of the policy. */
  readonly complaints: string[];
}

/** The API that VS Code gives a page before its script runs. A string, because it runs in the page. */
const host = `
  const posted = [];
  globalThis.posted = posted;
  globalThis.acquireVsCodeApi = () => ({ postMessage: (message) => posted.push(structuredClone(message)) });
  addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) =>
    console.error('policy: ' + violatedDirective + ' ' + blockedURI + ' ' + sample));
`;

/**
 * Bundles a page as the product does, and serves it.
 * @param source folder below webview that contains `page.ts` and `page.css`
 * @param data the page's initial data
 */
export async function servePage(folder: string, source: string, data: unknown): Promise<ServedPage> {
  await mkdir(folder, { recursive: true });
  const from = path.join(root, 'webview', source);
  const script = existsSync(path.join(from, 'page.tsx')) ? 'page.tsx' : 'page.ts';
  for (const entry of [script, 'page.css']) {
    const out = { outdir: folder, bundle: true, format: 'iife', platform: 'browser', target: 'chrome132' } as const;
    const components = { jsx: 'automatic', jsxImportSource: 'preact', loader: { '.svg': 'text' } } as const;
    await build({ entryPoints: [path.join(from, entry)], ...out, ...components, logLevel: 'warning' });
  }
  const server = await serve({ page: folder });
  const address = (file: string) => `${server.origin}/page/${file}`;
  const html = pageHtml({
    language: 'en',
    title: 'Page',
    script: address('page.js'),
    style: address('page.css'),
    cspSource: server.origin,
    nonce: 'bm9uY2Ugb2YgdGhlIHRlc3Rz',
    data,
  });
  await writeFile(path.join(folder, 'index.html'), html);
  return {
    open: async (browser, width, theme) => {
      const page = await browser.newPage({ viewport: { width, height: 900 } });
      const complaints: string[] = [];
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(String(error)));
      const dress = Object.entries(theme?.variables ?? {}).map(
        ([name, value]) => `document.documentElement.style.setProperty(${JSON.stringify(name)}, ${JSON.stringify(value)});`,
      );
      dress.push(`document.body.className = ${JSON.stringify(theme?.className ?? '')}`);
      await page.addInitScript(host);
      await page.goto(address('index.html'));
      await page.evaluate(dress.join('\n'));
      return {
        page,
        complaints,
        posted: () => page.evaluate<unknown[]>('posted'),
        send: (message) =>
          page.evaluate(`new Promise((heard) => {
          addEventListener('message', () => setTimeout(heard), { once: true });
          postMessage(${JSON.stringify(message)}, '*');
        })`),
      };
    },
    close: () => server.close(),
  };
}
