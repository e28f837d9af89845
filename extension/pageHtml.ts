/** The parts of a webview page's frame. */
export interface PageParts {
  /** The language of its texts, as in BCP 47. */
  readonly language: string;
  readonly title: string;
  /** Addresses of its files, which a webview may load. */
  readonly script: string;
  readonly style: string;
  /** Where styles come from, as a source of the Content Security Policy. */
  readonly cspSource: string;
  /** Base64; a new one for each page. */
  readonly nonce: string;
  /** The script's initial data: any JSON value. */
  readonly data: unknown;
}

/**
 * The frame of a page: it runs only its own script, uses its own style sheet, and can load nothing else: no network, pictures or frames.
 * No text becomes markup in it, except the constant templates of VS Code Elements, which Lit parses.
 */
export function pageHtml({ language, title, script, style, cspSource, nonce, data }: PageParts): string {
  const sources = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${cspSource}; base-uri 'none'; form-action 'none'`;
  const policy = `${sources}; require-trusted-types-for 'script'; trusted-types lit-html`;
  return `<!doctype html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="stylesheet" href="${escapeHtml(style)}">
<script defer nonce="${escapeHtml(nonce)}" src="${escapeHtml(script)}"></script>
</head>
<body data-start="${escapeHtml(JSON.stringify(data))}"></body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
