import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Frame, Page } from 'playwright-core';

/** Waits until a frame is drawn, with the page's layout. A string, because it runs in the page. */
const AUDIT = `new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))
  .then(() => axe.run(document, { resultTypes: ['violations'] }))
  .then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + ' ' + target + ': ' + failureSummary)))`;

/** The faults that axe-core finds in a page as it is now: rule and place. Its rules are those of WCAG 2.2 A and AA, and good practice. */
export async function axeFindings(page: Page | Frame): Promise<string[]> {
  const isThere = await page.evaluate<boolean>('"axe" in globalThis');
  if (!isThere) await page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
  return page.evaluate<string[]>(AUDIT);
}
