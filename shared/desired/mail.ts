import type { DesiredAttribute } from '../domain/index.ts';
import type { Policy } from '../policy/policy.ts';
import { attribute, plainText } from './attributes.ts';

/** What makes a recipient, as the cloud says it. */
export type Recipient = {
  readonly id: string;
  readonly mail: string | null;
  readonly mailNickname: string | null;
  readonly proxyAddresses: readonly string[];
};

export type ExchangeFacts = Policy['exchange'];

/** Longest value of proxyAddresses (rangeUpper in the AD schema). */
const proxyAddressLimit = 1123;

/**
 * The addresses of a recipient: SMTP and X.500 only, since others belong to services of the cloud.
 * Exactly one is primary (`SMTP:`): the one that `mail` names.
 */
export function proxyAddresses({ mail, proxyAddresses }: Recipient): readonly string[] {
  const primary = mail?.trim() ?? '';
  const byAddress = new Map<string, string>();
  for (const text of proxyAddresses) {
    const [, kind = '', address = ''] = /^\s*(smtp|x500):(.+?)\s*$/iu.exec(text) ?? [];
    if (address === '') continue;
    const prefix = kind.toLowerCase() === 'x500' ? 'X500' : 'smtp';
    byAddress.set(`${prefix}:${address.toLowerCase()}`, `${prefix}:${address}`);
  }
  if (primary !== '') byAddress.set(`smtp:${primary.toLowerCase()}`, `SMTP:${primary}`);
  return [...byAddress.values()].filter((value) => value.length <= proxyAddressLimit);
}

/**
 * The mail attributes of a recipient, all written only where AD is prepared for Exchange. `null` is a
 * recipient that is none (any more): the attributes are cleared.
 *
 * The address list shows an object when it has mailNickname, displayName, legacyExchangeDN and
 * msExchRecipientDisplayType, and showInAddressBook names the list. Update-Recipient computes the last
 * two from facts of the Exchange organisation; here the policy states them (`exchange:`), and without
 * them the attributes are left alone.
 */
export function mailAttributes(
  recipient: Recipient | null,
  displayType: string,
  exchange: ExchangeFacts,
): readonly DesiredAttribute[] {
  const alias = plainText(recipient?.mailNickname ?? null, 64);
  const when = 'exchangePrepared';
  return [
    attribute('mail', [plainText(recipient?.mail ?? null, 256)], when),
    attribute('mailNickname', [alias], when),
    attribute('proxyAddresses', recipient ? proxyAddresses(recipient) : [], when),
    attribute('msExchRecipientDisplayType', recipient ? [displayType] : [], when),
    ...(exchange.organization === null
      ? []
      : [
          attribute(
            'legacyExchangeDN',
            recipient ? [legacyExchangeDn(exchange.organization, recipient.id, alias ?? '')] : [],
            when,
          ),
        ]),
    ...(exchange.addressLists.length === 0
      ? []
      : [attribute('showInAddressBook', recipient ? exchange.addressLists : [], when)]),
  ];
}

/**
 * As Exchange 2010 and later make it: 32 hex digits and the beginning of the alias, in the one
 * administrative group that they have. Here the digits are the object id, so that it never changes
 * but with the alias.
 */
const legacyExchangeDn = (organization: string, id: string, alias: string): string =>
  `/o=${organization}/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=${id.replaceAll('-', '')}-${alias
    .replace(/[^A-Za-z0-9._-]/g, '')
    .slice(0, 8)}`;
