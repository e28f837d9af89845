import { describe, expect, it } from 'vitest';
import { withUnknown } from '../../webview/chat/markdown/marked.ts';

describe('names in code', () => {
  const marked = (code: string, ...names: string[]) =>
    withUnknown([code], new Set(names)).map((piece) => (typeof piece === 'object' && 'name' in piece ? [piece.name] : piece));

  it('are marked as whole words', () => {
    expect(marked('trot(trotOn, $trot, a-trot)', 'trot')).toEqual([['trot'], '(trotOn, $trot, a-', ['trot'], ')']);
  });

  it('may contain dashes in style sheets, where they do not match within longer ones', () => {
    expect(marked('a { pony-size: 1; pony-size-x: 2; --pony-size: 3 }', 'pony-size')).toEqual([
      'a { ',
      ['pony-size'],
      ': 1; pony-size-x: 2; --pony-size: 3 }',
    ]);
    expect(marked('pony-size: pony-size-x', 'pony-size', 'pony-size-x')).toEqual([['pony-size'], ': ', ['pony-size-x']]);
  });
});
