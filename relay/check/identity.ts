import { Dn, type Sid } from '../../shared/domain/index.ts';
import type { Connection } from '../directory/connection/connection.ts';
import { bytesOf, textOf } from '../directory/connection/entry.ts';
import { directoryError } from '../directory/errors/directory-error.ts';
import { sidFromBytes } from '../directory/index.ts';
import { anything } from '../directory/read/filters.ts';
import { readRoot } from '../prepare/session.ts';

/** Who a connection is bound as: every identifier in its token, groups and well-known ones included. */
export type Token = { readonly sids: ReadonlySet<Sid>; readonly domainSid: Sid };

/** Reads the token from the rootDSE, where AD computes it for whoever asks (MS-ADTS §3.1.1.3.2, tokenGroups). */
export async function readToken(connection: Connection): Promise<Token> {
  const root = await readRoot(connection, ['tokenGroups', 'defaultNamingContext'], ['tokenGroups']);
  const values = root?.values.get('tokenGroups') ?? [];
  const sids = values.flatMap((value) => (Buffer.isBuffer(value) ? [sidFromBytes(value)] : []));
  const base = Dn.safeParse(root === undefined ? undefined : textOf(root, 'defaultNamingContext'));
  const [domain] = base.success
    ? await connection.search({
        base: base.data,
        scope: 'base',
        filter: anything,
        attributes: ['objectSid'],
        binary: ['objectSid'],
      })
    : [];
  const domainSid = domain === undefined ? undefined : bytesOf(domain, 'objectSid');
  if (sids.length === 0 || domainSid === undefined) {
    throw directoryError('INCOMPLETE', 'The domain controller did not say of which groups the account is.');
  }
  return { sids: new Set(sids), domainSid: sidFromBytes(domainSid) };
}
