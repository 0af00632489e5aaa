import type { ObjectKind } from '../../shared/domain/index.ts';
import { inPowerShell } from '../prepare/quote.ts';
import type { Context } from './context.ts';
import type { Remedy } from './line.ts';

type PrepareOptions = { readonly ous?: readonly string[]; readonly restoreDeleted?: true };

/**
 * The command that prepares for a kind, as somebody would type it for this account, these places and this policy. Who the
 * administrator is, and where the password lies, only that person knows.
 */
export function prepareCommandLine(
  { account, session, settings, policyFile }: Context,
  kind: ObjectKind,
  { ous = [], restoreDeleted }: PrepareOptions = {},
): string {
  const { bindDn, caFile, serverName } = settings.directory;
  return [
    `entra-writeback prepare ${kind}s --account ${inShell(account?.name ?? bindDn)}`,
    ...ous.map((ou) => `--ou ${inShell(ou)}`),
    ...(policyFile === undefined ? [] : [`--policy ${inShell(policyFile)}`]),
    ...(restoreDeleted ? ['--restore-deleted'] : []),
    `--apply --ldap-url ${inShell(session.connection.url)}`,
    ...(caFile === undefined ? [] : [`--ldap-ca ${inShell(caFile)}`]),
    ...(serverName === undefined ? [] : [`--ldap-server-name ${inShell(serverName)}`]),
    `--bind-dn <${kind === 'device' ? 'enterprise administrator' : 'administrator'}> --password-file <file>`,
  ].join(' ');
}

/** One word to a Unix shell as to PowerShell: in double quotes, unless something in it would mean something there. */
const inShell = (text: string): string => {
  if (/^[\w.@:/-]+$/.test(text)) return text;
  const meansSomething = /["$`!\u201c-\u201e]|\\\\/.test(text);
  return meansSomething ? `'${text.replaceAll("'", "'\\''")}'` : `"${text}"`;
};

/** The command that lists who may do what to an object. Entries are removed by hand: somebody had a reason for each. */
export const listEntries = (dn: string): string => `dsacls ${inPowerShell(dn)}`;

/** Several steps, in this order. */
export const inOrder = (...steps: readonly Remedy[]): readonly string[] => steps.flat();
