/** What begins a comment of one line, by the extension of a file. Languages with block comments only are missing: a text could end one. */
const MARKS: Readonly<Record<string, string>> = {
  ...all('//', 'ts tsx mts cts js jsx mjs cjs c h cc cpp cxx hpp hh cs java kt kts scala groovy gradle go rs swift dart php sol'),
  ...all('//', 'proto m mm fs fsx v sv zig less scss jsonc json5 prisma glsl wgsl hlsl cu'),
  ...all('#', 'py pyi rb sh bash zsh fish yaml yml toml tf pl pm r jl ex exs nim cmake mk ps1 graphql gql coffee cr nix'),
  ...all('--', 'lua sql hs elm vhd'),
  ...all('%', 'erl tex'),
  ...all(';', 'clj cljs lisp el scm asm'),
};

/** What begins a comment of one line in a file; undefined where that is not known. */
export function lineCommentOf(path: string): string | undefined {
  return MARKS[/\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? ''];
}

function all(mark: string, extensions: string): Record<string, string> {
  return Object.fromEntries(extensions.split(' ').map((extension) => [extension, mark]));
}
