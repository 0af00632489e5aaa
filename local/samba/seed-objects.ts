import { Attribute, type Client } from 'ldapts';
import { escapeDnValue } from './dn.ts';
import { sampleName } from './sample-names.ts';

/** groupType of security groups (MS-ADTS 2.2.12), as the signed number that LDAP wants. */
const groupTypes = { universal: -2147483640, global: -2147483646, domainLocal: -2147483644 } as const;

/** Scope of a group. */
export type GroupScope = keyof typeof groupTypes;

/** userAccountControl (MS-ADTS 2.2.16). */
const normalAccount = '512';
const normalAccountWhosePasswordNeverExpires = '66048';
const workstation = '4096';

/** Adds sample person number `index`, enabled, with a name from {@link sampleName}. */
export async function addPerson(client: Client, ou: string, domain: string, index: number): Promise<void> {
  const account = `person${String(index + 1).padStart(5, '0')}`;
  const { given, family } = sampleName(index);
  const displayName = `${given} ${family}`;
  await client.add(`CN=${escapeDnValue(displayName)},${ou}`, {
    objectClass: 'user',
    sAMAccountName: account,
    userPrincipalName: `${account}@${domain}`,
    givenName: given,
    sn: family,
    displayName,
    mail: `${account}@${domain}`,
    userAccountControl: normalAccount,
  });
}

/** Adds a workstation that is joined to the domain. */
export async function addComputer(client: Client, ou: string, domain: string, index: number): Promise<void> {
  const name = `PC${String(index + 1).padStart(5, '0')}`;
  await client.add(`CN=${name},${ou}`, {
    objectClass: 'computer',
    sAMAccountName: `${name}$`,
    dNSHostName: `${name.toLowerCase()}.${domain}`,
    userAccountControl: workstation,
  });
}

/** Adds a security group that is mastered on-premises, and answers its DN. */
export async function addGroup(
  client: Client,
  ou: string,
  scope: GroupScope,
  members: readonly string[],
): Promise<string> {
  const name = `On-premises ${scope}`;
  const dn = `CN=${name},${ou}`;
  await client.add(dn, {
    objectClass: 'group',
    sAMAccountName: name,
    description: 'Mastered on-premises. Writeback must never touch it.',
    groupType: String(groupTypes[scope]),
    ...(members.length === 0 ? {} : { member: [...members] }),
  });
  return dn;
}

/** Adds the account that the relay binds with, without any right of its own. */
export async function addServiceAccount(
  client: Client,
  dn: string,
  account: { readonly name: string; readonly upn: string; readonly password: string },
): Promise<void> {
  await client.add(dn, [
    ...[
      { type: 'objectClass', values: ['user'] },
      { type: 'sAMAccountName', values: [account.name] },
      { type: 'userPrincipalName', values: [account.upn] },
      { type: 'userAccountControl', values: [normalAccountWhosePasswordNeverExpires] },
    ].map((attribute) => new Attribute(attribute)),
    // MS-ADTS 3.1.1.3.1.5: in quotes, UTF-16 little-endian.
    new Attribute({ type: 'unicodePwd', values: [Buffer.from(`"${account.password}"`, 'utf16le')] }),
  ]);
}
