// Builds everything that ships and the integration tests into dist/. Flags: --watch, --production (minified, no source maps).
import { existsSync } from 'node:fs';
import { context } from 'esbuild';

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');

/** @type {import('esbuild').BuildOptions} */
const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  minify: production,
  // Names of classes and functions stay readable in logs.
  keepNames: true,
  sourcemap: production ? false : 'linked',
  logLevel: 'warning',
};

// CommonJS packages inside an ES module bundle still call require.
const requireBanner =
  "import { createRequire as paddockRequire } from 'node:module'; const require = paddockRequire(import.meta.url);";

/** @type {import('esbuild').BuildOptions} */
const engine = {
  ...common,
  format: 'esm',
  // Native libraries and WebAssembly files lie beside the code of these packages, so they are loaded from node_modules.
  external: ['onnxruntime-node', 'onnxruntime-web'],
  banner: { js: requireBanner },
};

/** Pages in webviews: a script and a style sheet each, for the Chromium of the oldest VS Code that is supported. */
const page = {
  ...common,
  ...{ platform: 'browser', target: 'chrome132', format: 'iife' },
  ...{ jsx: 'automatic', jsxImportSource: 'preact', loader: { '.svg': 'text' } },
};

/** @type {import('esbuild').BuildOptions[]} */
const builds = [
  { ...common, entryPoints: ['extension/extension.ts'], outfile: 'dist/extension.cjs', format: 'cjs', external: ['vscode'] },
  { ...engine, entryPoints: ['engine/host/process.ts'], outfile: 'dist/engine.mjs' },
  { ...engine, entryPoints: ['engine/host/cli.ts'], outfile: 'dist/cli.mjs' },
  { ...page, entryPoints: ['webview/audit/page.ts'], outfile: 'dist/webview/audit.js' },
  { ...page, entryPoints: ['webview/audit/page.css'], outfile: 'dist/webview/audit.css' },
  { ...page, entryPoints: ['webview/chat/page.tsx'], outfile: 'dist/webview/chat.js' },
  { ...page, entryPoints: ['webview/chat/page.css'], outfile: 'dist/webview/chat.css' },
  { ...page, entryPoints: ['webview/context/page.ts'], outfile: 'dist/webview/context.js' },
  { ...page, entryPoints: ['webview/context/page.css'], outfile: 'dist/webview/context.css' },
  { ...page, entryPoints: ['webview/preferences/page.ts'], outfile: 'dist/webview/preferences.js' },
  { ...page, entryPoints: ['webview/preferences/page.css'], outfile: 'dist/webview/preferences.css' },
  { ...page, entryPoints: ['webview/statistics/page.ts'], outfile: 'dist/webview/statistics.js' },
  { ...page, entryPoints: ['webview/statistics/page.css'], outfile: 'dist/webview/statistics.css' },
  {
    ...common,
    entryPoints: ['test/integration/suite/index.ts'],
    outfile: 'dist/test/index.cjs',
    format: 'cjs',
    external: ['vscode', 'mocha'],
  },
];

for (const build of builds) {
  // The tests are not part of a package's sources.
  if (build.outfile?.startsWith('dist/test/') && !existsSync(build.entryPoints[0])) continue;
  const builder = await context(build);
  if (watch) {
    await builder.watch();
  } else {
    await builder.rebuild();
    await builder.dispose();
  }
}
if (watch) console.log('Watching for changes.');
