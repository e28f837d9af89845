/** `npm run package`: a VSIX for one platform, from a folder that holds exactly what belongs in it. */
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from '../support/paths.ts';
import { thirdPartyNotices } from './notices.ts';
import { mustFinish } from './processes.ts';

/** Where the package is put together; `vsce` sees only this folder. */
export const stage = path.join(root, 'dist/package');

/** Documents for users. */
export const manuals = ['README.md', 'docs/guide.md', 'docs/reference.md'];
const documents = [...manuals, 'LICENSE', 'CHANGELOG.md', 'ARCHITECTURE.md', '.vscodeignore'];
const bundles = ['dist/extension.cjs', 'dist/engine.mjs', 'dist/cli.mjs'];
const pages = ['audit', 'chat', 'context', 'preferences', 'statistics'].flatMap((page) => [
  `dist/webview/${page}.js`,
  `dist/webview/${page}.css`,
]);

/** The native library for the CPU: on Windows it links to DirectML, elsewhere it stands alone. */
const native: Readonly<Record<string, RegExp>> = {
  linux: /^(libonnxruntime\.so\.1|onnxruntime_binding\.node)$/,
  darwin: /^(libonnxruntime[\d.]*\.dylib|onnxruntime_binding\.node)$/,
  win32: /^(onnxruntime|DirectML)\.dll$|^onnxruntime_binding\.node$/,
};

/** onnxruntime-web's entry for Node and the WebAssembly it loads, without the GPU builds. */
const web = ['dist/ort.node.min.mjs', 'dist/ort-wasm-simd-threaded.mjs', 'dist/ort-wasm-simd-threaded.wasm'];

/** VS Code's name of a platform, such as `linux-x64`. */
export type Target = `${NodeJS.Platform}-${NodeJS.Architecture}`;
export const thisPlatform: Target = `${process.platform}-${process.arch}`;

interface Manifest {
  readonly version: string;
  readonly [key: string]: unknown;
}

/** Pictures that neither the README nor the guide shows stay out of the package. */
async function dropPictures(): Promise<void> {
  const text = (await Promise.all(manuals.map((page) => readFile(path.join(root, page), 'utf8')))).join('\n');
  const pictures = path.join(stage, 'media/pictures');
  const unseen = (await readdir(pictures)).filter((name) => !text.includes(`media/pictures/${name}`));
  await Promise.all(unseen.map((name) => rm(path.join(pictures, name))));
}

/**
 * Builds the package from what `npm run build` left in `dist`.
 * @returns the path of the VSIX, in the repository's root
 * @throws Error when a part is missing or onnxruntime has no native library for the platform
 */
export async function makePackage(target: Target = thisPlatform): Promise<string> {
  const manifest = await readManifest(root);
  await rm(stage, { recursive: true, force: true });
  for (const file of [...documents, ...bundles, ...pages, ...(await translations())]) await copy(file);
  for (const folder of ['media', 'models/default']) await copy(folder);
  await dropPictures();
  await copyRuntime(target);
  await writeManifest(stage, shippedManifest(manifest));
  await writeFile(path.join(stage, 'THIRD_PARTY_NOTICES.md'), await thirdPartyNotices());
  const out = path.join(root, `paddock-${target}-${manifest.version}.vsix`);
  const args = ['package', '--target', target, '--no-dependencies', '--allow-missing-repository'];
  await mustFinish('vsce', [...args, '--no-rewrite-relative-links', '--out', out], { cwd: stage });
  return out;
}

/** The files of the staged package with their sizes in bytes, by path relative to it, sorted. */
export async function packageContents(): Promise<Map<string, number>> {
  const entries = await readdir(stage, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const sized = files.sort().map(async (file) => [path.relative(stage, file), (await stat(file)).size] as const);
  return new Map(await Promise.all(sized));
}

/** The bundles keep onnxruntime outside, so it lies beside them where Node looks for it. */
async function copyRuntime(target: Target): Promise<void> {
  const [platform, arch] = target.split('-') as [string, string];
  const libraries = `bin/napi-v6/${platform}/${arch}`;
  const pattern = native[platform];
  const present = await readdir(path.join(root, 'node_modules/onnxruntime-node', libraries)).catch(() => []);
  const chosen = present.filter((name) => pattern?.test(name));
  if (chosen.length < 2) throw new Error(`onnxruntime-node has no native library for ${target}.`);
  const scripts = (await readdir(path.join(root, 'node_modules/onnxruntime-node/dist'))).filter((name) => name.endsWith('.js'));
  const nodeFiles = [...scripts.map((name) => `dist/${name}`), ...chosen.map((name) => `${libraries}/${name}`)];
  await copyModule('onnxruntime-node', nodeFiles);
  await copyModule('onnxruntime-web', web);
  const common = await readdir(path.join(root, 'node_modules/onnxruntime-common/dist'), { recursive: true });
  await copyModule(
    'onnxruntime-common',
    common.filter((name) => /(\.js|package\.json)$/.test(name)).map((name) => `dist/${name}`),
  );
}

async function copyModule(name: string, files: readonly string[]): Promise<void> {
  const from = path.join(root, 'node_modules', name);
  const to = path.join(stage, 'dist/node_modules', name);
  for (const file of files) await cp(path.join(from, file), path.join(to, file));
  const { name: same, version, license, type, main, module, exports } = await readManifest(from);
  await writeManifest(to, { name: same, version, license, type, main, module, exports });
}

/** The fields of the manifest that VS Code and readers of the package need; the others are for developers. */
function shippedManifest(manifest: Manifest): Manifest {
  const { scripts, devDependencies, dependencies, allowScripts, private: hidden, ...shipped } = manifest;
  return shipped;
}

async function translations(): Promise<string[]> {
  return (await readdir(root)).filter((name) => /^package\.nls.*\.json$/.test(name));
}

async function copy(relative: string): Promise<void> {
  await cp(path.join(root, relative), path.join(stage, relative), { recursive: true });
}

async function readManifest(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as Manifest;
}

async function writeManifest(folder: string, manifest: Readonly<Record<string, unknown>>): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
}

if (import.meta.main) {
  const vsix = await makePackage((process.argv[2] as Target | undefined) ?? thisPlatform);
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(2).padStart(8)} MB`;
  for (const [file, size] of await packageContents()) console.log(`${megabytes(size)}  ${file}`);
  console.log(`\n${megabytes((await stat(vsix)).size)}  ${path.relative(root, vsix)}`);
}
