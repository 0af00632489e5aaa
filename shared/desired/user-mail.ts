import { classifyUser } from '../classify/index.ts';
import type { DesiredAttribute, UserSnapshot } from '../domain/index.ts';
import { attribute, compareText } from './attributes.ts';
import { type ExchangeFacts, mailAttributes, proxyAddresses, type Recipient } from './mail.ts';

/**
 * What Enable-RemoteMailbox sets: a synced mailbox user (-2147483642), a remote user mailbox (2^31),
 * whose mailbox was provisioned in the cloud (1).
 */
const displayType = '-2147483642';
const typeDetails = '2147483648';
const remoteRecipientType = '1';

/**
 * The attributes that make a cloud user a remote mailbox in the on-premises address list. A user
 * without an address or an alias, a guest, or one whose routing address is not known is no remote mailbox.
 */
export function userMailAttributes(user: UserSnapshot, exchange: ExchangeFacts): readonly DesiredAttribute[] {
  const { properties } = user;
  const isMember = classifyUser(properties).type === 'member';
  const isNamed = [properties.mail, properties.mailNickname].every((name) => (name?.trim() ?? '') !== '');
  const recipient: Recipient | null = isMember && isNamed ? { id: user.id, ...properties } : null;
  const routing = recipient ? routingAddress(recipient, exchange.routingDomain) : undefined;
  const remote = (value: string): readonly string[] => (routing === undefined ? [] : [value]);
  const when = 'exchangePrepared';
  return [
    ...mailAttributes(routing === undefined ? null : recipient, displayType, exchange),
    attribute('targetAddress', routing === undefined ? [] : [`SMTP:${routing}`], when),
    attribute('msExchRecipientTypeDetails', remote(typeDetails), when),
    attribute('msExchRemoteRecipientType', remote(remoteRecipientType), when),
  ];
}

/**
 * The address by which on-premises Exchange reaches the mailbox in the cloud: one that the mailbox has, since mail
 * to any other is returned, the same whatever order Graph tells them in; else the one made of the alias.
 */
function routingAddress(recipient: Recipient, domain: string | null): string | undefined {
  const ending = domain === null ? '.mail.onmicrosoft.com' : `@${domain.toLowerCase()}`;
  const [held] = proxyAddresses(recipient)
    .filter((value) => /^smtp:/i.test(value))
    .map((value) => value.slice('smtp:'.length))
    .filter((address) => address.toLowerCase().endsWith(ending))
    .toSorted(compareText);
  const alias = recipient.mailNickname?.trim() ?? '';
  return held ?? (domain === null ? undefined : `${alias}@${domain}`);
}
