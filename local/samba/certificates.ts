import { generate } from 'selfsigned';

/** A certificate and its private key, both PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

const tenYearsInMs = 10 * 365 * 24 * 60 * 60 * 1000;
const elliptic = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;

/** Makes a certificate authority of its own. */
export async function createAuthority(commonName: string): Promise<Certificate> {
  const made = await generate([{ name: 'commonName', value: commonName }], {
    ...elliptic,
    ...validity(),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  });
  return { cert: made.cert, key: made.private };
}

/** Makes a server certificate, signed by `authority`, that is good for all the given host names and addresses. */
export async function createServerCertificate(
  authority: Certificate,
  names: { readonly hosts: readonly string[]; readonly addresses: readonly string[] },
): Promise<Certificate> {
  const made = await generate([{ name: 'commonName', value: names.hosts[0] ?? 'localhost' }], {
    ...elliptic,
    ...validity(),
    ca: authority,
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          ...names.hosts.map((value) => ({ type: 2 as const, value })),
          ...names.addresses.map((ip) => ({ type: 7 as const, ip })),
        ],
      },
    ],
  });
  return { cert: made.cert, key: made.private };
}

/** From a day ago, so that a clock that is a little behind does not refuse it. */
function validity() {
  const now = Date.now();
  return { notBeforeDate: new Date(now - 86_400_000), notAfterDate: new Date(now + tenYearsInMs) };
}
