import { Attribute, Change } from 'ldapts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { groupTypes, named, startTenant, type Tenant } from './tenant.ts';

/** Nesting, member filters and limits, and a written group inside an on-premises group, on a real AD. */

let tenant: Tenant;
let onPremises: ReadonlyMap<string, { readonly id: string; readonly sid: string }>;

const policy = {
  groups: [
    { rule: 'Flat', when: named('Flat'), writeback: true, nesting: 'flatten' },
    { rule: 'Closed', when: named('Closed'), writeback: true, nesting: 'closure' },
    { rule: 'Mirrored', when: named('Mirror'), writeback: true },
    { rule: 'People only', when: named('People'), writeback: true, members: { kinds: ['syncedUsers'] } },
    {
      rule: 'Filtered',
      when: named('Filtered'),
      writeback: true,
      members: { filter: { attribute: 'displayName', operator: 'notStartsWith', value: 'A' } },
    },
    {
      rule: 'Teams',
      when: { all: [named('Team'), { attribute: 'memberCount', operator: 'lessThan', value: 3 }] },
      writeback: true,
    },
    { rule: 'Crowds', when: named('Team'), writeback: true, ou: 'OU=Crowds,OU=EntraWriteback' },
    { rule: 'Small', when: named('Small'), writeback: true, limits: { members: 3 } },
    { rule: 'Others', writeback: 'asConfigured' },
  ],
};

beforeAll(async () => {
  tenant = await startTenant(policy);
  const groups = await tenant.graph(
    'GET',
    '/v1.0/groups?$top=999&$select=id,displayName,onPremisesSecurityIdentifier',
  );
  const all = groups.value as readonly {
    id: string;
    displayName: string;
    onPremisesSecurityIdentifier: string | null;
  }[];
  onPremises = new Map(
    all.flatMap(({ id, displayName, onPremisesSecurityIdentifier: sid }) =>
      sid ? [[displayName, { id, sid }] as const] : [],
    ),
  );
}, 120_000);

afterAll(() => tenant?.stop());

const person = (index: number): string => tenant.synced[index]?.id ?? '';
const dnsOf = async (...indexes: readonly number[]): Promise<readonly string[]> => {
  const all = await Promise.all(
    indexes.map((index) => tenant.dnOf(tenant.synced[index]?.onPremisesSecurityIdentifier)),
  );
  return all.sort();
};
const local = () => onPremises.get('On-premises domainLocal') ?? { id: '', sid: '' };
const universal = () => onPremises.get('On-premises universal') ?? { id: '', sid: '' };

type Evaluation = {
  readonly decision: { readonly rule: string | null };
  readonly trace: {
    readonly rules: readonly { readonly rule: string; readonly clauses: readonly unknown[] }[];
  };
};

const addMember = (dn: string): Change =>
  new Change({ operation: 'add', modification: new Attribute({ type: 'member', values: [dn] }) });

describe('nesting', () => {
  it('mirrors: a written group and a synced group are nested, one that is not written is left out and told', async () => {
    const child = await tenant.written('Mirror child', 'security', {}, [person(0)]);
    const stranger = await tenant.create('Not in AD', 'security');
    const id = await tenant.written('Mirror parent', 'security', {}, [
      child,
      stranger,
      universal().id,
      person(1),
    ]);
    const expected = [
      (await tenant.group(child)).dn,
      await tenant.dnOf(universal().sid),
      ...(await dnsOf(1)),
    ];
    expect(await tenant.membersOf(id)).toEqual(expected.sort());
    expect(await tenant.violations(id)).toContain('NESTED_GROUP_NOT_WRITTEN');
    await tenant.changed(
      id,
      () => tenant.enable(stranger, true),
      (event) => event.membersAdded === 1,
    );
    expect(await tenant.membersOf(id)).toContain((await tenant.group(stranger)).dn);
  });

  it('a domain local group cannot be a member of a universal one: it is refused and told, the others are written', async () => {
    const since = tenant.mark();
    const id = await tenant.create('Mirror local', 'security', {}, [local().id, person(2), person(3)]);
    await tenant.settled(id, since, (event) => Number(event.membersAdded) === 2);
    expect(await tenant.membersOf(id)).toEqual(await dnsOf(2, 3));
    expect(await tenant.violations(id)).toContain('MEMBER_REFUSED');
  });

  it('flattens: the members of nested groups become members, and follow them', async () => {
    const inner = await tenant.create('Inner', 'security', {}, [person(4), person(5)]);
    const id = await tenant.written('Flat parent', 'security', {}, [inner, person(6)]);
    expect(await tenant.membersOf(id)).toEqual(await dnsOf(4, 5, 6));
    await tenant.changed(
      id,
      () => tenant.add(inner, person(7)),
      (event) => event.membersAdded === 1,
    );
    expect(await tenant.membersOf(id)).toEqual(await dnsOf(4, 5, 6, 7));
  });

  it('closes: nested groups are written too, children and grandchildren, and are nested in AD as in the cloud', async () => {
    const grandchild = await tenant.create('Grandchild', 'security', {}, [person(8)]);
    const child = await tenant.create('Child', 'security', {}, [grandchild]);
    const since = tenant.mark();
    const id = await tenant.create('Closed parent', 'security', {}, [child]);
    await tenant.settled(child, since, (event) => event.membersAdded === 1);
    await tenant.settled(id, since, (event) => event.membersAdded === 1);
    expect(await tenant.membersOf(id)).toEqual([(await tenant.group(child)).dn]);
    expect(await tenant.membersOf(child)).toEqual([(await tenant.group(grandchild)).dn]);
    expect(await tenant.membersOf(grandchild)).toEqual(await dnsOf(8));
    expect((await tenant.decided(grandchild, 'write', since)).reason).toBe('WRITE_NESTED');
  });
});

describe('members', () => {
  it('of other kinds are left out where the rule names the kinds', async () => {
    const id = await tenant.written('People only', 'security', {}, [
      universal().id,
      person(9),
      tenant.cloudOnly[0]?.id ?? '',
    ]);
    expect(await tenant.membersOf(id)).toEqual(await dnsOf(9));
  });

  it('are filtered by a condition of the rule', async () => {
    const users = await tenant.graph(
      'GET',
      '/v1.0/users?$top=999&$select=id,displayName,onPremisesSecurityIdentifier',
    );
    const all = (
      users.value as readonly {
        id: string;
        displayName: string;
        onPremisesSecurityIdentifier: string | null;
      }[]
    ).filter((user) => user.onPremisesSecurityIdentifier);
    const some = [
      ...all.filter(({ displayName }) => displayName.startsWith('A')).slice(0, 2),
      ...all.filter(({ displayName }) => !displayName.startsWith('A')).slice(0, 2),
    ];
    const id = await tenant.written(
      'Filtered',
      'security',
      {},
      some.map((one) => one.id),
    );
    const kept = some.filter(({ displayName }) => !displayName.startsWith('A'));
    const dns = await Promise.all(kept.map((one) => tenant.dnOf(one.onPremisesSecurityIdentifier ?? '')));
    expect(await tenant.membersOf(id)).toEqual(dns.sort());
  });
});

describe('a rule that asks for the number of members', () => {
  it('decides by it from the first look on, and again when it changes; the trace has the number', async () => {
    await tenant.ou('OU=Crowds');
    const id = await tenant.written('Team', 'security', {}, [0, 1].map(person));
    expect((await tenant.group(id)).dn).not.toContain('OU=Crowds');
    await tenant.changed(
      id,
      () => tenant.add(id, person(2)),
      (event) => String(event.operations).includes('move'),
    );
    expect((await tenant.group(id)).dn).toContain('OU=Crowds');
    expect(await tenant.membersOf(id)).toEqual(await dnsOf(0, 1, 2));
    const response = await tenant.api('/policy/evaluate', { method: 'POST', body: JSON.stringify({ id }) });
    const { decision, trace } = (await response.json()) as Evaluation;
    expect(decision.rule).toBe('Crowds');
    const { clauses } = trace.rules.find(({ rule }) => rule === 'Teams') ?? {};
    expect(clauses).toContainEqual(
      expect.objectContaining({ attribute: 'memberCount', actual: 3, passed: false }),
    );
  });
});

describe('a group with more members than its rule allows', () => {
  it('is not written, and told', async () => {
    const since = tenant.mark();
    const id = await tenant.create('Small from the start', 'security', {}, [0, 1, 2, 3].map(person));
    const decided = await tenant.event((one) => one.event === 'change.decided' && one.id === id, since);
    expect(decided.reason).toBe('TOO_MANY_MEMBERS');
    expect(await tenant.adGroup(id)).toBeUndefined();
    expect(await tenant.violations(id)).toEqual(['GROUP_TOO_LARGE']);
  });

  it('is frozen where it was written already, and goes on once it is small enough', async () => {
    const id = await tenant.written('Small and growing', 'security', {}, [0, 1, 2].map(person));
    const decided = await tenant.decidedAfter(id, 'freeze', () => tenant.add(id, person(3)));
    expect(decided.reason).toBe('TOO_MANY_MEMBERS');
    expect(await tenant.membersOf(id)).toEqual(await dnsOf(0, 1, 2));
    await tenant.changed(id, () => tenant.graph('DELETE', `/v1.0/groups/${id}/members/${person(0)}/$ref`));
    expect(await tenant.membersOf(id)).toEqual(await dnsOf(1, 2, 3));
    expect(await tenant.violations(id)).toEqual([]);
  });
});

describe('a written group that administrators put into an on-premises group', () => {
  it('stays there with its markers through update, rename, freeze, move and restore', async () => {
    const id = await tenant.written('Resident', 'microsoft365', {}, [person(10)]);
    const house = await tenant.dnOf(universal().sid);
    const before = await tenant.group(id);
    await tenant.inAd((client) => client.modify(house, [addMember(before.dn)]));
    const stays = async (): Promise<void> => {
      const { dn, values, bytes } = await tenant.group(id);
      expect((await tenant.find(house))?.values.member).toContain(dn);
      expect(values.memberOf).toEqual([house]);
      expect([values.adminDescription, values['msDS-ExternalDirectoryObjectId']]).toEqual([
        [`Group_${id}`],
        [`Group_${id}`],
      ]);
      expect(bytes.objectSid).toEqual(before.bytes.objectSid);
    };
    await stays();
    await tenant.changed(id, () => tenant.patch(id, { description: 'Updated' }));
    await tenant.changed(
      id,
      () => tenant.patch(id, { displayName: 'Resident renamed' }),
      (event) => String(event.operations).includes('move'),
    );
    await stays();
    await tenant.decidedAfter(id, 'freeze', () => tenant.enable(id, false));
    await stays();
    await tenant.decidedAfter(id, 'freeze', () => tenant.graph('DELETE', `/v1.0/groups/${id}`));
    await stays();
    const since = tenant.mark();
    await tenant.graph('POST', `/v1.0/directory/deletedItems/${id}/restore`, {});
    await tenant.event((one) => one.event === 'change.decided' && one.id === id, since);
    await tenant.changed(
      id,
      () => tenant.enable(id, true),
      () => true,
    );
    await stays();
    await tenant.ou('OU=Moved');
    await tenant.rewrite({ ...policy, defaults: { groups: { ou: 'OU=Moved,OU=EntraWriteback' } } });
    await tenant.changed(id, () => tenant.patch(id, { description: 'Moved' }));
    expect((await tenant.group(id)).dn).toContain(',OU=Moved,OU=EntraWriteback,');
    expect((await tenant.group(id)).values.groupType).toEqual([groupTypes.universalDistribution]);
    await stays();
  });
});
