/**
 * Whether a target is a page of the web. All others are never followed: those that run something (`command:`, `vscode:`, `javascript:`),
 * hold something (`data:`) or lie on this machine (`file:`), and addresses with a name before an `@`, which read like another host.
 */
export function isWebAddress(href: string): boolean {
  if (!/^https?:\/\//i.test(href) || !URL.canParse(href)) return false;
  const { username, password, hostname } = new URL(href);
  return username === '' && password === '' && hostname !== '';
}
