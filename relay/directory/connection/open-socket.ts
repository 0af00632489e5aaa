import { once } from 'node:events';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { DirectoryError } from '../errors/directory-error.ts';
import { connectFailure } from './connect-failure.ts';
import type { Endpoint } from './endpoint.ts';
import { requestTls } from './start-tls.ts';

export type Trust = { readonly authorities: readonly string[]; readonly serverName: string | undefined };

/**
 * Opens a connection with TLS and a verified certificate.
 *
 * @param signal ends the attempt
 * @throws DirectoryError that says which property of the certificate is wrong, or why nothing answers
 */
export async function openSocket(endpoint: Endpoint, trust: Trust, signal: AbortSignal): Promise<TLSSocket> {
  let socket: Socket = connectTcp({ host: endpoint.host, port: endpoint.port });
  const giveUp = () => socket.destroy(new Error('no answer within connectTimeoutMs'));
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    await once(socket, 'connect');
    if (endpoint.tls === 'startTls') await requestTls(socket, endpoint.url);
    const secure = connectTls({
      socket,
      ca: [...trust.authorities],
      ...nameToVerify(trust.serverName ?? endpoint.host),
    });
    socket = secure;
    await once(secure, 'secureConnect');
    secure.setNoDelay(true);
    secure.setKeepAlive(true, 30_000);
    return secure;
  } catch (error) {
    socket.destroy();
    throw error instanceof DirectoryError ? error : connectFailure(endpoint, error);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

/** The name that the certificate must carry; an address may not be asked for by SNI (RFC 6066 §3). */
const nameToVerify = (name: string) => (isIP(name) === 0 ? { servername: name } : { host: name });
