import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dump } from '../../local/samba/dump.ts';
import type { ObjectLine, SimulationLine } from '../../shared/flow/ask/simulate.ts';
import { startWorld, type World } from '../e2e/world.ts';
import { ask, type ProblemBody } from './ask.ts';

/** A candidate policy over the whole sample tenant, on the running product. */

let world: World;

beforeAll(async () => {
  world = await startWorld();
  await world.event((event) => event.event === 'outcome.settled' && event.name === 'Project Nordlicht');
  await world.event((event) => event.event === 'outcome.settled' && event.name === 'All Employees');
  await world.event((event) => event.event === 'outcome.settled' && event.name === 'Works Council');
  await world.event((event) => event.event === 'outcome.settled' && event.name === 'Board');
}, 120_000);

afterAll(() => world?.stop());

async function simulate(policy: unknown, more: object = {}): Promise<readonly SimulationLine[]> {
  const response = await world.api('/policy/simulate', {
    method: 'POST',
    body: JSON.stringify({ policy, ...more }),
  });
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/x-ndjson']);
  const text = await response.text();
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as SimulationLine);
}

const objects = (lines: readonly SimulationLine[]): readonly ObjectLine[] =>
  lines.filter((line) => line.type === 'object');
const effectOn = (lines: readonly SimulationLine[], name: string): ObjectLine | undefined =>
  objects(lines).find(({ displayName }) => displayName === name);
const summaryOf = (lines: readonly SimulationLine[]) => {
  const last = lines.at(-1);
  if (last?.type !== 'summary') throw new Error(`The last line is ${JSON.stringify(last)}.`);
  return last;
};

const everything = { attribute: 'kind', operator: 'equals', value: 'microsoft365' };

describe('a simulation', () => {
  it('of the policy in force changes nothing', async () => {
    const lines = await simulate('');
    expect(objects(lines)).toEqual([]);
    const { effects, evaluated } = summaryOf(lines);
    expect(effects).toEqual({ create: 0, change: 0, freeze: 0, remove: 0, refuse: 0, none: evaluated });
  });

  it('names what would be created, with its rule and its place', async () => {
    const lines = await simulate({
      groups: [
        {
          rule: 'VPN',
          when: { attribute: 'displayName', operator: 'startsWith', value: 'VPN' },
          writeback: true,
          ou: 'OU=Access',
        },
        { rule: 'Microsoft 365 groups', when: everything },
      ],
    });
    expect(objects(lines)).toEqual([
      expect.objectContaining({
        displayName: 'VPN Access',
        effect: 'create',
        decision: { outcome: 'write', reason: 'WRITE_BY_RULE', rule: 'VPN' },
        place: expect.objectContaining({ container: 'OU=Access' }),
      }),
    ]);
    expect(summaryOf(lines).byRule[0]).toMatchObject({ rule: 'VPN', create: 1, change: 0 });
  });

  it('names what would be changed, and what of it', async () => {
    const lines = await simulate({
      groups: [
        {
          rule: 'Microsoft 365 groups',
          when: everything,
          as: 'security',
          ou: 'OU=New,OU=EntraWriteback',
          nesting: 'flatten',
        },
      ],
    });
    const council = effectOn(lines, 'Works Council');
    expect(council).toMatchObject({
      effect: 'change',
      now: { outcome: 'write', rule: 'Microsoft 365 groups' },
    });
    expect(council?.now?.dn).toContain('CN=Works Council_');
    const differences = council?.differences.filter(({ when }) => when === undefined);
    expect(differences).toEqual([
      { what: 'container', from: 'OU=EntraWriteback', to: 'OU=New,OU=EntraWriteback' },
      { what: 'security', from: false, to: true },
      { what: 'nesting', from: 'mirror', to: 'flatten' },
    ]);
    expect(summaryOf(lines).effects).toMatchObject({ create: 0, change: 4 });
  });

  it('names what would be frozen, removed and refused', async () => {
    const named = (value: string) => ({ attribute: 'displayName', operator: 'equals', value });
    const lines = await simulate({
      groups: [
        {
          rule: 'Away',
          when: named('Board'),
          writeback: false,
          deletion: { outOfScope: { mode: 'delete', graceDays: 7 } },
        },
        { rule: 'Frozen', when: named('Works Council'), writeback: false },
        { rule: 'Too strict', when: named('Project Nordlicht'), writeback: true, roleAssignable: 'required' },
        {
          rule: 'PIM',
          when: { attribute: 'roleAssignable', operator: 'isTrue' },
          writeback: true,
          roleAssignable: 'forbidden',
        },
        { rule: 'The rest', when: everything },
      ],
    });
    const told = Object.fromEntries(
      objects(lines).map(({ displayName, effect, decision }) => [displayName, [effect, decision.reason]]),
    );
    expect(told).toEqual({
      Board: ['remove', 'OUT_OF_SCOPE'],
      'Works Council': ['freeze', 'OUT_OF_SCOPE'],
      'Project Nordlicht': ['freeze', 'ROLE_ASSIGNABLE_REQUIRED'],
      'PIM – Server Administrators': ['refuse', 'ROLE_ASSIGNABLE_FORBIDDEN'],
    });
    expect(effectOn(lines, 'Board')?.decision).toMatchObject({ mode: 'delete', graceDays: 7 });
    expect(effectOn(lines, 'PIM – Server Administrators')?.violations[0]?.code).toBe('PRIVILEGED_GROUP');
  });

  it('knows groups that were deleted in the cloud and are still in AD', async () => {
    const id = String(
      (
        await world.graph('POST', '/v1.0/groups', {
          displayName: 'Gone',
          mailNickname: 'gone',
          mailEnabled: true,
          securityEnabled: false,
          groupTypes: ['Unified'],
        })
      ).id,
    );
    const since = world.mark();
    await world.settled(id, 0);
    await world.graph('DELETE', `/v1.0/groups/${id}`);
    await world.decided(id, 'freeze', since);
    const lines = await simulate({ defaults: { groups: { deletion: { softDeleted: 'delete' } } } });
    expect(objects(lines)).toEqual([
      expect.objectContaining({
        displayName: 'Gone',
        effect: 'remove',
        decision: expect.objectContaining({ reason: 'SOFT_DELETED', mode: 'delete' }),
      }),
    ]);
  });

  it('reads owners and administrative units where the candidate asks for them', async () => {
    const units = await world.graph('GET', '/v1.0/directory/administrativeUnits');
    const [unit] = units.value as readonly { readonly id: string }[];
    const lines = await simulate({
      groups: [
        {
          rule: 'Unit',
          when: { attribute: 'administrativeUnits', operator: 'includes', value: unit?.id },
          writeback: true,
        },
        { rule: 'Microsoft 365 groups', when: everything },
      ],
    });
    expect(objects(lines).map(({ displayName, effect }) => [displayName, effect])).toEqual([
      ['VPN Access', 'create'],
    ]);
  });

  it('counts members: a group above the limit of the candidate is frozen, a new one refused, and rules go by size', async () => {
    const sizeOf = async (name: string): Promise<number> => {
      const found = await world.graph('GET', `/v1.0/groups?$filter=displayName eq '${name}'`);
      const [one] = found.value as readonly { readonly id: string }[];
      const members = await world.graph('GET', `/v1.0/groups/${one?.id}/members?$top=999`);
      return (members.value as readonly unknown[]).length;
    };
    const [council, vpn] = [await sizeOf('Works Council'), await sizeOf('VPN Access')];
    const named = (value: string) => ({ attribute: 'displayName', operator: 'equals', value });
    const byLimit = await simulate({
      groups: [
        { rule: 'Council', when: named('Works Council'), writeback: true, limits: { members: council - 1 } },
        { rule: 'VPN', when: named('VPN Access'), writeback: true, limits: { members: vpn - 1 } },
        { rule: 'Microsoft 365 groups', when: everything },
      ],
    });
    const told = (lines: readonly SimulationLine[], name: string) => {
      const line = effectOn(lines, name);
      return [line?.effect, line?.decision.reason];
    };
    expect(told(byLimit, 'Works Council')).toEqual(['freeze', 'TOO_MANY_MEMBERS']);
    expect(told(byLimit, 'VPN Access')).toEqual(['refuse', 'TOO_MANY_MEMBERS']);
    expect(effectOn(byLimit, 'VPN Access')?.violations[0]?.message).toContain(`has ${vpn} members`);
    expect(summaryOf(byLimit).sizes).toMatchObject({ counted: 1, unknown: 0 });
    const bySize = (size: number) => ({
      all: [named('VPN Access'), { attribute: 'memberCount', operator: 'equals', value: size }],
    });
    const right = [
      { rule: 'Size', when: bySize(vpn), writeback: true },
      { rule: 'Rest', when: everything },
    ];
    const wrong = [{ ...right[0], when: bySize(vpn + 1) }, right[1]];
    expect(told(await simulate({ groups: right }), 'VPN Access')).toEqual(['create', 'WRITE_BY_RULE']);
    expect(effectOn(await simulate({ groups: wrong }), 'VPN Access')).toBeUndefined();
  });

  it('covers users and devices once one of the policies writes them', async () => {
    const lines = await simulate({ users: [{ rule: 'Everybody' }] });
    expect(lines[0]).toMatchObject({ type: 'started', kinds: ['group', 'user'] });
    const created = objects(lines).filter(({ effect }) => effect === 'create');
    expect(created.length).toBeGreaterThan(0);
    expect(new Set(created.map(({ object }) => object.kind))).toEqual(new Set(['user']));
    const groupsOnly = await simulate({ users: [{ rule: 'Everybody' }] }, { kinds: ['group'] });
    expect(objects(groupsOnly)).toEqual([]);
  });

  it('names no more than it is asked to, and counts all', async () => {
    const lines = await simulate({ groups: [{ rule: 'All', writeback: true, ou: 'OU=All' }] }, { limit: 2 });
    const { effects, omitted } = summaryOf(lines);
    expect(objects(lines).filter(({ effect }) => effect === 'create')).toHaveLength(2);
    expect(effects.create).toBeGreaterThan(5);
    expect(omitted).toBe(effects.create - 2 + effects.change - 2 + Math.max(0, effects.refuse - 2));
  });

  it('writes nothing', async () => {
    const before = await dump(world.account, world.baseDn);
    const since = world.mark();
    await simulate({ groups: [] });
    await simulate({ groups: [{ rule: 'All', writeback: true }] });
    expect(world.events.slice(since).filter(({ event }) => event === 'outcome.settled')).toEqual([]);
    expect(await dump(world.account, world.baseDn)).toBe(before);
  });
});

describe('a simulation that cannot be made', () => {
  const refused = (body: unknown) => ask<ProblemBody>(world, '/policy/simulate', body);

  it('is refused: no policy, a policy with mistakes, a kind that nobody knows', async () => {
    const [none, broken, kind] = await Promise.all([
      refused({}),
      refused({ policy: 'groups:\n  - { rule: A, scope: wide }\n' }),
      refused({ policy: '', kinds: ['printer'] }),
    ]);
    expect([none.status, none.body.errors?.[0]?.field]).toEqual([400, 'policy']);
    expect([broken.status, broken.body.code]).toEqual([422, 'POLICY_INVALID']);
    expect(broken.body.errors?.[0]).toMatchObject({
      field: 'policy.groups[0].scope',
      line: 2,
      value: '"wide"',
    });
    expect([kind.status, kind.body.errors?.[0]?.field]).toEqual([400, 'kinds[0]']);
  });

  it('ends with a line that says so when Graph cannot be read, and another one can begin', async () => {
    const faults = [{ path: '/beta/groups\\?', effect: { kind: 'status', status: 403 } }];
    await world.graph('PATCH', '/local/behaviour', { faults });
    const lines = await simulate({ groups: [] });
    expect(lines.at(-1)).toMatchObject({ type: 'failed', code: 'GRAPH_UNREADABLE' });
    await world.graph('PATCH', '/local/behaviour', { faults: [] });
    expect((await simulate({ groups: [] })).at(-1)?.type).toBe('summary');
  });

  it('runs alone, to its end also when its reader leaves', async () => {
    const faults = [{ path: '/v1.0/users\\?', next: 1, effect: { kind: 'slow', ms: 500 } }];
    await world.graph('PATCH', '/local/behaviour', { faults });
    const since = world.mark();
    const leaving = new AbortController();
    const body = JSON.stringify({ policy: { users: [{ rule: 'Everybody' }] } });
    const response = await world.api('/policy/simulate', { method: 'POST', body, signal: leaving.signal });
    await response.body?.getReader().read();
    const second = await refused({ policy: '' });
    expect([second.status, second.body.code]).toEqual([429, 'SIMULATION_RUNNING']);
    leaving.abort();
    await world.event(({ event }) => event === 'simulation.ended', since, 'its end');
    expect((await simulate('')).at(-1)?.type).toBe('summary');
  });
});
