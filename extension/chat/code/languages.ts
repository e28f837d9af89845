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
