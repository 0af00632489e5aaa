import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { generate } from 'selfsigned';

export type ServerCertificate = {
  readonly key: string;
  readonly cert: string;
  /** The file with the CA that signed the certificate, for `NODE_EXTRA_CA_CERTS` and `curl --cacert`. */
  readonly caFile: string;
};

const yearMs = 365 * 24 * 60 * 60 * 1000;

/** Makes a certificate authority and a certificate for the host, localhost and 127.0.0.1; only the CA is written to disk. */
export const createServerCertificate = async (
  directory: string,
  host: string,
): Promise<ServerCertificate> => {
  const validity = {
    notBeforeDate: new Date(Date.now() - 60_000),
    notAfterDate: new Date(Date.now() + yearMs),
  };
  const common = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256', ...validity } as const;
  // A name of its own for each: verifiers find the issuer by name, and a client may trust several doubles.
  const authorityName = `Graph double CA ${randomBytes(4).toString('hex')}`;
  const authority = await generate([{ name: 'commonName', value: authorityName }], {
    ...common,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const addresses = [...new Set([host, '127.0.0.1'])].filter((name) => isIP(name) > 0);
  const names = [...new Set([host, 'localhost'])].filter((name) => isIP(name) === 0);
  const server = await generate([{ name: 'commonName', value: host }], {
    ...common,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          ...addresses.map((ip) => ({ type: 7, ip }) as const),
          ...names.map((value) => ({ type: 2, value }) as const),
        ],
      },
    ],
  });
  await mkdir(directory, { recursive: true });
  const caFile = join(directory, 'graph-ca.pem');
  await writeFile(caFile, authority.cert);
  return { key: server.private, cert: server.cert, caFile };
};
