import type { ObjectKind } from '../../shared/domain/index.ts';
import type { Context } from './context.ts';

/**
 * The command that prepares for a kind, as somebody would type it for this account and this place. Who the administrator is, and
 * where the password lies, only that person knows.
 */
export function prepareCommandLine(
  { account, settings }: Pick<Context, 'account' | 'settings'>,
  kind: ObjectKind,
  options: { readonly ou?: string; readonly restoreDeleted?: true } = {},
): string {
  return [
    `entra-writeback prepare ${kind}s --account ${quoted(account?.name ?? settings.directory.bindDn)}`,
    ...(options.ou === undefined ? [] : [`--ou ${quoted(options.ou)}`]),
    ...(options.restoreDeleted ? ['--restore-deleted'] : []),
    `--apply --ldap-url ${quoted(settings.directory.urls[0])}`,
    ...(settings.directory.caFile === undefined ? [] : [`--ldap-ca ${quoted(settings.directory.caFile)}`]),
    '--bind-dn <administrator> --password-file <file>',
  ].join(' ');
}

const quoted = (text: string): string => (/^[\w.@$:/-]+$/.test(text) ? text : `"${text}"`);
