import { registerHooks } from 'node:module';

/** A stand-in for VS Code as far as texts of pages need it: its `l10n` returns the English text. */
const VSCODE = `
  export const l10n = { t: (text, ...values) => text.replace(/\\{(\\d+)\\}/g, (place, i) => values[i] ?? place) };
  export const env = { language: 'en' };
`;

/** Imports a module of the extension that contains texts, which are then in English. */
export async function inEnglish<Module>(load: () => Promise<Module>): Promise<Module> {
  const url = `data:text/javascript,${encodeURIComponent(VSCODE)}`;
  const hooks = registerHooks({
    resolve: (name, context, next) => (name === 'vscode' ? { url, format: 'module', shortCircuit: true } : next(name, context)),
  });
  try {
    return await load();
  } finally {
    hooks.deregister();
  }
}
