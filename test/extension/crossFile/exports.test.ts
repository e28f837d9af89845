import { describe, expect, it } from 'vitest';
import { exportedSignatures } from '../../../extension/crossFile/exports.ts';

const lines = (...text: string[]) => text.join('\n');

describe('exportedSignatures', () => {
  it('gives the exports of TypeScript, without bodies; types as a whole', () => {
    const text = lines(
      "import { a } from './a.ts';",
      '',
      '/** Not told here. */',
      'export async function load(',
      '  path: string,',
      '  { signal }: Options = {},',
      '): Promise<{ text: string }> {',
      '  return { text: path };',
      '}',
      '',
      'export const add = (a: number, b: number): number => a + b;',
      'export const LIMIT = 4;',
      'const hidden = 1;',
      'export interface Options {',
      '  readonly signal?: AbortSignal;',
      '  each(done: () => void): void;',
      '}',
      '',
      "export type Kind = 'a' | 'b';",
      'export default class Store<T> extends Map<string, T> {',
      '  readonly size = 0;',
      '  #secret = 1;',
      '  private old(): void {}',
      '  get(name: string): T | undefined {',
      '    if (this.size) return undefined;',
      '    for (;;) {}',
      '  }',
      '}',
    );
    expect(exportedSignatures('src/store.ts', text)).toBe(
      lines(
        'export async function load(',
        '  path: string,',
        '  { signal }: Options = {},',
        '): Promise<{ text: string }>',
        'export const add = (a: number, b: number): number => …',
        'export const LIMIT = 4;',
        'export interface Options {',
        '  readonly signal?: AbortSignal;',
        '  each(done: () => void): void;',
        '}',
        "export type Kind = 'a' | 'b';",
        'export default class Store<T> extends Map<string, T> {',
        '  readonly size = 0;',
        '  get(name: string): T | undefined',
        '}',
        '',
      ),
    );
  });

  it('gives only the requested names, if they exist', () => {
    const text = lines('export function one(): void {}', 'export function two(): void {}');
    expect(exportedSignatures('a.ts', text, ['two', 'other'])).toBe('export function two(): void\n');
    expect(exportedSignatures('a.ts', text, ['other'])).toBe('export function one(): void\nexport function two(): void\n');
  });

  it('gives the top-level declarations of CommonJS modules', () => {
    const text = lines(
      'function parse (text, options) {',
      '  function inner () {}',
      '  return text',
      '}',
      'const local = 1',
      'exports.stringify = (value) => {',
      '  return String(value)',
      '}',
      'module.exports = parse',
    );
    expect(exportedSignatures('lib/parse.js', text)).toBe(
      lines('function parse (text, options)', 'exports.stringify = (value) => …', 'module.exports = parse', ''),
    );
  });

  it('gives the functions, classes and constants of Python, except names with a leading underscore', () => {
    const text = lines(
      'LIMIT: int = 4',
      'logger = None',
      'def load(path: str, *,',
      '         strict: bool = False) -> str:',
      '    return path',
      '',
      'def _hidden():',
      '    pass',
      '',
      'class Store(Base):',
      '    """Keeps things."""',
      '',
      '    size: int = 0',
      '',
      '    def __init__(self, root: Path) -> None:',
      '        self.root = root',
      '',
      '    async def get(self, name: str) -> str | None:',
      '        if name:',
      '            return None',
      '',
      '    def _old(self):',
      '        pass',
      'value = Store()',
    );
    expect(exportedSignatures('pkg/store.py', text)).toBe(
      lines(
        'LIMIT: int = 4',
        'def load(path: str, *,',
        '         strict: bool = False) -> str: ...',
        'class Store(Base):',
        '    size: int = 0',
        '    def __init__(self, root: Path) -> None: ...',
        '    async def get(self, name: str) -> str | None: ...',
        '',
      ),
    );
  });

  it('gives nothing for unknown languages', () => {
    expect(exportedSignatures('main.go', 'func Load() {}')).toBe('');
  });
});
