import { Attribute, Change, type Client } from 'ldapts';

/**
 * The Exchange attributes that group writeback may set, as a stand-in for Microsoft's schema extension: names, syntax
 * and single or multi value are as in Exchange, object identifiers are from the documentation arc (RFC 5612), and
 * there are no link ids. `max` is rangeUpper.
 */
const attributes: readonly ExchangeAttribute[] = [
  // Exchange's setup writes its schema version into the rangeUpper of this attribute; 17003 is Exchange 2019.
  { name: 'msExchSchemaVersionPt', syntax: 'integer', max: 17003 },
  { name: 'mailNickname', syntax: 'text', max: 64 },
  { name: 'targetAddress', syntax: 'text', max: 1123 },
  ...single('boolean', [
    'reportToOriginator',
    'reportToOwner',
    'oOFReplyToOriginator',
    'hideDLMembership',
    'msExchHideFromAddressLists',
    'msExchRequireAuthToSendTo',
    'msExchBypassAudit',
    'msExchEnableModeration',
  ]),
  ...single('integer', [
    'internetEncoding',
    'msExchRecipientDisplayType',
    'msExchGroupDepartRestriction',
    'msExchGroupJoinRestriction',
  ]),
  ...single('largeInteger', ['msExchRecipientTypeDetails', 'msExchRemoteRecipientType', 'msExchVersion']),
  ...single('octets', ['msExchMailboxGuid', 'msExchSafeSendersHash', 'msExchBlockedSendersHash']),
  ...single('dn', ['altRecipient', 'homeMDB']),
  ...multi('dn', [
    'authOrig',
    'unauthOrig',
    'dLMemSubmitPerms',
    'dLMemRejectPerms',
    'publicDelegates',
    'msExchCoManagedByLink',
  ]),
  ...multi('text', ['msExchSenderHintTranslations']),
  ...numbered('extensionAttribute', 1, 10).map((name) => ({ name, syntax: 'text' as const, max: 1024 })),
  ...numbered('extensionAttribute', 11, 15).map((name) => ({ name, syntax: 'text' as const, max: 2048 })),
  ...numbered('msExchExtensionCustomAttribute', 1, 5).map((name) => ({
    name,
    syntax: 'text' as const,
    many: true,
    max: 2048,
  })),
];

interface ExchangeAttribute {
  readonly name: string;
  readonly syntax: keyof typeof syntaxes;
  readonly many?: boolean;
  readonly max?: number;
}

/** attributeSyntax and oMSyntax of each kind of value (MS-ADTS 3.1.1.2.2.2). */
const syntaxes = {
  boolean: ['2.5.5.8', '1'],
  integer: ['2.5.5.9', '2'],
  largeInteger: ['2.5.5.16', '65'],
  octets: ['2.5.5.10', '4'],
  text: ['2.5.5.12', '64'],
  dn: ['2.5.5.1', '127'],
} as const;

/** oMObjectClass of DN values, 1.3.12.2.1011.28.0.714 in BER (MS-ADTS 3.1.1.2.2.2). */
const dnObjectClass = Buffer.from('2b0c0287731c00854a', 'hex');

/**
 * Adds the attributes to the schema, and to Mail-Recipient, which is an auxiliary class of group, user and contact.
 * Also makes the container by which people recognise a forest with Exchange. Needs `schemaUpdates` and an administrator.
 */
export async function addExchangeSchema(client: Client, baseDn: string): Promise<void> {
  const schemaDn = `CN=Schema,CN=Configuration,${baseDn}`;
  for (const [index, attribute] of attributes.entries()) {
    await client.add(`CN=${commonName(attribute.name)},${schemaDn}`, attributeSchema(attribute, index));
  }
  await reloadSchema(client);
  const names = attributes.map(({ name }) => name).filter((name) => name !== 'msExchSchemaVersionPt');
  await client.modify(`CN=Mail-Recipient,${schemaDn}`, addition('mayContain', names));
  await reloadSchema(client);
  await client.add(`CN=Microsoft Exchange,CN=Services,CN=Configuration,${baseDn}`, {
    objectClass: 'container',
  });
}

function attributeSchema(attribute: ExchangeAttribute, index: number): Attribute[] {
  const [attributeSyntax, oMSyntax] = syntaxes[attribute.syntax];
  const values: Readonly<Record<string, string>> = {
    objectClass: 'attributeSchema',
    lDAPDisplayName: attribute.name,
    adminDisplayName: commonName(attribute.name),
    attributeID: `1.3.6.1.4.1.32473.1.${index + 1}`,
    attributeSyntax,
    oMSyntax,
    isSingleValued: attribute.many === true ? 'FALSE' : 'TRUE',
    ...(attribute.max === undefined ? {} : { rangeUpper: String(attribute.max) }),
  };
  const written = Object.entries(values).map(([type, value]) => new Attribute({ type, values: [value] }));
  if (attribute.syntax !== 'dn') return written;
  return [...written, new Attribute({ type: 'oMObjectClass', values: [dnObjectClass] })];
}

/** The domain controller reads its schema again only when told to (MS-ADTS 3.1.1.3.3.13). */
function reloadSchema(client: Client): Promise<void> {
  return client.modify('', addition('schemaUpdateNow', ['1']));
}

function addition(type: string, values: string[]): Change {
  return new Change({ operation: 'add', modification: new Attribute({ type, values }) });
}

/** msExchVersion becomes ms-Exch-Version, as Microsoft names schema objects. */
function commonName(name: string): string {
  return name.replace(/([a-z])([A-Z0-9])/g, '$1-$2');
}

function single(syntax: ExchangeAttribute['syntax'], names: readonly string[]): readonly ExchangeAttribute[] {
  return names.map((name) => ({ name, syntax }));
}

function multi(syntax: ExchangeAttribute['syntax'], names: readonly string[]): readonly ExchangeAttribute[] {
  return names.map((name) => ({ name, syntax, many: true }));
}

function numbered(prefix: string, first: number, last: number): readonly string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => `${prefix}${first + index}`);
}
