import type { Span } from './lineSpan.ts';

/** A declaration that a language server knows. */
export interface NamedSpan {
  readonly name: string;
  /** What kind it is, as VS Code counts kinds. */
  readonly kind: number;
  /** With its whole body. */
  readonly range: Span;
}

export interface SymbolNode extends NamedSpan {
  readonly children: readonly SymbolNode[];
}

export interface ListedSymbol extends NamedSpan {
  /** Names of what it is in, the outermost first. */
  readonly path: readonly string[];
}

/** The symbols of a document one below the other, each before what it holds, in the order of the text. */
export function listSymbols(nodes: readonly SymbolNode[], path: readonly string[] = []): ListedSymbol[] {
  const inOrder = [...nodes].sort(
    (a, b) => a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character,
  );
  return inOrder.flatMap(({ name, kind, range, children }) => [
    { name, kind, range, path },
    ...listSymbols(children, [...path, name]),
  ]);
}

/** The smallest symbol with a line in it; undefined where there is none. */
export function symbolAt(symbols: readonly ListedSymbol[], line: number): ListedSymbol | undefined {
  const around = symbols.filter(({ range }) => range.start.line <= line && line <= range.end.line);
  return around.reduce<ListedSymbol | undefined>((best, each) => (best && height(best) < height(each) ? best : each), undefined);
}

/** A symbol with all of its first line that is nothing but indentation, so that its lines stand below each other as they do in the file. */
export function wholeLines({ start, end }: Span, firstLine: string): Span {
  const isIndented = firstLine.slice(0, start.character).trim() === '';
  return { start: { line: start.line, character: isIndented ? 0 : start.character }, end };
}

function height({ range }: NamedSpan): number {
  return range.end.line - range.start.line;
}
