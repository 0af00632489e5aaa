import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { withConnection } from '../../local/samba/connection.ts';
import { dump } from '../../local/samba/dump.ts';
import { guidToText } from '../../local/samba/identifiers.ts';
import { Claim } from '../../relay/guard/claim.ts';
import { LocalAnswer, leaveRequest, takeAnswer } from '../../relay/person/local-requests.ts';
import { markerOf, type ObjectRef } from '../../shared/domain/index.ts';
import { at, bySid, complete, desiredGroup, writeIntent } from './intents.ts';
import { startWorld, type World } from './world.ts';

/** Taking over an object that somebody else made: only with the consent of a person beside the relay. */

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

let desired = desiredGroup();
let dn = '';
let guid = '';

/** A group that somebody made by hand in our OU, with one member. */
beforeEach(async () => {
  desired = desiredGroup();
  dn = `CN=Made by hand ${desired.commonName},${world.seeded.writebackOu}`;
  await makeGroup(dn);
  guid = await guidOf(dn);
});

const makeGroup = (at: string, more: Record<string, string> = {}): Promise<void> =>
  withConnection(world.dc, (client) =>
    client.add(at, {
      objectClass: 'group',
      groupType: '-2147483640',
      member: world.seeded.people[0]?.dn ?? '',
      ...more,
    }),
  );
const guidOf = async (at: string): Promise<string> =>
  guidToText((await world.look(at))?.bytes.objectGUID?.[0] ?? Buffer.alloc(0));
const refOf = ({ kind, id }: ObjectRef): ObjectRef => ({ kind, id });

let claims = 0;
async function claim(more: Partial<Claim> | { dn: string; guid: string } = {}): Promise<LocalAnswer> {
  claims += 1;
  const given = {
    object: refOf(desired),
    dn,
    guid,
    expects: [],
    person: 'Ada',
    reason: 'the same group',
    at,
  };
  const { stateDirectory } = world.settings;
  await leaveRequest(stateDirectory, `claim-${claims}`, {
    request: 'claim',
    claim: Claim.parse({ ...given, ...more }),
  });
  return vi.waitFor(async () => LocalAnswer.parse(await takeAnswer(stateDirectory, `claim-${claims}`)), {
    timeout: 20_000,
    interval: 50,
  });
}

describe('a claim', () => {
  test('marks the object and nothing else; what the cloud wants then changes it in place', async () => {
    const before = await world.look(dn);
    expect(await claim()).toMatchObject({ result: 'applied', code: 'CLAIMED' });
    const marked = await world.look(dn);
    expect(marked?.values.adminDescription).toEqual([markerOf(desired)]);
    expect(marked?.values.member).toEqual(before?.values.member);
    const outcome = await world.outcomeOf(
      writeIntent(desired, complete([bySid(world.seeded.people[1]?.sid ?? '')])),
    );
    expect(outcome).toMatchObject({ result: 'applied', membersAdded: 1, membersRemoved: 1 });
    const after = await world.look(`CN=${desired.commonName},${world.seeded.writebackOu}`);
    expect(after?.bytes.objectGUID).toEqual(before?.bytes.objectGUID);
    expect(after?.bytes.objectSid).toEqual(before?.bytes.objectSid);
  });

  test('asks the cloud to evaluate the object completely', async () => {
    await claim();
    const told = world.lines.findLast(({ event }) => event === 'intent.applied');
    expect(told?.fields).toMatchObject({ code: 'CLAIMED', needs: 'completeMembership', id: desired.id });
  });

  test('names the marker that is there, where there is one', async () => {
    const taken = `CN=Taken ${desired.commonName},${world.seeded.writebackOu}`;
    await makeGroup(taken, { adminDescription: 'HR list' });
    const of = { dn: taken, guid: await guidOf(taken) };
    expect(await claim(of)).toMatchObject({
      code: 'CLAIM_MISMATCH',
      message: expect.stringContaining('HR list'),
    });
    expect(await claim({ ...of, expects: ['HR list'] })).toMatchObject({ result: 'applied' });
  });

  test.each([
    ['of another object than the one that is there', 'CLAIM_MISMATCH', async () => ({ guid: desired.id })],
    [
      'of an object that does not exist',
      'NO_SUCH_OBJECT',
      async () => ({ dn: `CN=nobody,${world.seeded.writebackOu}` }),
    ],
    [
      'of an object outside of the containers',
      'PLACE_FORBIDDEN',
      async () => {
        const { dn } = world.seeded.groups.universal;
        return { dn, guid: await guidOf(dn) };
      },
    ],
    [
      'of an object of another class',
      'PLACE_FORBIDDEN',
      async () => {
        const { dn } = world.seeded.people[2] ?? { dn: '' };
        return { dn, guid: await guidOf(dn) };
      },
    ],
    [
      'while another object carries the marker',
      'MARKER_CONFLICT',
      async () => {
        await world.outcomeOf(writeIntent(desired));
        return {};
      },
    ],
    [
      'of a protected object',
      'PROTECTED_OBJECT',
      async () => {
        await makeGroup(`${dn.replace('CN=', 'CN=Protected ')}`, { adminCount: '1' });
        const protectedDn = dn.replace('CN=', 'CN=Protected ');
        return { dn: protectedDn, guid: await guidOf(protectedDn) };
      },
    ],
  ] as const)('%s is refused with %s, and AD stays as it was', async (_what, code, prepare) => {
    const more = await prepare();
    const before = await dump(world.dc, world.dc.baseDn);
    expect(await claim({ ...more } as Partial<Claim>)).toMatchObject({ result: 'refused', code });
    expect(await dump(world.dc, world.dc.baseDn)).toBe(before);
  });

  test('of what is no DN is answered as AD says, and the next one is not kept waiting', async () => {
    expect(await claim({ dn: 'CN=Sales, "East",OU=x', guid })).toMatchObject({
      result: 'failed',
      code: 'CONSTRAINT',
    });
    expect(await claim()).toMatchObject({ result: 'applied', code: 'CLAIMED' });
  });
});
