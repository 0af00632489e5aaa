import { once } from 'node:events';
import { createServer } from 'node:net';
import { type Hold, tryHold } from './lock.ts';

/** LDAP, LDAPS, and both for the global catalog. Samba cannot be told to use other ports. */
const ports = [389, 636, 3268, 3269];

/** A loopback address that nobody else uses for a domain controller until it is released. */
export interface Reservation extends Hold {
  readonly address: string;
}

/**
 * Reserves a loopback address on which a domain controller can listen.
 *
 * @param wanted take this address; default: the first free one from 127.0.0.2 on
 * @throws when it is taken, none is left, or this process may not open ports below 1024
 */
export async function reserveAddress(wanted?: string): Promise<Reservation> {
  for (const address of wanted === undefined ? candidates() : [wanted]) {
    const hold = await tryHold(`address ${address}`);
    if (hold === undefined) continue;
    const obstacle = await portObstacle(address);
    if (obstacle === undefined) return { address, release: hold.release };
    await hold.release();
    if (obstacle === 'EACCES') throw new Error(notPrivileged);
  }
  throw new Error(
    wanted === undefined
      ? `No free address among 127.0.0.2 to 127.0.0.254: ports ${ports.join(', ')} are taken on each, or the loopback interface is down.`
      : `${wanted} is not free: another domain controller has reserved it or listens on one of ports ${ports.join(', ')}. Leave the address out to get a free one.`,
  );
}

/** Whether this process may open the ports of a domain controller at all. */
export async function mayOpenLdapPorts(): Promise<boolean> {
  return (await portObstacle('127.0.0.1')) !== 'EACCES';
}

const notPrivileged =
  'This process may not open ports below 1024, which a domain controller needs. Run it as root, or with ' +
  '`setpriv --inh-caps +net_bind_service --ambient-caps +net_bind_service`, or inside `unshare -rn`.';

/** 127.0.0.2 to 127.0.0.254. Processes begin at different places, so that they seldom try the same one. */
function candidates(): readonly string[] {
  return Array.from({ length: 253 }, (_, index) => `127.0.0.${2 + ((process.pid + index) % 253)}`);
}

async function portObstacle(address: string): Promise<string | undefined> {
  for (const port of ports) {
    const server = createServer();
    try {
      server.listen(port, address);
      await once(server, 'listening');
      server.close();
      await once(server, 'close');
    } catch (error) {
      return error instanceof Error && 'code' in error ? String(error.code) : String(error);
    }
  }
  return undefined;
}
