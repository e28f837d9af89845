import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { DEVICES } from '../engine/index.ts';
import { MULTILINE } from '../extension/completion/multiline.ts';
import { EAGERNESS } from '../extension/completion/showFilter.ts';
import { TRIGGERS } from '../extension/completion/when.ts';
import { root } from './support/paths.ts';
import { type Node, readSource, readSources, stringOf } from './support/sources.ts';

interface Manifest {
  readonly icon: string;
  readonly main: string;
  readonly l10n: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly publisher: string;
  readonly name: string;
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string }[];
    readonly walkthroughs: readonly {
      readonly steps: readonly {
        readonly description: string;
        readonly media: { readonly image?: string; readonly svg?: string };
      }[];
    }[];
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly configuration: {
      readonly properties: Readonly<Record<string, { readonly default: unknown; readonly enum?: readonly string[] }>>;
    };
  };
}

const readText = (file: string) => readFileSync(path.join(root, file), 'utf8');
const manifestText = readText('package.json');
const manifest = JSON.parse(manifestText) as Manifest;
const commands = manifest.contributes.commands.map(({ command }) => command).sort();
const settings = Object.keys(manifest.contributes.configuration.properties).sort();
const views = Object.values(manifest.contributes.views).flatMap((list) => list.map(({ id }) => id));
const extension = readSources('extension');

/** Every string of these nodes that names something of ours. */
function namesIn(nodes: readonly Node[]): string[] {
  return [...new Set(nodes.flatMap((node) => stringOf(node) ?? []).filter((text) => /^paddock\.\w/.test(text)))].sort();
}

test('the table of commands holds the contributed commands and no others', () => {
  const { nodes } = readSource('extension/commands.ts');
  const keys = nodes.filter(({ type }) => type === 'Property').flatMap(({ key }) => stringOf(key) ?? []);
  expect(keys.sort()).toEqual(commands);
});

test('settings.ts reads the contributed settings and no others', () => {
  expect(namesIn(readSource('extension/settings.ts').nodes)).toEqual(settings);
});

test('only settings.ts reads settings', () => {
  const readers = extension.filter(({ text }) => text.includes('getConfiguration')).map(({ path: file }) => file);
  expect(readers).toEqual(['extension/settings.ts']);
});

test('defaults are in the manifest alone', () => {
  expect(Object.values(manifest.contributes.configuration.properties).filter((setting) => setting.default === undefined)).toEqual(
    [],
  );
  const reads = readSource('extension/settings.ts').nodes.filter(
    ({ type, callee }) => type === 'CallExpression' && stringOfProperty(callee) === 'get',
  );
  expect(reads.length).toBeGreaterThan(0);
  expect(reads.filter((call) => (call.arguments as unknown[]).length !== 1)).toEqual([]);
});

test('every name of ours in the extension is a command, a setting or a view of the manifest', () => {
  const known = new Set([...commands, ...settings, ...views, `${manifest.publisher}.${manifest.name}`, 'paddock.status']);
  expect(extension.flatMap(({ nodes }) => namesIn(nodes)).filter((name) => !known.has(name))).toEqual([]);
});

test('no key is bound, and none is bound by default settings', () => {
  expect(manifest.contributes).not.toHaveProperty('keybindings');
  expect(manifest.contributes).not.toHaveProperty('keymaps');
  expect(manifest.contributes).not.toHaveProperty('configurationDefaults');
});

test('restricted settings exist', () => {
  for (const name of manifest.capabilities.untrustedWorkspaces.restrictedConfigurations) expect(settings).toContain(name);
});

test('every text of the manifest exists in every language, and no other', () => {
  const used = [...new Set([...manifestText.matchAll(/"%([\w.-]+)%"/g)].map((match) => match[1]))].sort();
  const languages = readdirSync(root).filter((name) => /^package\.nls(\.[\w-]+)?\.json$/.test(name));
  expect(languages.length).toBeGreaterThan(1);
  for (const language of languages) {
    const texts = JSON.parse(readText(language)) as Record<string, string>;
    expect(Object.keys(texts).sort(), language).toEqual(used);
    expect(Object.values(texts).filter((text) => text.trim() === '')).toEqual([]);
  }
});

test.each([
  ['eagerness', EAGERNESS],
  ['trigger', TRIGGERS],
  ['multiline', MULTILINE],
])('the setting of %s offers what the code knows', (name, values) => {
  expect(manifest.contributes.configuration.properties[`paddock.inlineCompletion.${name}`]?.enum).toEqual(values);
});

test('the device setting offers what the engine takes', () => {
  const { enum: values } = manifest.contributes.configuration.properties['paddock.engine.device'] ?? {};
  expect(values).toEqual(DEVICES);
});

test('the reference names every setting with its default and every command', () => {
  const reference = readText('docs/reference.md').replaceAll(/ +/g, ' ');
  const texts = JSON.parse(readText('package.nls.json')) as Record<string, string>;
  for (const [name, { default: value }] of Object.entries(manifest.contributes.configuration.properties)) {
    const shown = typeof value === 'object' ? '' : value === '' ? 'empty' : `\`${value}\``;
    expect(reference).toContain(`| \`${name}\` | ${shown}`);
  }
  for (const { title } of manifest.contributes.commands) expect(reference).toContain(`| Paddock: ${texts[title.slice(1, -1)]} |`);
});

test('every text the extension shows is translated, with its places for values, and no other', () => {
  const shown = extension.flatMap(({ nodes }) =>
    nodes
      .filter(({ type, callee }) => type === 'CallExpression' && stringOfProperty(callee) === 't')
      .map((call) => stringOf((call.arguments as unknown[])[0]) ?? 'a text that is no literal'),
  );
  expect(shown.length).toBeGreaterThan(5);
  const bundles = readdirSync(path.join(root, manifest.l10n)).filter((name) => name.startsWith('bundle.l10n.'));
  expect(bundles.length).toBeGreaterThan(0);
  const places = (text: string) => [...text.matchAll(/\{\d\}/g)].map(String).sort();
  for (const bundle of bundles) {
    const texts = JSON.parse(readText(path.join(manifest.l10n, bundle))) as Record<string, string>;
    expect(Object.keys(texts).sort(), bundle).toEqual([...new Set(shown)].sort());
    for (const [text, translation] of Object.entries(texts)) expect(places(translation), text).toEqual(places(text));
  }
});

test('the files the manifest names exist or are built', () => {
  expect(existsSync(path.join(root, manifest.icon))).toBe(true);
  const build = readText('esbuild.mjs');
  for (const file of [manifest.main, ...Object.values(manifest.bin)]) expect(build).toContain(`'${file.replace(/^\.\//, '')}'`);
});

test('every step of the walkthrough offers commands of ours, in every language, and shows a picture that is packaged', () => {
  const steps = manifest.contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);
  const manuals = readText('README.md') + readText('docs/guide.md');
  for (const { description, media } of steps) {
    const picture = media.image ?? media.svg ?? '';
    expect(existsSync(path.join(root, picture)), picture).toBe(true);
    if (picture.startsWith('media/pictures/')) expect(manuals).toContain(picture);
    const offered = ['package.nls.json', 'package.nls.zh-cn.json'].map((file) => {
      const texts = JSON.parse(readText(file)) as Record<string, string>;
      return [...(texts[description.slice(1, -1)] ?? '').matchAll(/\]\(command:([\w.]+)\)/g)].map(([, name]) => name);
    });
    expect(offered[0]?.length).toBeGreaterThan(0);
    expect(offered[1]).toEqual(offered[0]);
    for (const name of offered[0] ?? []) expect(commands).toContain(name);
  }
  expect(steps.length).toBeGreaterThan(3);
});

test("every icon named in a text is one of VS Code's", () => {
  const icons = readText('node_modules/@vscode/codicons/dist/codicon.css');
  const named = extension.flatMap(({ text }) =>
    [...text.matchAll(/\$\((?!basename)([a-z-]+)(?:~spin)?\)/g)].map(([, name]) => name),
  );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((name) => !icons.includes(`.codicon-${name}:before`))).toEqual([]);
});

function stringOfProperty(callee: unknown): string | undefined {
  const property = (callee as { readonly property?: { readonly name?: string } }).property;
  return property?.name;
}
