import { openConnection } from '../directory/connection/connection.ts';
import { parseEndpoint } from '../directory/connection/endpoint.ts';
import type { DirectorySettings } from '../directory/index.ts';
import { completeSettings } from '../directory/settings.ts';
import { readToken } from './identity.ts';
import { privilegesOf } from './privileged.ts';

/** Whether relay.yaml says that an administrator's account is what somebody wants. */
export type StartConsent = { readonly allowPrivilegedAccount: boolean };

/**
 * Why the relay should not start with this account: it rules the domain, so that whoever takes over the relay, or what it
 * reads, does too. Undefined where nothing speaks against it. Asks the first domain controller that answers.
 *
 * @throws DirectoryError where none answers; the relay then waits for AD and asks again
 */
export async function refuseToStart(
  given: DirectorySettings,
  { allowPrivilegedAccount }: StartConsent,
): Promise<string | undefined> {
  if (allowPrivilegedAccount) return undefined;
  const settings = completeSettings(given);
  let last: unknown;
  for (const url of settings.urls) {
    try {
      const connection = await openConnection(parseEndpoint(url), settings);
      try {
        return objection(settings.bindDn, privilegesOf(await readToken(connection)));
      } finally {
        await connection.close();
      }
    } catch (error) {
      last = error;
    }
  }
  throw last;
}

function objection(account: string, privileges: ReturnType<typeof privilegesOf>): string | undefined {
  const groups = privileges.filter(({ rules }) => rules === 'domain').map(({ name }) => name);
  if (groups.length === 0) return undefined;
  return (
    `${account} is a member of ${groups.join(', ')}, and the relay does not start with an account that rules the domain. ` +
    'Give it an account of its own and the rights it needs (entra-writeback prepare), ' +
    'or set allowPrivilegedAccount: true in relay.yaml for a test.'
  );
}
