import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EntraId } from '../../../shared/domain/index.ts';
import { type ScriptedServer, startServer } from './support/server.ts';
import { clientOf, collect } from './support/world.ts';

let server: ScriptedServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());
beforeEach(() => {
  server.script.length = 0;
});

/** Answers of the shapes that Graph documents, with more properties than we know. */
const library = {
  '@odata.context': 'https://graph.microsoft.com/beta/$metadata#groups/$entity',
  id: 'b320ee12-b1cd-4cca-b648-a437be61c5cd',
  deletedDateTime: null,
  classification: null,
  createdDateTime: '2018-12-22T00:51:37Z',
  creationOptions: [],
  description: 'Self help',
  displayName: 'Library',
  groupTypes: ['Unified'],
  isAssignableToRole: null,
  mail: 'library@contoso.com',
  mailEnabled: true,
  mailNickname: 'library',
  onPremisesSecurityIdentifier: null,
  onPremisesSyncEnabled: null,
  proxyAddresses: ['SMTP:library@contoso.com'],
  securityEnabled: false,
  somethingNew: { of: 'next year' },
  visibility: 'Public',
  writebackConfiguration: { isEnabled: null, onPremisesGroupType: null },
};
const id = EntraId.parse(library.id);
const readWith = (body: unknown, more: Parameters<typeof clientOf>[1] = {}) => {
  server.script.push({ body });
  return clientOf(server.url, more).graph.readGroup(id);
};

describe('an answer of Graph', () => {
  it('may have properties that we do not know', async () => {
    expect(await readWith(library)).toMatchObject({
      outcome: 'complete',
      value: { presence: 'present', snapshot: { properties: { displayName: 'Library', mailEnabled: true } } },
    });
  });

  it.each([
    'groupTypes',
    'mailEnabled',
    'securityEnabled',
    'onPremisesSyncEnabled',
    'writebackConfiguration',
  ] as const)('must have %s, which decides: absent is not null', async (field) => {
    const { [field]: _absent, ...rest } = library;
    const read = await readWith(rest);
    expect(read).toMatchObject({ outcome: 'failed', why: { code: 'NOT_UNDERSTOOD' } });
    expect(read.outcome === 'failed' && read.why.message).toContain(field);
  });

  it('may lack the writeback configuration where v1.0 is read', async () => {
    const { writebackConfiguration: _absent, ...rest } = library;
    expect(await readWith(rest, { writebackConfiguration: false })).toMatchObject({ outcome: 'complete' });
  });

  it.each([
    ['displayName', 7],
    ['groupTypes', 'Unified'],
    ['mailEnabled', 'true'],
    ['onPremisesSecurityIdentifier', 'not a SID'],
    ['writebackConfiguration', { isEnabled: 'yes', onPremisesGroupType: null }],
    ['writebackConfiguration', { isEnabled: true, onPremisesGroupType: 'globalGroup' }],
    ['id', 'b320ee12'],
  ])('is a failure that names %s when that is %j', async (field, value) => {
    const read = await readWith({ ...library, [field]: value });
    expect(read).toMatchObject({ outcome: 'failed', why: { code: 'NOT_UNDERSTOOD', retry: 'later' } });
    expect(read.outcome === 'failed' && read.why.message).toContain(field);
  });

  it('about a deleted group has only default properties, and that is enough', async () => {
    const notFound = {
      status: 404,
      body: { error: { code: 'Request_ResourceNotFound', message: `Resource '${id}' does not exist.` } },
    };
    const { onPremisesSyncEnabled: _one, writebackConfiguration: _two, ...rest } = library;
    server.script.push(notFound, { body: { '@odata.type': '#microsoft.graph.group', ...rest } });
    expect(await clientOf(server.url).graph.readGroup(id)).toMatchObject({
      outcome: 'complete',
      value: { presence: 'softDeleted' },
    });
  });

  it('with one broken object among many: that one is refused by name, the others are kept', async () => {
    server.script.push({
      body: {
        value: [library, { ...library, id: crypto.randomUUID(), mailEnabled: 'no' }, { displayName: 'x' }],
      },
    });
    const [page] = await collect(clientOf(server.url).graph.listObjects('group'));
    if (!page || 'failed' in page) throw new Error('The page failed.');
    expect(page.snapshots.map((one) => one.id)).toEqual([library.id]);
    expect(page.refused).toEqual([
      expect.stringMatching(/^group [0-9a-f-]{36}: mailEnabled: /),
      expect.stringMatching(/^group without id: id: /),
    ]);
  });
});
