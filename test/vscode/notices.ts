import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from '../support/paths.ts';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly author?: string | { readonly name: string };
  readonly repository?: string | { readonly url: string };
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Dependencies of these packages are needed only for installation or are bundled by their makers; only this part ships. */
const shippedDependencies: Readonly<Record<string, readonly string[]>> = {
  'onnxruntime-node': ['onnxruntime-common'],
  'onnxruntime-web': ['onnxruntime-common'],
};

/**
 * The licences of all third-party content of the package, as Markdown.
 * @throws Error if a package does not state its licence
 */
export async function thirdPartyNotices(): Promise<string> {
  const { dependencies = {} } = await readManifest(root);
  const found = new Map<string, string>();
  const waiting = Object.keys(dependencies).map((name) => ({ name, from: root }));
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const folder = findPackage(next.name, next.from);
    if (found.has(folder)) continue;
    const manifest = await readManifest(folder);
    found.set(folder, await notice(folder, manifest));
    const names = shippedDependencies[manifest.name] ?? Object.keys(manifest.dependencies ?? {});
    waiting.push(...names.map((name) => ({ name, from: folder })));
  }
  const sections = [...found.values()].sort();
  return `# Third-party notices\n\nPaddock contains the following packages under the licences given.\n\n${sections.join('\n')}`;
}

/** Node's rule: the nearest `node_modules` upwards in the tree. */
function findPackage(name: string, from: string): string {
  for (let folder = from; folder.length >= root.length; folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'node_modules', name);
    if (existsSync(candidate)) return candidate;
  }
  throw new Error(`${name}, which ${from} needs, is not installed. Run npm ci.`);
}

async function notice(folder: string, { name, version, license, author, repository }: Manifest): Promise<string> {
  if (!license) throw new Error(`${name} does not say its licence in ${folder}/package.json.`);
  const source = typeof repository === 'string' ? repository : repository?.url;
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e([.-]\w+)?$/i.test(entry));
  const by = typeof author === 'string' ? author : author?.name;
  const text = file ? await readFile(path.join(folder, file), 'utf8') : `Licence ${license}${by ? `, by ${by}` : ''}.`;
  return `## ${name} ${version}\n\n${license}${source ? `, ${source}` : ''}\n\n~~~\n${text.trim()}\n~~~\n`;
}

async function readManifest(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as Manifest;
}
