import { directoryError } from '../errors/directory-error.ts';

/** One domain controller: where it listens, and how TLS begins there. */
export type Endpoint = {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly tls: 'fromTheStart' | 'startTls';
};

/** @throws DirectoryError where the URL is not one of ldap:// or ldaps:// with a host */
export function parseEndpoint(url: string): Endpoint {
  const parsed = URL.parse(url);
  const scheme = parsed?.protocol;
  if (parsed === null || parsed.hostname === '' || (scheme !== 'ldap:' && scheme !== 'ldaps:')) {
    throw directoryError(
      'UNREACHABLE',
      `"${url}" is not the address of a domain controller (ldaps://host or ldap://host).`,
      { retry: 'never' },
    );
  }
  const secure = scheme === 'ldaps:';
  return {
    url,
    host: parsed.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: parsed.port === '' ? (secure ? 636 : 389) : Number(parsed.port),
    tls: secure ? 'fromTheStart' : 'startTls',
  };
}
