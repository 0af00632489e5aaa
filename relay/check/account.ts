import type { Context } from './context.ts';
import { type CheckLine, error, ok, warning } from './line.ts';
import { privilegesOf } from './privileged.ts';
import type { StartConsent } from './refuse-to-start.ts';

/** Who the relay is in AD, and whether it is somebody who rules it. */
export function checkAccount(
  context: Context,
  { allowPrivilegedAccount }: StartConsent,
): readonly CheckLine[] {
  return [identity(context), privileges(context, allowPrivilegedAccount)];
}

function identity({ account, settings, session, token }: Context): CheckLine {
  const { bindDn } = settings.directory;
  if (account === undefined) {
    const detail = `${bindDn} logs on, but is no account of ${session.facts.dnsDomain}; its rights come from its ${token.sids.size} groups.`;
    return warning(
      'account',
      detail,
      'Use an account of this domain, so that its rights can be given to it.',
    );
  }
  return ok('account', `${account.name} (${account.dn}, ${account.sid}) is the account of this relay.`);
}

function privileges({ token, settings }: Context, allowed: boolean): CheckLine {
  const all = privilegesOf(token);
  const names = all.map(({ name }) => name).join(', ');
  if (all.length === 0) return ok('privileges', 'The account is in no group that rules the domain.');
  const detail = `${settings.directory.bindDn} is a member of ${names}.`;
  const remedy =
    'Take it out of these groups, or make an account for the relay alone; entra-writeback prepare gives it what it needs.';
  const rules = all.some((one) => one.rules === 'domain');
  if (rules && !allowed) return error('privileges', `${detail} The relay does not start with it.`, remedy);
  return warning('privileges', detail, remedy);
}
