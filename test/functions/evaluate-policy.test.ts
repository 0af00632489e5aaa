import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dump } from '../../local/samba/dump.ts';
import type { Outcome } from '../../shared/domain/index.ts';
import type { EvaluationAnswer } from '../../shared/flow/ask/evaluate-on-demand.ts';
import { startWorld, type World } from '../e2e/world.ts';
import { ask, type ProblemBody } from './ask.ts';

/** On-demand evaluation as a caller with a key sees it, on the running product. */

let world: World;
let synced: readonly { readonly id: string; readonly onPremisesSecurityIdentifier: string }[];
let board: string;

beforeAll(async () => {
  world = await startWorld();
  const users = await world.graph('GET', '/v1.0/users?$top=50&$select=id,onPremisesSecurityIdentifier');
  synced = (users.value as typeof synced).filter((user) => user.onPremisesSecurityIdentifier);
  const groups = await world.graph('GET', '/v1.0/groups?$top=999&$select=id,displayName');
  const list = groups.value as readonly { readonly id: string; readonly displayName: string }[];
  board = list.find(({ displayName }) => displayName === 'Board')?.id ?? '';
}, 120_000);

afterAll(() => world?.stop());

type Planned = EvaluationAnswer & Pick<Outcome, 'plan' | 'observed' | 'failure'>;

const evaluate = (body: unknown) => ask<Planned>(world, '/policy/evaluate', body);
const refused = (body: unknown) => ask<ProblemBody>(world, '/policy/evaluate', body);

const id = '3a5c3221-c465-48c0-95b8-e9305786a271';
const properties = {
  displayName: 'Apollo',
  groupTypes: ['Unified'],
  mailEnabled: true,
  securityEnabled: false,
};
const apollo = { kind: 'group', id, properties };
/** The same as Graph would answer for a selection. */
const graphGroup = { id, ...properties, onPremisesSyncEnabled: null, onPremisesSecurityIdentifier: null };
const operations = (answer: Planned): readonly string[] => answer.plan.operations.map(({ op }) => op);

describe('an object in Graph', () => {
  it('is evaluated by its id: decision, trace, desired object and members', async () => {
    const { status, body } = await evaluate({ id: board });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      object: { kind: 'group', id: board },
      displayName: 'Board',
      decision: { outcome: 'write', reason: 'WRITE_ENABLED', rule: 'Microsoft 365 groups' },
      desired: { container: 'OU=EntraWriteback', security: true, scope: 'universal' },
      members: { counts: { written: 5, leftOut: 0 } },
      violations: [],
    });
    expect(body.explanation).toContain('"Board" is written to AD.');
    expect(body.trace.rules.map(({ result }) => result)).toEqual(['matched', 'notReached']);
    expect(body.snapshot.id).toBe(board);
  });

  it('names a reason for every member that is left out', async () => {
    const groups = await world.graph('GET', "/v1.0/groups?$filter=displayName eq 'Project Nordlicht'");
    const [team] = groups.value as readonly { readonly id: string }[];
    const { body } = await evaluate({ id: team?.id });
    expect(body.members?.counts).toEqual({ written: 20, leftOut: 7 });
    const reasons = body.members?.leftOut.map(({ reason }) => reason).sort();
    expect(reasons).toEqual([...Array(4).fill('CLOUD_ONLY_USER'), ...Array(3).fill('GUEST')]);
    expect(body.violations.map(({ code }) => code)).toEqual(['MEMBER_WITHOUT_ACCOUNT']);
  });

  it('is not found: 404 with what to check', async () => {
    const { status, type, body } = await refused({ id, kind: 'device' });
    expect([status, type, body.code]).toEqual([404, 'application/problem+json', 'NOT_FOUND']);
    expect(body.detail).toContain(`Graph has no device ${id}`);
  });
});

describe('an object in the request', () => {
  it('needs no more than what tells its kind and its name', async () => {
    const { status, body } = await evaluate({ snapshot: apollo });
    expect(status).toBe(200);
    expect(body.decision).toMatchObject({ outcome: 'write', reason: 'WRITE_BY_DEFAULT' });
    expect(body.desired).toMatchObject({ commonName: 'Apollo_e9305786a271', security: false });
    expect(body.members?.counts).toEqual({ written: 0, leftOut: 0 });
  });

  it('may be what Graph answers for the group, with its members expanded, v1.0 and beta', async () => {
    const expand = '$expand=members($select=id,userPrincipalName,userType,onPremisesSecurityIdentifier)';
    const selection =
      'id,displayName,description,mail,mailNickname,proxyAddresses,groupTypes,mailEnabled,securityEnabled,onPremisesSyncEnabled,onPremisesSecurityIdentifier';
    const v1 = await world.graph('GET', `/v1.0/groups/${board}?${expand}&$select=${selection}`);
    const beta = await world.graph(
      'GET',
      `/beta/groups/${board}?${expand}&$select=${selection},writebackConfiguration`,
    );
    const [one, other, known] = await Promise.all([
      evaluate({ snapshot: v1 }),
      evaluate({ snapshot: beta }),
      evaluate({ id: board }),
    ]);
    expect(one.body.decision).toMatchObject({ outcome: 'write', reason: 'WRITE_BY_DEFAULT' });
    expect(other.body.decision).toMatchObject({ outcome: 'write', reason: 'WRITE_ENABLED' });
    expect(other.body.desired).toEqual(known.body.desired);
    expect(other.body.members).toEqual(known.body.members);
  });

  it('from Graph must have what decides over AD: what was not selected is not null', async () => {
    const snapshot = await world.graph('GET', `/v1.0/groups/${board}?$select=id,displayName,groupTypes`);
    const answer = await refused({ snapshot });
    expect(answer.body.errors?.map(({ field }) => field)).toEqual([
      'snapshot.mailEnabled',
      'snapshot.securityEnabled',
      'snapshot.onPremisesSyncEnabled',
      'snapshot.onPremisesSecurityIdentifier',
    ]);
    expect(answer.body.errors?.[0]?.message).toContain('$select');
    const members = [{ '@odata.type': '#microsoft.graph.user', id, userPrincipalName: 'a@contoso.com' }];
    const short = await refused({ snapshot: apollo, members });
    expect(short.body.errors?.[0]?.field).toBe('members[0].onPremisesSecurityIdentifier');
  });

  it('may be a user or a device as Graph answers them', async () => {
    const policy = 'users: [{ rule: all }]\ndevices: [{ rule: all }]\n';
    const users = await world.graph(
      'GET',
      '/v1.0/users?$top=1&$select=id,userPrincipalName,displayName,accountEnabled,onPremisesSyncEnabled,onPremisesSecurityIdentifier',
    );
    const devices = await world.graph(
      'GET',
      '/v1.0/devices?$top=1&$select=id,deviceId,displayName,accountEnabled,trustType,onPremisesSyncEnabled,onPremisesSecurityIdentifier',
    );
    const [user] = users.value as readonly object[];
    const [device] = devices.value as readonly object[];
    const answers = await Promise.all([
      evaluate({ kind: 'user', snapshot: user, policy }),
      evaluate({ snapshot: { '@odata.type': '#microsoft.graph.device', ...device }, policy }),
    ]);
    expect(answers.map(({ status, body }) => [status, body.object?.kind])).toEqual([
      [200, 'user'],
      [200, 'device'],
    ]);
  });

  it('brings its members along, in either shape', async () => {
    const sid = synced[0]?.onPremisesSecurityIdentifier;
    const members = [
      { id: synced[0]?.id, type: 'user', onPremisesSecurityIdentifier: sid },
      { id, type: 'servicePrincipal' },
      { '@odata.type': '#microsoft.graph.orgContact', id: board },
    ];
    const { body } = await evaluate({ snapshot: apollo, members });
    expect(body.members?.written).toEqual([{ by: 'sid', sid, id: synced[0]?.id }]);
    expect(body.members?.leftOut.map(({ reason }) => reason)).toEqual(['SERVICE_PRINCIPAL', 'CONTACT']);
  });

  it('is decided over in the circumstances that are given', async () => {
    const off = { tenant: { newUnifiedGroupWritebackDefault: false } };
    const fresh = await evaluate({ snapshot: apollo, context: { ...off, previous: null } });
    const old = await evaluate({ snapshot: apollo, context: { ...off, previous: { rule: null } } });
    expect(fresh.body.decision).toMatchObject({ outcome: 'ignore', reason: 'TENANT_DEFAULT_OFF' });
    expect(old.body.decision).toMatchObject({ outcome: 'write' });
  });

  it('may be one that is gone', async () => {
    const { body } = await evaluate({ snapshot: { kind: 'group', id, presence: 'deleted' } });
    expect(body.decision).toMatchObject({ outcome: 'remove', mode: 'delete', reason: 'HARD_DELETED' });
  });
});

describe('a candidate policy', () => {
  const candidate = { groups: [{ rule: 'Everything', writeback: true, as: 'security', ou: 'OU=New' }] };

  it('is used instead of the one in force, as text and as JSON alike', async () => {
    const text = 'groups:\n  - { rule: Everything, writeback: true, as: security, ou: OU=New }\n';
    const [json, yaml, inForce] = await Promise.all([
      evaluate({ snapshot: apollo, policy: candidate }),
      evaluate({ snapshot: apollo, policy: text }),
      evaluate({ snapshot: apollo }),
    ]);
    expect(json.body).toEqual(yaml.body);
    expect(json.body.desired).toMatchObject({ container: 'OU=New', security: true });
    expect(json.body.policyVersion).not.toBe(inForce.body.policyVersion);
  });

  it('with mistakes is refused with all of them, each with line, path, value and remedy', async () => {
    const policy = [
      'groups:',
      '  - rule: VPN',
      '    when: { attribute: displayNam, operator: startsWith, value: VPN }',
      '    scope: everywhere',
      '    limits: { members: 900000 }',
      'defalts: {}',
    ].join('\n');
    const { status, body } = await refused({ snapshot: apollo, policy });
    expect([status, body.code]).toEqual([422, 'POLICY_INVALID']);
    expect(body.errors?.map(({ field, line, value }) => ({ field, line, value }))).toEqual([
      { field: 'policy.groups[0].when.attribute', line: 3, value: '"displayNam"' },
      { field: 'policy.groups[0].scope', line: 4, value: '"everywhere"' },
      { field: 'policy.groups[0].limits.members', line: 5, value: '900000' },
      { field: 'policy.defalts', line: 6, value: '{}' },
    ]);
    expect(body.errors?.[0]?.message).toContain('Did you mean displayName?');
    expect(body.errors?.slice(1).map(({ remedy }) => remedy)).toEqual([
      'Write one of: universal, global, domainLocal.',
      'Write at most 250000.',
      'Did you mean defaults?',
    ]);
  });

  it('as JSON is refused by path, without lines that its author never saw', async () => {
    const { body } = await refused({ snapshot: apollo, policy: { groups: [{ rule: 'A', scope: 'wide' }] } });
    expect(body.errors).toEqual([expect.not.objectContaining({ line: expect.anything() })]);
    expect(body.errors?.[0]).toMatchObject({ field: 'policy.groups[0].scope', value: '"wide"' });
  });
});

describe('the guide', () => {
  const guide = readFileSync(join(import.meta.dirname, '../../docs/evaluate.md'), 'utf8');
  const requests = [...guide.matchAll(/^```json( simulate)?\n([\s\S]*?)^```$/gm)].map(
    ([, simulate, text = '']) => [simulate ? '/policy/simulate' : '/policy/evaluate', text] as const,
  );

  it('has requests', () => expect(requests.length).toBeGreaterThan(5));

  it.each(requests)('has a request to %s that is answered: %s', async (path, text) => {
    const body = text.replace('{id of a group}', board);
    const response = await world.api(path, { method: 'POST', body });
    expect(response.status, await response.text()).toBe(200);
  });
});

describe('a request that cannot be answered', () => {
  it.each([
    ['neither id nor snapshot', {}, 'body', 'needs either id'],
    ['both', { id, snapshot: apollo }, 'id', 'goes without snapshot'],
    ['an id that is none', { id: '42' }, 'id', 'is not an object id'],
    ['a field that nobody knows', { id, polici: 'x' }, 'polici', 'is not known here'],
    ['an unknown kind', { id, kind: 'printer' }, 'kind', 'Invalid option'],
    ['members without a snapshot', { id, members: [] }, 'members', 'goes with snapshot only'],
    ['a wait beyond bounds', { id, plan: true, planSeconds: 3600 }, 'planSeconds', 'Too big'],
    ['a policy that is a number', { id, policy: 7 }, 'policy', 'must be the text of a policy file'],
    [
      'a snapshot without its kind of mail',
      { snapshot: { ...apollo, properties: { ...properties, mailEnabled: 'yes' } } },
      'snapshot.properties.mailEnabled',
      'expected boolean, received string',
    ],
    [
      'a Graph group without a name',
      { snapshot: { ...graphGroup, displayName: undefined } },
      'snapshot.displayName',
      'is missing',
    ],
    [
      'a member without a type',
      { snapshot: apollo, members: [{ id }] },
      'members[0].type',
      'expected one of "user"|"group"',
    ],
    ['a list', [], 'body', 'object'],
  ])('because of %s is 400 and names the field and the mistake', async (_what, body, field, message) => {
    const answer = await refused(body);
    expect([answer.status, answer.type]).toEqual([400, 'application/problem+json']);
    const found = answer.body.errors?.find((error) => error.field === field);
    expect(found, JSON.stringify(answer.body)).toBeDefined();
    expect(found?.message).toContain(message);
  });

  it('names all wrong fields at once, each with its value and a remedy', async () => {
    const { body } = await refused({ id: '42', kind: 'printer', plann: true });
    expect(body.errors).toEqual([
      expect.objectContaining({ field: 'id', value: '"42"' }),
      expect.objectContaining({
        field: 'kind',
        value: '"printer"',
        remedy: 'Write one of: group, user, device.',
      }),
      expect.objectContaining({ field: 'plann', remedy: 'Did you mean plan?' }),
    ]);
  });

  it('because it is no JSON is 400, because it is too large 413', async () => {
    const broken = await refused('{"id":');
    expect([broken.status, broken.body.code]).toEqual([400, 'BODY_NOT_JSON']);
    const large = await refused(`"${'x'.repeat(6 * 1024 * 1024)}"`);
    expect([large.status, large.body.code]).toEqual([413, 'BODY_TOO_LARGE']);
    const members = Array.from({ length: 10_001 }, () => ({}));
    const many = await refused({ snapshot: apollo, members });
    expect([many.status, many.body.errors?.[0]?.field]).toEqual([400, 'members']);
  });

  it('without a key is 401', async () => {
    const response = await world.api('/policy/evaluate', {
      method: 'POST',
      headers: { 'x-functions-key': '' },
      body: '{}',
    });
    expect(response.status).toBe(401);
  });
});

describe('with "plan"', () => {
  it('the relay says what it would do in AD as it is, and nothing is written', async () => {
    const groups = await world.graph('GET', "/v1.0/groups?$filter=displayName eq 'Finance Users'");
    const [finance] = groups.value as readonly { readonly id: string }[];
    await world.settled(board, 0);
    const before = await dump(world.account, world.baseDn);
    const policy = { groups: [{ rule: 'All', writeback: true }] };
    const created = await evaluate({ id: finance?.id, policy, plan: true });
    expect(operations(created.body)).toEqual(['create', 'addMembers']);
    expect(created.body.observed).toBeNull();
    const unchanged = await evaluate({ id: board, plan: true });
    expect(operations(unchanged.body)).toEqual([]);
    expect(unchanged.body.observed?.dn).toContain('CN=Board_');
    const moved = await evaluate({
      id: board,
      plan: true,
      policy: { groups: [{ rule: 'All', writeback: true, ou: 'OU=Elsewhere,OU=EntraWriteback' }] },
    });
    expect(operations(moved.body)).toEqual(['move']);
    const outside = await evaluate({
      id: board,
      plan: true,
      policy: { groups: [{ rule: 'All', writeback: true, ou: 'CN=Users' }] },
    });
    expect(operations(outside.body)).toEqual([]);
    expect(outside.body.violations.map(({ code }) => code)).toEqual(['PLACE_FORBIDDEN']);
    const frozen = await evaluate({ id: board, plan: true, policy: { groups: [] } });
    expect(frozen.body.decision.outcome).toBe('freeze');
    expect(operations(frozen.body)).toEqual([]);
    expect(frozen.body.observed?.dn).toContain('CN=Board_');
    expect(await dump(world.account, world.baseDn)).toBe(before);
  });

  it('is 504 when the relay cannot answer, after the time that was given', async () => {
    world.stack.parts.controller?.pause();
    const { status, body } = await refused({ id: board, plan: true, planSeconds: 0.3 }).finally(() =>
      world.stack.parts.controller?.resume(),
    );
    expect([status, body.code]).toEqual([504, 'RELAY_SILENT']);
    expect(body.detail).toContain('within 0.3 s');
  });
});
