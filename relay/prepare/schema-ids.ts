import { Dn, ObjectGuid } from '../../shared/domain/index.ts';
import { bytesOf, type RawEntry, textOf } from '../directory/connection/entry.ts';
import { guidFromBytes, guidToBytes } from '../directory/index.ts';
import { filterBatch, inBatches } from '../directory/read/batches.ts';
import { anyOf, equals } from '../directory/read/filters.ts';
import type { Session } from './session.ts';

/** How access-control entries name an attribute: by itself, or by the property set to which it belongs. */
export type AttributeId = { readonly guid: ObjectGuid; readonly propertySet: ObjectGuid | undefined };

/** The GUIDs by which access-control entries name attributes, classes and extended rights. Names compare without case. */
export type SchemaIds = {
  attribute(name: string): AttributeId | undefined;
  classOf(name: string): ObjectGuid | undefined;
  /** By the cn of the controlAccessRight, such as User-Force-Change-Password. */
  right(name: string): ObjectGuid | undefined;
};

/** Reads schemaIDGUID and rightsGuid from this forest; what it does not have is undefined in the answer. */
export async function readSchemaIds(
  session: Session,
  names: {
    readonly attributes: readonly string[];
    readonly classes: readonly string[];
    readonly rights: readonly string[];
  },
): Promise<SchemaIds> {
  const { schemaDn, configurationDn } = session.facts;
  const inSchema = [...new Set([...names.attributes, ...names.classes])];
  const [schemaEntries, rightEntries] = await Promise.all([
    readNamed(session, schemaDn, 'lDAPDisplayName', inSchema, [
      'objectClass',
      'schemaIDGUID',
      'attributeSecurityGUID',
    ]),
    readNamed(session, Dn.parse(`CN=Extended-Rights,${configurationDn}`), 'cn', names.rights, ['rightsGuid']),
  ]);
  const attributes = new Map<string, AttributeId>();
  const classes = new Map<string, ObjectGuid>();
  for (const entry of schemaEntries) {
    const guid = guidIn(entry, 'schemaIDGUID');
    const key = textOf(entry, 'lDAPDisplayName')?.toLowerCase();
    if (guid === undefined || key === undefined) continue;
    if (isClass(entry)) classes.set(key, guid);
    else attributes.set(key, { guid, propertySet: guidIn(entry, 'attributeSecurityGUID') });
  }
  const rights = new Map(
    rightEntries.flatMap((entry) => {
      const guid = ObjectGuid.safeParse(textOf(entry, 'rightsGuid'));
      const key = textOf(entry, 'cn')?.toLowerCase();
      return guid.success && key !== undefined ? [[key, guid.data] as const] : [];
    }),
  );
  return {
    attribute: (name) => attributes.get(name.toLowerCase()),
    classOf: (name) => classes.get(name.toLowerCase()),
    right: (name) => rights.get(name.toLowerCase()),
  };
}

/** The other way round: what entries name by these GUIDs, as the schema and the extended rights call it. */
export async function readNames(
  { connection, facts: { schemaDn, configurationDn } }: Session,
  guids: readonly ObjectGuid[],
): Promise<(guid: ObjectGuid) => string> {
  const all = [...new Set(guids)];
  const read = (
    base: string,
    attribute: string,
    name: string,
    asValue: (guid: ObjectGuid) => string | Buffer,
  ) =>
    inBatches(all, filterBatch, (some) =>
      connection.search({
        base,
        scope: 'one',
        filter: anyOf(some.map((guid) => equals(attribute, asValue(guid)))),
        attributes: [attribute, name],
        binary: ['schemaIDGUID'],
      }),
    );
  const [inSchema, rights] = await Promise.all([
    read(schemaDn, 'schemaIDGUID', 'lDAPDisplayName', guidToBytes),
    read(`CN=Extended-Rights,${configurationDn}`, 'rightsGuid', 'cn', (guid) => guid),
  ]);
  const names = new Map<string, string>([
    ...inSchema.flatMap((entry) => pairOf(guidIn(entry, 'schemaIDGUID'), textOf(entry, 'lDAPDisplayName'))),
    ...rights.flatMap((entry) => pairOf(textOf(entry, 'rightsGuid')?.toLowerCase(), textOf(entry, 'cn'))),
  ]);
  return (guid) => names.get(guid) ?? guid;
}

const pairOf = (
  guid: string | undefined,
  name: string | undefined,
): readonly (readonly [string, string])[] => (guid === undefined || name === undefined ? [] : [[guid, name]]);

function readNamed(
  { connection }: Session,
  base: Dn,
  key: string,
  names: readonly string[],
  attributes: readonly string[],
): Promise<readonly RawEntry[]> {
  return inBatches(names, filterBatch, (some) =>
    connection.search({
      base,
      scope: 'one',
      filter: anyOf(some.map((name) => equals(key, name))),
      attributes: [key, ...attributes],
      binary: ['schemaIDGUID', 'attributeSecurityGUID'],
    }),
  );
}

function guidIn(entry: RawEntry, attribute: string): ObjectGuid | undefined {
  const octets = bytesOf(entry, attribute);
  return octets === undefined ? undefined : guidFromBytes(octets);
}

const isClass = (entry: RawEntry): boolean =>
  (entry.values.get('objectClass') ?? []).some((value) => String(value).toLowerCase() === 'classschema');
