import { expect, it } from 'vitest';
import { Gatherer } from '../../../extension/crossFile/gather.ts';

const FILES: Readonly<Record<string, string>> = {
  'src/cart.ts':
    'export function addItem(cart: Cart, item: Item): void {\n  cart.items.push(item);\n}\nexport function unused(): void {}\n',
  'src/never.ts': 'export function neverUsed(): void {}\n',
  'src/shop.ts': 'openCart();\naddItem(cart, item);\ncart.items.map(priceOf);\n',
  'src/own.ts': 'addItem(cart, item);\n',
};

/** Gathers at the end of a text in src/own.ts. */
async function gather(prefix: string, changes: object = {}) {
  const read: string[] = [];
  const related = await new Gatherer().gather(
    { path: 'src/own.ts', prefix, suffix: '' },
    {
      read: async (path) => {
        read.push(path);
        return FILES[path];
      },
      visited: ['src/own.ts', 'src/shop.ts', 'src/secret.ts'],
      declarations: [],
      pause: async () => {},
      ...changes,
    },
  );
  return { related, read };
}

const CODE = "import { addItem } from './cart.ts';\nimport { neverUsed } from './never.ts';\n";
const USING = `${CODE}${'\n'.repeat(30)}const item = cart.items[0];\naddItem(cart, `;

it('gives what is imported and used near the cursor, then similar windows', async () => {
  const { related, read } = await gather(USING);
  expect(related).toEqual([
    { path: 'src/cart.ts', text: 'export function addItem(cart: Cart, item: Item): void\n' },
    { path: 'src/shop.ts', text: 'openCart();\naddItem(cart, item);\ncart.items.map(priceOf);\n' },
  ]);
  expect(read).not.toContain('src/never.ts');
});

it('puts declarations first, and repeats nothing', async () => {
  const text = 'export function addItem(cart: Cart, item: Item): void';
  const declarations = [
    { path: 'src/types.ts', text: 'interface Cart {}' },
    { path: 'src/cart.ts', text },
  ];
  const { related } = await gather(USING, { declarations, visited: [] });
  expect(related).toEqual([
    { path: 'src/types.ts', text: 'interface Cart {}\n' },
    { path: 'src/cart.ts', text: `${text}\n` },
  ]);
});

it('gives nothing of the document itself, or of files that must not be read', async () => {
  const { related } = await gather('openCart();\naddItem(cart, item);\n', {
    visited: ['src/own.ts', 'src/secret.ts'],
    declarations: [{ path: 'src/own.ts', text: 'here()' }],
  });
  expect(related).toEqual([]);
});

it('reads a file again when its text has changed', async () => {
  const gatherer = new Gatherer();
  let text = 'openCart();\naddItem();\n';
  const look = () =>
    gatherer.gather(
      { path: 'src/own.ts', prefix: 'openCart();\naddItem();\n', suffix: '' },
      { read: async () => text, visited: ['src/shop.ts'], declarations: [], pause: async () => {} },
    );
  expect(await look()).toEqual([{ path: 'src/shop.ts', text }]);
  text = 'openCart();\naddItem();\nmore();\n';
  expect(await look()).toEqual([{ path: 'src/shop.ts', text }]);
});
