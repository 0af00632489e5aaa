import { Dn } from '../../shared/domain/index.ts';
import { textsOf } from '../directory/connection/entry.ts';
import { findAt } from '../directory/read/find.ts';
import type { Context } from './context.ts';
import { type CheckLine, error, ok, warning } from './line.ts';

/**
 * Whether the domain enforces the cloud as source of authority (Windows Server 2022 and later), and lets us write all the
 * same. The policy lists in msDS-Settings who may change objects whose msDS-ObjectSoa is Cloud, and says by its keywords whether it
 * is enforced or only observed.
 */
export async function checkSourceOfAuthority({ session, account, token }: Context): Promise<CheckLine> {
  const dn = Dn.parse(`CN=Cloud,CN=SOA-Policies,CN=System,${session.facts.baseDn}`);
  const entry = await findAt(session, dn, ['msDS-Settings', 'keywords']);
  if (entry === undefined)
    return ok('source-of-authority', 'The domain does not enforce the cloud as source of authority.');
  const settings = textsOf(entry, 'msDS-Settings').join(' ');
  const mode = textsOf(entry, 'keywords').join(', ') || 'of an unknown mode';
  const listed = [...token.sids].some((sid) => new RegExp(`${sid}(?!\\d)`).test(settings));
  if (listed) return ok('source-of-authority', `${dn} (${mode}) lists the account.`);
  const who = account === undefined ? 'the account' : `${account.name} (${account.sid})`;
  const remedy = `Add ${account?.sid ?? 'its SID'} to msDS-Settings of ${dn} (ADSI Edit, as a domain administrator).`;
  const detail = `${dn} (${mode}) does not list ${who}, so AD refuses to change objects whose msDS-ObjectSoa is Cloud.`;
  return /audit/i.test(mode)
    ? warning('source-of-authority', detail, remedy)
    : error('source-of-authority', detail, remedy);
}
