import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { root } from '../support/paths.ts';

/** A page never reaches the native library or the build for Node; the builds for pages are paths below the latter. */
const forNode: Plugin = {
  name: 'for Node',
  setup: (bundler) => bundler.onResolve({ filter: /^onnxruntime-(node|web)$/ }, ({ path }) => ({ path, external: true })),
};

/** Bundles the engine for a page into `folder`: `index.html` and its scripts. onnxruntime's builds become separate scripts. */
export async function bundlePage(folder: string): Promise<void> {
  await build({
    entryPoints: [join(root, 'test/browser/page.ts')],
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    plugins: [forNode],
    logLevel: 'warning',
  });
  await writeFile(
    join(folder, 'index.html'),
    '<!doctype html><meta charset="utf-8"><script type="module" src="page.js"></script>',
  );
}
