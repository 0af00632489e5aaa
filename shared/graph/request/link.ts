/**
 * The absolute address of a link that Graph gave, or undefined where it leads to another place than
 * `baseUrl`: our token must not go there. `from` is the address that the link was found at.
 */
export function safeLink(link: string, from: string, baseUrl: string): string | undefined {
  const base = new URL(baseUrl);
  const url = URL.parse(link, from);
  const folder = `${base.pathname.replace(/\/+$/, '')}/`;
  const isSafe =
    url?.origin === base.origin && url.pathname.startsWith(folder) && !url.username && !url.password;
  return isSafe ? url.href : undefined;
}
