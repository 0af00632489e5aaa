import type { ObjectKind } from '../../shared/domain/index.ts';
import type { Context } from './context.ts';

/** The command that prepares for a kind, as somebody would type it for this account and this place. */
export function prepareCommandLine(
  { account, settings }: Pick<Context, 'account' | 'settings'>,
  kind: ObjectKind,
  options: { readonly ou?: string; readonly restoreDeleted?: true } = {},
): string {
  return [
    `entra-writeback prepare ${kind}s --account ${quoted(account?.name ?? settings.directory.bindDn)}`,
    ...(options.ou === undefined ? [] : [`--ou ${quoted(options.ou)}`]),
    ...(options.restoreDeleted ? ['--restore-deleted'] : []),
    '--apply',
  ].join(' ');
}

const quoted = (text: string): string => (/^[\w.@$-]+$/.test(text) ? text : `"${text}"`);
