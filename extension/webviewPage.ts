import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { pageHtml } from './pageHtml.ts';

/** A page of the package: its bundle in `dist/webview`, without the extension, and its initial data. */
export interface Page {
  readonly bundle: string;
  readonly title: string;
  /** Any JSON value. */
  readonly data: unknown;
}

/** Puts a page into a webview. It may run its script and load its own two files, and nothing else. */
export function showPage(webview: vscode.Webview, extensionUri: vscode.Uri, { bundle, title, data }: Page): void {
  const folder = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
  const address = (file: string) => webview.asWebviewUri(vscode.Uri.joinPath(folder, file)).toString();
  webview.options = { enableScripts: true, localResourceRoots: [folder] };
  webview.html = pageHtml({
    language: vscode.env.language,
    title,
    script: address(`${bundle}.js`),
    style: address(`${bundle}.css`),
    cspSource: webview.cspSource,
    nonce: randomBytes(18).toString('base64'),
    data,
  });
}
