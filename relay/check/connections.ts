import { catalogUrls } from '../directory/connection/catalog-urls.ts';
import { openConnection } from '../directory/connection/connection.ts';
import { parseEndpoint } from '../directory/connection/endpoint.ts';
import { openSocket } from '../directory/connection/open-socket.ts';
import { trustedAuthorities } from '../directory/connection/trusted-authorities.ts';
import { DirectoryError, type DirectorySettings, directoryErrorCodes } from '../directory/index.ts';
import { type CompleteSettings, completeSettings } from '../directory/settings.ts';
import { SecretError } from '../settings/secrets.ts';
import { type CheckLine, error, ok, warning } from './line.ts';
import { mendAccount } from './mend-account.ts';

const mendSecret =
  'Correct where directory in relay.yaml says that the password is, and run the check as somebody who may read it (with systemd: as root, while the relay runs).';

/** Days before its end at which a certificate is worth a word, and at which it is urgent. */
const soon = { warning: 30, error: 7 } as const;
const dayMs = 86_400_000;

/** The lines about each domain controller, and those which let the account in. */
export type Reached = { readonly lines: readonly CheckLine[]; readonly urls: readonly string[] };

/**
 * Connects to every domain controller of the settings and binds. After a wrong password the others are not tried: it
 * would be wrong there too, and count towards a lock-out.
 */
export async function checkConnections(given: DirectorySettings, now: () => Date): Promise<Reached> {
  const settings = completeSettings(given);
  const lines: CheckLine[] = [];
  const urls: string[] = [];
  for (const url of settings.urls) {
    const { line, refused } = await attempt(url, settings);
    if (line.status === 'ok') {
      urls.push(url);
      lines.push(line, await certificate(url, settings, now()));
    } else lines.push(line);
    if (refused) break;
  }
  return { lines, urls };
}

/**
 * Connects to every global catalog that the relay asks before it gives a name: those of the settings and, where the forest has
 * several domains, those at its domain controllers.
 */
export async function checkCatalogs(
  given: DirectorySettings,
  domains: number,
  now: () => Date,
): Promise<readonly CheckLine[]> {
  const settings = completeSettings(given);
  if (domains < 2 && settings.globalCatalogs === undefined) return [];
  const answers = catalogUrls(settings).map(async (url) => {
    const { line } = await attempt(url, settings);
    if (line.status === 'ok') return [line, await certificate(url, settings, now())];
    const { remedy } = directoryErrorCodes.GLOBAL_CATALOG;
    return [line.id === 'connection' ? error('connection', line.detail, [line.remedy ?? '', remedy]) : line];
  });
  return (await Promise.all(answers)).flat();
}

async function attempt(
  url: string,
  settings: CompleteSettings,
): Promise<{ readonly line: CheckLine; readonly refused: boolean }> {
  try {
    const connection = await openConnection(parseEndpoint(url), settings);
    await connection.close();
    return {
      line: ok('connection', `${url} answers over TLS and lets ${settings.bindDn} in.`),
      refused: false,
    };
  } catch (cause) {
    if (cause instanceof SecretError) {
      return { line: error('account', cause.message, mendSecret), refused: true };
    }
    if (!(cause instanceof DirectoryError)) throw cause;
    const { remedy } = directoryErrorCodes[cause.code];
    const id =
      cause.kind === 'credentials' ? 'account' : cause.kind === 'untrusted' ? 'certificate' : 'connection';
    const detail = cause.message.replace(` ${remedy}`, '');
    const mended = id === 'account' ? mendAccount(settings.bindDn, detail) : undefined;
    return { line: error(id, detail, mended ?? remedy), refused: cause.kind === 'credentials' };
  }
}

async function certificate(url: string, settings: CompleteSettings, now: Date): Promise<CheckLine> {
  const { serverName, caFile, connectTimeoutMs } = settings;
  const trust = { authorities: await trustedAuthorities(caFile), serverName };
  try {
    const socket = await openSocket(parseEndpoint(url), trust, AbortSignal.timeout(connectTimeoutMs));
    const { valid_to: end } = socket.getPeerCertificate();
    socket.destroy();
    return certificateLine(url, new Date(end), now);
  } catch (cause) {
    if (!(cause instanceof DirectoryError)) throw cause;
    return error('certificate', cause.message, directoryErrorCodes[cause.code].remedy);
  }
}

/** What is to be said of a certificate that ends then. */
export function certificateLine(url: string, end: Date, now: Date): CheckLine {
  const days = Math.floor((end.getTime() - now.getTime()) / dayMs);
  const detail = `The certificate of ${url} is good for ${days} more days, until ${end.toISOString().slice(0, 10)}.`;
  if (days > soon.warning) return ok('certificate', detail);
  const remedy = 'Renew the certificate of the domain controller; the relay refuses one that has ended.';
  return days > soon.error ? warning('certificate', detail, remedy) : error('certificate', detail, remedy);
}
