import { Attribute, Change } from 'ldapts';
import { guidToText } from '../../samba/identifiers.ts';
import type { RawAttribute } from '../protocol.ts';
import { type Questions, textsOf } from '../questions.ts';
import type { Request } from '../requests.ts';
import type { Entry } from '../responses.ts';
import type { Rule } from '../rule.ts';

/**
 * A forest in which the Recycle Bin is enabled (MS-ADTS §3.1.1.5.5.1, §3.1.1.5.3.7): a deleted object keeps what it had, is
 * not recycled, and has its attributes, members and memberships again when it is undeleted.
 *
 * Samba makes a tombstone. What that drops is kept here, and written again with the rights of the client that undeletes. So
 * a search matches a deleted object only by what tombstones keep too, and memberships in groups that the client may not
 * write stay lost.
 */
export function createRecycleBin(): Rule {
  const kept = new Map<string, Entry>();
  return {
    // Looks, and never objects.
    refuse: async (request, questions) => {
      const object = request.operation === 'delete' ? await questions.find(request.dn, ['*']) : undefined;
      if (object !== undefined) kept.set(guidOf(object), object);
      return undefined;
    },
    succeeded: async (request, questions) => {
      const to = undeletedTo(request);
      const object = to === undefined ? undefined : await questions.find(to, ['objectGUID']);
      const before = object && kept.get(guidOf(object));
      if (object !== undefined && before !== undefined) await restore(questions, object.dn, before);
    },
    entries: ({ attributes }) => ({
      entry: (entry) => {
        if (/^CN=Partitions,CN=Configuration,/i.test(entry.dn)) return withFeature(entry);
        const before = kept.get(guidInDeletedName(entry.dn) ?? '');
        return before === undefined ? entry : asInBin(entry, before, attributes);
      },
      result: () => undefined,
    }),
  };
}

/** Where a modify puts an object back: isDeleted goes and distinguishedName comes. */
function undeletedTo(request: Request): string | undefined {
  if (request.operation !== 'modify') return undefined;
  const named = (name: string) => request.changes.find((change) => change.name.toLowerCase() === name);
  if (named('isdeleted')?.operation !== 'delete') return undefined;
  return named('distinguishedname')?.values[0]?.toString();
}

/** The deleted object with what it had, as far as the client asked for it. */
function asInBin(entry: Entry, before: Entry, wanted: readonly string[]): Entry {
  const names = wanted.map((name) => name.toLowerCase());
  const isWanted = ({ name }: RawAttribute) =>
    names.length === 0 || names.includes('*') || names.includes(name.toLowerCase());
  const present = new Set(entry.attributes.map(({ name }) => name));
  const added = before.attributes
    .filter(({ name }) => !present.has(name))
    .filter(isKept)
    .filter(isWanted);
  const attributes = entry.attributes.filter(({ name }) => name !== 'isRecycled');
  return { dn: entry.dn, attributes: [...attributes, ...added] };
}

/** Writes each attribute again, and the links from the groups that the object was in. */
async function restore(questions: Questions, dn: string, before: Entry): Promise<void> {
  for (const { name, values } of before.attributes.filter(isKept)) {
    const modification = new Attribute({ type: name, values: [...values] });
    await questions.modify(dn, [new Change({ operation: 'replace', modification })]);
  }
  for (const group of textsOf(before, 'memberOf')) {
    const modification = new Attribute({ type: 'member', values: [dn] });
    await questions.modify(group, [new Change({ operation: 'add', modification })]);
  }
}

/** The optional feature is enabled for the forest (MS-ADTS §6.1.1.2.4.1.3). */
function withFeature(entry: Entry): Entry {
  const feature = `CN=Recycle Bin Feature,CN=Optional Features,CN=Directory Service,CN=Windows NT,CN=Services,${entry.dn.slice('CN=Partitions,'.length)}`;
  const enabled = { name: 'msDS-EnabledFeature', values: [Buffer.from(feature)] };
  return { dn: entry.dn, attributes: [...entry.attributes, enabled] };
}

/** Set by the server alone, or kept by every tombstone. */
const notRestored: ReadonlySet<string> = new Set(
  [
    ...[
      'objectClass',
      'objectGUID',
      'objectSid',
      'objectCategory',
      'instanceType',
      'distinguishedName',
      'cn',
      'name',
    ],
    ...[
      'whenCreated',
      'whenChanged',
      'uSNCreated',
      'uSNChanged',
      'sAMAccountType',
      'memberOf',
      'dSCorePropagationData',
    ],
    ...[
      'pwdLastSet',
      'badPwdCount',
      'badPasswordTime',
      'lastLogon',
      'lastLogoff',
      'lastLogonTimestamp',
      'logonCount',
    ],
    ...['sAMAccountName', 'groupType', 'msDS-ExternalDirectoryObjectId'],
  ].map((name) => name.toLowerCase()),
);

const isKept = ({ name }: RawAttribute): boolean => !notRestored.has(name.toLowerCase());

/** CN=x\0ADEL:<objectGUID>,CN=Deleted Objects,… (MS-ADTS §3.1.1.5.5.1). */
const guidInDeletedName = (dn: string): string | undefined =>
  /\\0ADEL:([0-9a-f-]{36}),/i.exec(dn)?.[1]?.toLowerCase();

function guidOf(entry: Entry): string {
  const bytes = entry.attributes.find(({ name }) => name === 'objectGUID')?.values[0];
  if (bytes === undefined) throw new Error(`${entry.dn} came without its objectGUID.`);
  return guidToText(bytes);
}
