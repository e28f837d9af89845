/** Names that fences have for languages, by those that editors have. */
const EDITORS: Readonly<Record<string, string>> = {
  ts: 'typescript',
  tsx: 'typescriptreact',
  js: 'javascript',
  mjs: 'javascript',
  cjs: 'javascript',
  jsx: 'javascriptreact',
  node: 'javascript',
  py: 'python',
  python3: 'python',
  rb: 'ruby',
  rs: 'rust',
  golang: 'go',
  'c++': 'cpp',
  cs: 'csharp',
  'c#': 'csharp',
  sh: 'shellscript',
  bash: 'shellscript',
  zsh: 'shellscript',
  shell: 'shellscript',
  console: 'shellscript',
  yml: 'yaml',
  md: 'markdown',
  kt: 'kotlin',
  ps1: 'powershell',
  docker: 'dockerfile',
  text: 'plaintext',
  txt: 'plaintext',
};

/** The language of an editor for the name in a fence. @param known languages of the editor */
export function editorLanguage(fence: string, known: readonly string[]): string {
  const name = fence.trim().toLowerCase();
  const language = known.includes(name) ? name : EDITORS[name];
  return language !== undefined && known.includes(language) ? language : 'plaintext';
}

/** Languages whose code may stand in a file of another of the same group. */
const AKIN: readonly (readonly string[])[] = [
  ['javascript', 'javascriptreact', 'typescript', 'typescriptreact'],
  ['c', 'cpp', 'cuda-cpp', 'objective-c', 'objective-cpp'],
  ['css', 'scss', 'less'],
  ['json', 'jsonc', 'jsonl', 'json5'],
  ['yaml', 'dockercompose'],
  ['xml', 'xsl', 'html'],
  ['tex', 'latex'],
  ['ini', 'properties'],
];

/** Languages of files that hold code of any, and what the editor calls text that it knows nothing of. */
const MIXED = [
  ...['html', 'vue', 'svelte', 'astro', 'php', 'razor', 'handlebars', 'erb', 'jade'],
  ...['markdown', 'mdx', 'juliamarkdown', 'restructuredtext', 'latex', 'plaintext'],
];

/**
 * The language of code that is not what a document is written in; undefined for code that may stand there, and where its fence names no
 * language of the editor.
 * @param fence the name in the code's fence
 * @param document the document's language
 * @param known languages of the editor
 */
export function strangeLanguage(fence: string, document: string, known: readonly string[]): string | undefined {
  const language = editorLanguage(fence, known);
  const isAtHome = language === document || AKIN.some((group) => group.includes(language) && group.includes(document));
  return language === 'plaintext' || MIXED.includes(document) || isAtHome ? undefined : language;
}
