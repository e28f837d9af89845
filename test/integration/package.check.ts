import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { root } from '../support/paths.ts';
import { makePackage, manuals, packageContents, stage, thisPlatform } from '../vscode/package.ts';
import { mustFinish } from '../vscode/processes.ts';

/** Every file that may be in the package; anything that matches none of these does not belong there. */
const allowed = [
  /^(package\.json|package\.nls(\.[\w-]+)?\.json|README\.md|docs\/(guide|reference)\.md|CHANGELOG\.md|ARCHITECTURE\.md|LICENSE|THIRD_PARTY_NOTICES\.md|\.vscodeignore)$/,
  /^media\/(pictures\/)?[\w-]+\.(png|svg)$/,
  /^media\/l10n\/bundle\.l10n\.[\w-]+\.json$/,
  /^media\/names\/(c|cpp|css|go|java|javascript|kotlin|php|python|ruby|rust)\.txt$/,
  /^models\/default\/[\w.-]+\.(json|md|safetensors)$/,
  /^dist\/(extension\.cjs|engine\.mjs|cli\.mjs)$/,
  /^dist\/webview\/\w+\.(js|css)$/,
  /^dist\/node_modules\/onnxruntime-(node|web|common)\/package\.json$/,
  /^dist\/node_modules\/onnxruntime-(node\/dist|common\/dist\/(cjs|esm))\/[\w-]+\.js$/,
  /^dist\/node_modules\/onnxruntime-common\/dist\/(cjs|esm)\/package\.json$/,
  new RegExp(`^dist/node_modules/onnxruntime-node/bin/napi-v6/${thisPlatform.replace('-', '/')}/[\\w.]+$`),
  /^dist\/node_modules\/onnxruntime-web\/dist\/(ort\.node\.min\.mjs|ort-wasm-simd-threaded\.(mjs|wasm))$/,
];

/** Files that are large on purpose, with their limits in MB; every other file stays below 1 MB. */
const large: readonly (readonly [RegExp, number])[] = [
  [/onnxruntime-node\/bin\//, 60],
  [/\.wasm$/, 16],
  [/models\/default\/model\.safetensors$/, 40],
];

describe('the package', () => {
  let vsix = '';
  let files = new Map<string, number>();
  beforeAll(async () => {
    await mustFinish('npm', ['run', 'build', '--', '--production'], { cwd: root });
    vsix = await makePackage();
    files = await packageContents();
  });

  it('contains no file that does not belong in it', () => {
    expect([...files.keys()].filter((file) => !allowed.some((pattern) => pattern.test(file)))).toEqual([]);
  });

  it('contains exactly the pictures that the README and the guide show', async () => {
    const texts = await Promise.all(manuals.map((page) => readFile(path.join(root, page), 'utf8')));
    const shown = [...texts.join('\n').matchAll(/media\/pictures\/[\w-]+\.png/g)];
    const held = [...files.keys()].filter((file) => file.startsWith('media/pictures/'));
    expect(held.sort()).toEqual([...new Set(shown.map(String))].sort());
  });

  it('contains everything it needs to run', () => {
    const pages = ['audit', 'chat', 'context', 'preferences', 'statistics'].flatMap((page) => [
      `dist/webview/${page}.js`,
      `dist/webview/${page}.css`,
    ]);
    const needed = [
      'dist/extension.cjs',
      'dist/engine.mjs',
      'dist/cli.mjs',
      'models/default/model.safetensors',
      'models/default/preference.safetensors',
      'LICENSE',
      ...pages,
    ];
    expect(needed.filter((file) => !files.has(file))).toEqual([]);
    expect([...files.keys()].filter((file) => file.endsWith('onnxruntime_binding.node'))).toHaveLength(1);
  });

  it('contains no file above its size limit', () => {
    const limit = (file: string) => (large.find(([pattern]) => pattern.test(file))?.[1] ?? 1) * 1e6;
    expect([...files].filter(([file, bytes]) => bytes > limit(file))).toEqual([]);
  });

  it('names the licence of all third-party content', async () => {
    const notices = await readFile(path.join(stage, 'THIRD_PARTY_NOTICES.md'), 'utf8');
    const manifest = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    for (const name of Object.keys(manifest.dependencies)) expect(notices).toContain(`## ${name} `);
  });

  it('packs to less than 60 MB', async () => {
    expect((await stat(vsix)).size).toBeLessThan(60e6);
  });
});
