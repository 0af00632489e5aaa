/** The identity of a domain, from which all its names follow. */
export interface Domain {
  /** DNS name in capitals, for example `LAB.TEST`. */
  readonly realm: string;
  /** NetBIOS name, for example `LAB`. */
  readonly netbios: string;
  /** DNS name in small letters. */
  readonly dns: string;
  /** Distinguished name of the domain, for example `DC=lab,DC=test`. */
  readonly baseDn: string;
  /** DNS name of the domain controller. */
  readonly serverName: string;
}

/** Name of the one domain controller, without its domain. */
export const hostName = 'dc1';

/**
 * The names of a domain whose DNS name is `realm`.
 *
 * @throws when it is not a DNS name of at least two labels, or its first label is too long for a NetBIOS name (15)
 */
export function domainOf(realm: string): Domain {
  const dns = realm.toLowerCase();
  if (!/^[a-z][a-z0-9-]{0,14}(\.[a-z0-9-]+)+$/.test(dns)) {
    throw new Error(
      `Realm "${realm}" does not do: it must be a DNS name such as LAB.TEST, its first label at most 15 letters long.`,
    );
  }
  const labels = dns.split('.');
  return {
    realm: dns.toUpperCase(),
    netbios: (labels[0] ?? '').toUpperCase(),
    dns,
    baseDn: labels.map((label) => `DC=${label}`).join(','),
    serverName: `${hostName}.${dns}`,
  };
}
