import type { CompleteSettings } from '../settings.ts';
import { parseEndpoint } from './endpoint.ts';

/** Where the global catalog listens (MS-ADTS §6.1.2.1): its own ports on the same domain controllers. */
const ports = { fromTheStart: 3269, startTls: 3268 } as const;

/** The global catalogs that are named, or the domain controllers at the ports of the global catalog. */
export function catalogUrls({ urls, globalCatalogs }: CompleteSettings): readonly [string, ...string[]] {
  const [first, ...others] = globalCatalogs ?? [];
  if (first !== undefined) return [first, ...others];
  const [preferred, ...more] = urls;
  return [catalogAt(preferred), ...more.map(catalogAt)];
}

function catalogAt(url: string): string {
  const { host, tls } = parseEndpoint(url);
  const scheme = tls === 'fromTheStart' ? 'ldaps' : 'ldap';
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${ports[tls]}`;
}
