import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { root } from './support/paths.ts';

const DOCUMENTS = [
  ...['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'docs/guide.md', 'docs/reference.md'],
  ...['webview/README.md', 'training/README.md', 'models/default/README.md'],
];
const readDocument = (file: string) => readFileSync(path.join(root, file), 'utf8');

/** The anchors of a document's headings, as GitHub makes them. */
function anchorsOf(text: string): string[] {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading ?? '');
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}

test.each(DOCUMENTS)('every link and picture of %s leads somewhere', (document) => {
  const prose = readDocument(document).replace(/^```[\s\S]*?^```/gm, '');
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)|src="([^"]+)"/g)].map(([, link, source]) => link ?? source ?? '');
  const dead = links.filter((link) => {
    if (/^https?:/.test(link)) return false;
    const [file = '', anchor] = link.split('#');
    const target = file === '' ? document : path.join(path.dirname(document), file);
    if (!existsSync(path.join(root, target))) return true;
    return anchor !== undefined && !anchorsOf(readDocument(target)).includes(anchor);
  });
  expect(dead).toEqual([]);
});

test('every script that README and CONTRIBUTING name is one of package.json, and CONTRIBUTING names every one', () => {
  const { scripts } = JSON.parse(readDocument('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
  const named = (file: string) =>
    [...readDocument(file).matchAll(/\bnpm\s+(?:run\s+(?:--silent )?)?([a-z][a-z:]*)/g)].map(([, name]) => name ?? '');
  const known = [...Object.keys(scripts), 'ci'];
  for (const file of ['README.md', 'CONTRIBUTING.md'])
    expect(
      named(file).filter((name) => !known.includes(name)),
      file,
    ).toEqual([]);
  const contributing = readDocument('CONTRIBUTING.md');
  expect(Object.keys(scripts).filter((name) => !new RegExp(`npm (run (--silent )?)?${name}\\b`).test(contributing))).toEqual([]);
});

test("README gives the hours of training that the model card's stages add up to", () => {
  const card = readDocument('models/default/README.md');
  const rows = (/^## Training\n\n((?:\|.*\n)+)/m.exec(card)?.[1] ?? '')
    .split('\n')
    .map((row) => row.split('|').map((cell) => cell.trim()));
  const column = rows[0]?.indexOf('minutes') ?? -1;
  const minutes = rows.slice(2).reduce((sum, row) => sum + Number(row[column] ?? 0), 0);
  expect(minutes).toBeGreaterThan(60);
  expect(readDocument('README.md')).toMatch(new RegExp(`\\bfor ${Math.round(minutes / 60)} hours on a\\s+CPU`));
});
