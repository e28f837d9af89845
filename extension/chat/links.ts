/**
 * The address of a link that may be shown and opened: a page of the web, without a name before an `@`, which would read like another
 * host. Undefined for all others, which might run something, hold data or be on this machine.
 */
export function webAddress(href: string): string | undefined {
  if (!URL.canParse(href)) return undefined;
  const { protocol, username, password, href: address } = new URL(href);
  const isWeb = protocol === 'https:' || protocol === 'http:';
  return isWeb && username === '' && password === '' ? address : undefined;
}
