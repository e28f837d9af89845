import { describe, expect, it } from 'vitest';
import { type Import, importsOf } from '../../../extension/crossFile/imports.ts';

const written = ({ names }: Import) => names.map(({ name, local }) => (name === local ? name : `${name} as ${local}`));

describe('importsOf', () => {
  it('finds relative imports of TypeScript with the names they take', () => {
    const text = `import vscode from 'vscode';
import { type Feed, read as get } from './feed.ts';
import type { Rules } from '../rules';
import * as all from './all.js';
import Default, { other } from './default.ts';
export { thing } from './thing.ts';
import {
  one,
  two,
} from './several.ts';
import './side.ts';
`;
    const found = importsOf('src/memory/a.ts', text);
    expect(found.map((each) => [each.candidates[0], written(each)])).toEqual([
      ['src/memory/feed.ts', ['Feed', 'read as get']],
      ['src/rules.ts', ['Rules']],
      ['src/memory/all.js', []],
      ['src/memory/default.ts', ['default as Default', 'Default', 'other']],
      ['src/memory/thing.ts', ['thing']],
      ['src/memory/several.ts', ['one', 'two']],
    ]);
    expect(found[1]?.candidates).toContain('src/rules/index.ts');
    expect(found[2]?.candidates[1]).toBe('src/memory/all.ts');
  });

  it('finds what CommonJS modules require', () => {
    const text = "const { encode, decode: read } = require('./codec')\nconst only = require('..')\nconst fs = require('fs')\n";
    const found = importsOf('lib/a.js', text);
    expect(found.map((each) => [each.candidates[0], written(each)])).toEqual([
      ['lib/codec.js', ['encode', 'decode as read']],
      ['.js', ['default as only', 'only']],
    ]);
    expect(found[1]?.candidates).toContain('index.js');
  });

  it('finds Python modules, relative ones and those below a parent folder', () => {
    const text = `from __future__ import annotations
import shop.items
from . import helpers
from .types import (
    Item,  # the thing
    Price as Cost,
)
from ..base import Base
`;
    expect(importsOf('src/shop/cart/view.py', text)).toMatchObject([
      { names: [{ name: 'annotations' }] },
      { candidates: expect.arrayContaining(['src/shop/items.py', 'shop/items/__init__.py']), names: [] },
      { candidates: ['src/shop/cart/helpers.py', 'src/shop/cart/helpers/__init__.py'], names: [] },
      {
        candidates: ['src/shop/cart/types.py', 'src/shop/cart/types/__init__.py'],
        names: [{ name: 'Item' }, { name: 'Price', local: 'Cost' }],
      },
      { candidates: ['src/shop/base.py', 'src/shop/base/__init__.py'], names: [{ name: 'Base' }] },
    ]);
  });

  it('never leads out of the root', () => {
    expect(importsOf('a.ts', "import { x } from '../../etc/x.ts';")).toEqual([]);
    expect(importsOf('a.py', 'from ..base import x')).toMatchObject([{ candidates: [] }]);
  });

  it('knows no other languages', () => {
    expect(importsOf('main.go', 'import "./x"')).toEqual([]);
  });
});
