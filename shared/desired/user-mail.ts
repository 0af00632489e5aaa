import { classifyUser } from '../classify/index.ts';
import type { DesiredAttribute, UserSnapshot } from '../domain/index.ts';
import { attribute } from './attributes.ts';
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
 * without an address, a guest, or one whose routing address is not known is no remote mailbox.
 */
export function userMailAttributes(user: UserSnapshot, exchange: ExchangeFacts): readonly DesiredAttribute[] {
  const { properties } = user;
  const isMember = classifyUser(properties).type === 'member';
  const recipient: Recipient | null =
    isMember && properties.mail !== null ? { id: user.id, ...properties } : null;
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

/** The address by which on-premises Exchange reaches the mailbox in the cloud. */
function routingAddress(recipient: Recipient, domain: string | null): string | undefined {
  if (domain !== null && recipient.mailNickname) return `${recipient.mailNickname.trim()}@${domain}`;
  return proxyAddresses(recipient)
    .map((value) => value.replace(/^smtp:/i, ''))
    .find((address) => address.toLowerCase().endsWith('.mail.onmicrosoft.com'));
}
