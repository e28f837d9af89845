import * as vscode from 'vscode';

interface Contribution {
  readonly id?: string;
  readonly aliases?: readonly string[];
}

/**
 * A language as the editor calls it, such as `TypeScript`, by its identifier. VS Code tells extensions no names, so it is the first
 * alias that an extension gives it; the identifier where none does.
 */
export function languageName(id: string): string {
  for (const { packageJSON } of vscode.extensions.all) {
    const languages: readonly Contribution[] = packageJSON?.contributes?.languages ?? [];
    const name = languages.find((each) => each.id === id)?.aliases?.[0];
    if (name) return name;
  }
  return id;
}
