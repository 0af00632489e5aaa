import { AndFilter, EqualityFilter, PresenceFilter } from 'ldapts';
import { Dn } from '../../../shared/domain/index.ts';
import { parseDn } from '../../plan/dn.ts';
import type { DirectoryFacts } from '../../plan/observed.ts';
import type { Connection } from '../connection/connection.ts';
import { showDeleted } from '../connection/controls.ts';
import { bytesOf, type RawEntry, textOf, textsOf } from '../connection/entry.ts';
import type { SearchRequest } from '../connection/search-request.ts';
import { DirectoryError, directoryError } from '../errors/directory-error.ts';
import { sidFromBytes } from '../names/sid.ts';
import { deletedObjectsOf } from '../names/well-known.ts';
import { createSchema, type Schema } from './schema.ts';

/** What is read once: the facts for the planner, and the schema for reading values. */
export type Forest = {
  readonly facts: DirectoryFacts;
  readonly schema: Schema;
  /** Does the server show the account any deleted object? Not: there are none yet, or the account may not look. */
  readonly showsDeleted: boolean;
  /** How many domains the forest has. */
  readonly domains: number;
};

const anything = new PresenceFilter({ attribute: 'objectClass' });

/** Reads rootDSE (MS-ADTS §3.1.1.3.2), the schema, and what tells whether Exchange and the Recycle Bin are there. */
export async function readForest(connection: Connection, pageSize: number): Promise<Forest> {
  const base = (dn: string, attributes: readonly string[], binary: readonly string[] = []) =>
    connection
      .search({ base: dn, scope: 'base', filter: anything, attributes, binary })
      .then(([entry]) => entry ?? absent(dn));
  const root = await base('', [
    'defaultNamingContext',
    'configurationNamingContext',
    'schemaNamingContext',
    'vendorName',
  ]);
  const baseDn = namingContext(root, 'defaultNamingContext');
  const configurationDn = namingContext(root, 'configurationNamingContext');
  const schemaDn = namingContext(root, 'schemaNamingContext');

  const [domain, schemaHead, partitions, exchange, deletedShown, domains, schema] = await Promise.all([
    base(baseDn, ['objectSid'], ['objectSid']),
    base(schemaDn, ['objectVersion']),
    base(`CN=Partitions,${configurationDn}`, ['msDS-EnabledFeature']),
    connection.search(exchangeVersion(schemaDn)),
    showsDeleted(connection, baseDn),
    countDomains(connection, configurationDn),
    readSchema(connection, schemaDn, pageSize),
  ]);
  const domainSid = bytesOf(domain, 'objectSid');
  if (domainSid === undefined)
    throw directoryError('INCOMPLETE', `The domain ${baseDn} came without its objectSid.`);
  return {
    schema,
    showsDeleted: deletedShown,
    domains,
    facts: {
      baseDn,
      configurationDn,
      schemaDn,
      domainSid: sidFromBytes(domainSid),
      dnsDomain: (parseDn(baseDn) ?? []).map(({ value }) => value).join('.'),
      schemaVersion: Number(textOf(schemaHead, 'objectVersion') ?? 0),
      exchangePrepared: exchange.length > 0,
      recycleBin: textsOf(partitions, 'msDS-EnabledFeature').some((dn) =>
        /^CN=Recycle Bin Feature,/i.test(dn),
      ),
      vendor: /samba/i.test(textOf(root, 'vendorName') ?? '') ? 'samba' : 'microsoft',
      hasAttribute: schema.has,
    },
  };
}

async function readSchema(connection: Connection, schemaDn: string, pageSize: number): Promise<Schema> {
  const attributes: { readonly name: string; readonly syntax: string }[] = [];
  const request: SearchRequest = {
    base: schemaDn,
    scope: 'one',
    filter: new EqualityFilter({ attribute: 'objectClass', value: 'attributeSchema' }),
    attributes: ['lDAPDisplayName', 'attributeSyntax'],
    binary: [],
  };
  for await (const page of connection.pages(request, pageSize)) {
    for (const entry of page) {
      attributes.push({
        name: textOf(entry, 'lDAPDisplayName') ?? '',
        syntax: textOf(entry, 'attributeSyntax') ?? '',
      });
    }
  }
  return createSchema(attributes);
}

/** Exchange setup keeps its schema version in this attribute; other msExch names are in every Windows schema. */
function exchangeVersion(schemaDn: string): SearchRequest {
  return {
    base: schemaDn,
    scope: 'one',
    filter: new AndFilter({
      filters: [
        new EqualityFilter({ attribute: 'objectClass', value: 'attributeSchema' }),
        new EqualityFilter({ attribute: 'cn', value: 'ms-Exch-Schema-Version-Pt' }),
      ],
    }),
    attributes: ['rangeUpper'],
    binary: [],
  };
}

/** crossRef objects name the naming contexts of the forest; a flag tells domains (MS-ADTS §6.1.1.2.1.1, §2.2.10). */
async function countDomains(connection: Connection, configurationDn: Dn): Promise<number> {
  const isDomain = 0x2;
  const references = await connection.search({
    base: `CN=Partitions,${configurationDn}`,
    scope: 'one',
    filter: new EqualityFilter({ attribute: 'objectClass', value: 'crossRef' }),
    attributes: ['systemFlags'],
    binary: [],
  });
  return references.filter((one) => (Number(textOf(one, 'systemFlags') ?? 0) & isDomain) !== 0).length;
}

async function showsDeleted(connection: Connection, baseDn: Dn): Promise<boolean> {
  const [any] = await connection
    .search({
      base: deletedObjectsOf(baseDn),
      scope: 'one',
      filter: anything,
      attributes: ['1.1'],
      binary: [],
      controls: [showDeleted()],
      sizeLimit: 1,
    })
    .catch((error: unknown) => {
      // AD hides the container from those who may not list it.
      if (error instanceof DirectoryError && error.kind === 'notFound') return [];
      throw error;
    });
  return any !== undefined;
}

function namingContext(root: RawEntry, name: string): Dn {
  const dn = Dn.safeParse(textOf(root, name));
  return dn.success ? dn.data : absent(name);
}

function absent(what: string): never {
  throw directoryError(
    'INCOMPLETE',
    `The domain controller did not show ${what === '' ? 'its rootDSE' : what}.`,
  );
}
