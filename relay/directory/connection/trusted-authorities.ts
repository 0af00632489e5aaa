import { readFile } from 'node:fs/promises';
import { getCACertificates } from 'node:tls';
import { directoryError } from '../errors/directory-error.ts';

/**
 * The certificates to trust, PEM. Read at every connection, so that a renewed file is taken up. Without a file: those of
 * the operating system, where the authority of a Windows domain usually is, and those of Node (NODE_EXTRA_CA_CERTS).
 *
 * @throws DirectoryError where the file cannot be read or holds no certificate
 */
export async function trustedAuthorities(caFile: string | undefined): Promise<readonly string[]> {
  if (caFile === undefined) return [...getCACertificates('default'), ...getCACertificates('system')];
  const text = await readFile(caFile, 'utf8').catch((cause: unknown) => {
    throw directoryError('CA_FILE_UNREADABLE', `The file ${caFile} cannot be read.`, { cause });
  });
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    throw directoryError('CA_FILE_UNREADABLE', `The file ${caFile} holds no PEM certificate.`);
  }
  return [text];
}
