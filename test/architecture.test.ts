import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { root } from './support/paths.ts';
import { readSources, type Source } from './support/sources.ts';

const rooms = ['extension', 'engine', 'webview'].filter((folder) => existsSync(path.join(root, folder)));
const product = readSources(...rooms);
const tests = readSources('test');
const everything = [...product, ...tests];

/** Which rooms of the engine a room may import, besides itself and errors.ts; a room that is not named here is refused below. */
const LEAVES = ['ngrams', 'sampling', 'tokenizer', 'prompt', 'chat', 'measure', 'tuning'];
const BELOW: Readonly<Record<string, readonly string[]>> = {
  host: ['generate', 'session', 'runtime', 'graph', 'model', 'storage', ...LEAVES],
  generate: ['session', 'runtime', 'graph', 'model', ...LEAVES],
  session: ['runtime', 'graph', 'model', ...LEAVES],
  runtime: ['graph', 'model', ...LEAVES],
  graph: ['model', ...LEAVES],
  model: LEAVES,
  storage: ['generate', 'runtime', 'graph', 'model', ...LEAVES],
  ngrams: LEAVES,
  sampling: LEAVES,
  tokenizer: LEAVES,
  prompt: LEAVES,
  chat: LEAVES,
  measure: LEAVES,
  tuning: LEAVES,
};

/** Every import of these sources that the rule forbids, as `from → to`. */
function violations(sources: readonly Source[], isForbidden: (to: string, from: string) => boolean): string[] {
  return sources.flatMap(({ path: from, imports }) =>
    imports.filter((to) => isForbidden(to, from)).map((to) => `${from} → ${to}`),
  );
}

const isIn =
  (...folders: string[]) =>
  (file: string) =>
    folders.some((folder) => file.startsWith(`${folder}/`));
const sourcesIn = (...folders: string[]) => everything.filter(({ path: file }) => isIn(...folders)(file));
const isOurs = (name: string) => /^(extension|engine|webview|test|media|training|models)\//.test(name);
const isPackage = (name: string, ...packages: string[]) => packages.some((each) => name === each || name.startsWith(`${each}/`));
const roomOf = (file: string) => /^engine\/(\w+)\//.exec(file)?.[1];

test('the tree is read, with its imports', () => {
  expect(product.length).toBeGreaterThan(20);
  expect(violations(product, (to) => to === 'vscode').length).toBeGreaterThan(3);
  expect(violations(product, (to) => to === 'onnxruntime-node').length).toBeGreaterThan(0);
});

test('every import of our own leads to a file', () => {
  expect(violations(everything, (to) => isOurs(to) && !existsSync(path.join(root, to)))).toEqual([]);
});

test('nothing imports the extension', () => {
  expect(violations(sourcesIn('engine', 'webview'), isIn('extension'))).toEqual([]);
});

test('no product code imports tests', () => {
  expect(violations(product, isIn('test'))).toEqual([]);
});

test("the extension enters the engine by its public interface only, and the webview's protocol by its types", () => {
  const allowed = new Set(['engine/index.ts']);
  const isInside = (to: string) => isIn('engine')(to) && !allowed.has(to);
  expect(violations(sourcesIn('extension'), isInside)).toEqual([]);
  expect(violations(sourcesIn('extension'), (to) => isIn('webview')(to) && !/^webview\/protocol/.test(to))).toEqual([]);
});

test('the engine imports nothing of ours but itself', () => {
  expect(violations(sourcesIn('engine'), (to) => isOurs(to) && !isIn('engine')(to))).toEqual([]);
});

test('pages import nothing of ours but themselves, and nothing of Node', () => {
  const pages = sourcesIn('webview');
  expect(violations(pages, (to) => (isOurs(to) && !isIn('webview')(to)) || to.startsWith('node:'))).toEqual([]);
  expect(violations(pages, (to) => to === '@observablehq/plot').length).toBeGreaterThan(0);
});

test('inside the engine imports run only downwards', () => {
  const goesUp = (to: string, from: string) => {
    const [there, here] = [roomOf(to), roomOf(from)];
    if (here === undefined || there === here || !isIn('engine')(to) || to === 'engine/errors.ts') return false;
    return there === undefined || !BELOW[here]?.includes(there);
  };
  expect(violations(sourcesIn('engine'), goesUp)).toEqual([]);
  expect(
    sourcesIn('engine')
      .flatMap(({ path: file }) => roomOf(file) ?? [])
      .filter((room) => !(room in BELOW)),
  ).toEqual([]);
});

test("Node's modules stay in the engine's host and storage", () => {
  const portable = sourcesIn('engine').filter(({ path: file }) => !['host', 'storage'].includes(roomOf(file) ?? ''));
  expect(violations(portable, (to) => to.startsWith('node:'))).toEqual([]);
  // Without the prefix nobody could tell them from packages.
  expect(violations(everything, (to) => ['fs', 'path', 'os', 'child_process', 'process', 'url'].includes(to))).toEqual([]);
});

test('nothing is used that Node 20 lacks, which package.json allows', () => {
  const newer =
    /\b(?:Map|Object)\.groupBy\b|\bPromise\.withResolvers\b|\bArray\.fromAsync\b|import \{[^}]*\bglob\b[^}]*\} from 'node:fs/;
  const onNode = product.filter(({ path: file }) => !isIn('webview')(file));
  expect(onNode.filter(({ text }) => newer.test(text)).map(({ path: file }) => file)).toEqual([]);
});

test("onnxruntime stays in the engine's runtime", () => {
  const others = product.filter(({ path: file }) => roomOf(file) !== 'runtime');
  expect(violations(others, (to) => isPackage(to, 'onnxruntime-node', 'onnxruntime-web', 'onnxruntime-common'))).toEqual([]);
});

test('vscode stays in the extension and its integration tests', () => {
  const others = everything.filter(({ path: file }) => !isIn('extension', 'test/integration')(file));
  expect(violations(others, (to) => to === 'vscode')).toEqual([]);
});

test('notifications go through one door, which makes no links of names', () => {
  const others = product.filter(({ path: file }) => file !== 'extension/notify.ts');
  const around = /\bshow(Information|Warning|Error)Message\b|\bwindow\.withProgress\b/;
  expect(others.filter(({ text }) => around.test(text)).map(({ path: file }) => file)).toEqual([]);
});

test('every file that the documents name exists', () => {
  const files = ['extension', 'engine', 'webview', 'test', 'training', 'models'].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => `/${folder}/${file}`),
  );
  for (const document of ['ARCHITECTURE.md', 'CONTRIBUTING.md', 'webview/README.md']) {
    const named = [...readFileSync(path.join(root, document), 'utf8').matchAll(/`([\w./-]+\.(?:tsx?|py|css))`/g)];
    expect(named.length).toBeGreaterThan(5);
    expect(named.flatMap(([, name]) => (files.some((file) => file.endsWith(`/${name}`)) ? [] : `${document}: ${name}`))).toEqual(
      [],
    );
  }
});

test('no import cycles', () => {
  const graph = new Map(everything.map(({ path: file, imports }) => [file, imports]));
  const cycles: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, trail: readonly string[]) => {
    if (trail.includes(file)) cycles.push([...trail.slice(trail.indexOf(file)), file].join(' → '));
    if (trail.includes(file) || done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...trail, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  expect(cycles).toEqual([]);
});

test('no any, and no comment that silences a checker', () => {
  const withAny = everything.filter(({ nodes }) => nodes.some(({ type }) => type === 'TSAnyKeyword'));
  expect(withAny.map(({ path: file }) => file)).toEqual([]);
  const silencer = /(@ts-(ignore|expect-error|nocheck)|biome-ignore)\s/;
  expect(everything.filter(({ text }) => silencer.test(text)).map(({ path: file }) => file)).toEqual([]);
});

test('files and functions are of a size that can be read', () => {
  const lines = product.map(({ text }) => text.split('\n').length).sort((a, b) => a - b);
  expect(lines[Math.floor(lines.length / 2)]).toBeLessThanOrEqual(150);
  const long = product.flatMap(({ path: file, text, nodes }) =>
    nodes
      .filter(({ type }) => /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(type))
      .map(({ start, end }) => ({ file, length: text.slice(Number(start), Number(end)).split('\n').length }))
      .filter(({ length }) => length > 60),
  );
  expect(long).toEqual([]);
});
