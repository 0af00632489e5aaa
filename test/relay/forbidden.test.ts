import { Attribute, Change, type Client } from 'ldapts';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { withConnection } from '../../local/samba/connection.ts';
import { dump } from '../../local/samba/dump.ts';
import { sidToText } from '../../local/samba/identifiers.ts';
import { leaveRequest, takeAnswer } from '../../relay/person/local-requests.ts';
import { type Intent, Moment, markerOf, type ObjectRef, Sid } from '../../shared/domain/index.ts';
import {
  at,
  bySid,
  complete,
  desiredDevice,
  desiredGroup,
  desiredUser,
  removeIntent,
  writeIntent,
} from './intents.ts';
import { startWorld, type World } from './world.ts';

/**
 * What the relay never does, whatever the cloud asks: for each, an intent that asks for it, the code of
 * the refusal, and AD byte for byte as it was. The relay is bound as an administrator, so that it is
 * its own guard that says no and not the rights of its account.
 */

let world: World;
beforeAll(async () => {
  world = await startWorld(
    { classes: ['group', 'user'], adoptOriginals: false, containers: ['OU=EntraWriteback'] },
    { asAdministrator: true },
  );
});
afterAll(() => world.stop());

const asAdministrator = <T>(work: (client: Client) => Promise<T>): Promise<T> =>
  withConnection(world.dc, work);
const set = (client: Client, dn: string, type: string, ...values: string[]): Promise<void> =>
  client.modify(dn, new Change({ operation: 'replace', modification: new Attribute({ type, values }) }));
const refOf = ({ kind, id }: ObjectRef): ObjectRef => ({ kind, id });
const below = (ou: string, name: string): string => `CN=${name},${ou}`;
const inOurs = (name: string): string => below(world.seeded.writebackOu, name);
const groups = (): string => world.seeded.groupsOu;
const users = (): string => `CN=Users,${world.dc.baseDn}`;

/** A group that somebody made in AD, with what is given. */
const make = (dn: string, attributes: Record<string, string> = {}): Promise<void> =>
  asAdministrator((client) => client.add(dn, { objectClass: 'group', ...attributes }));
const mark = (dn: string, desired: ObjectRef): Promise<void> =>
  asAdministrator(async (client) => {
    await set(client, dn, 'adminDescription', markerOf(desired));
    await set(client, dn, 'msDS-ExternalDirectoryObjectId', markerOf(desired));
  });
const sidOf = async (dn: string): Promise<Sid> =>
  Sid.parse(sidToText((await world.look(dn))?.bytes.objectSid?.[0] ?? Buffer.alloc(0)));

type Row = {
  readonly what: string;
  readonly code: string;
  /** Prepares AD, and answers with the intent. */
  readonly ask: () => Promise<Intent> | Intent;
};

const rows: readonly Row[] = [
  {
    what: 'creating an object outside of the containers',
    code: 'PLACE_FORBIDDEN',
    ask: () => writeIntent(desiredGroup({ container: groups() })),
  },
  {
    what: 'changing a marked object outside of the containers',
    code: 'PLACE_FORBIDDEN',
    ask: async () => {
      const desired = desiredGroup();
      await make(below(groups(), desired.commonName), { adminDescription: markerOf(desired) });
      return writeIntent(desired);
    },
  },
  {
    what: 'moving an object out of the containers',
    code: 'PLACE_FORBIDDEN',
    ask: async () => {
      const desired = desiredGroup();
      await world.outcomeOf(writeIntent(desired));
      return writeIntent({ ...desired, container: groups() });
    },
  },
  {
    what: 'a quarantine outside of the containers',
    code: 'PLACE_FORBIDDEN',
    ask: async () => {
      const desired = desiredGroup();
      await world.outcomeOf(writeIntent(desired));
      return removeIntent(refOf(desired), 'quarantine', groups());
    },
  },
  {
    what: 'bringing back a deleted object that stood outside of the containers',
    code: 'PLACE_FORBIDDEN',
    ask: async () => {
      const desired = desiredGroup();
      const dn = below(groups(), desired.commonName);
      await make(dn, {
        'msDS-ExternalDirectoryObjectId': markerOf(desired),
        adminDescription: markerOf(desired),
      });
      await asAdministrator((client) => client.del(dn));
      return writeIntent(desired);
    },
  },
  {
    what: 'a kind of object that relay.yaml does not name',
    code: 'PLACE_FORBIDDEN',
    ask: () => writeIntent(desiredDevice({ container: 'OU=EntraWriteback' })),
  },
  {
    what: 'an attribute by which somebody could log on',
    code: 'PLACE_FORBIDDEN',
    ask: () => {
      const desired = desiredUser();
      const key = { name: 'altSecurityIdentities', values: ['X509:<I>CN=evil'], when: 'always' as const };
      return writeIntent({ ...desired, attributes: [...desired.attributes, key] });
    },
  },
  {
    what: 'taking over an object that has the name',
    code: 'NAME_COLLISION',
    ask: async () => {
      const desired = desiredGroup();
      await make(inOurs(desired.commonName), { sAMAccountName: desired.samAccountName });
      return writeIntent(desired);
    },
  },
  {
    what: 'taking over an unmarked object by its SID where relay.yaml forbids it',
    code: 'MARKER_CONFLICT',
    ask: async () => {
      const desired = desiredGroup();
      await make(inOurs(desired.commonName));
      return writeIntent({ ...desired, continues: await sidOf(inOurs(desired.commonName)) });
    },
  },
  {
    what: 'continuing an object that is not in this domain',
    code: 'ORIGINAL_NOT_FOUND',
    ask: () => writeIntent(desiredGroup({ continues: Sid.parse('S-1-5-21-1-2-3-4321') })),
  },
  {
    what: 'continuing Domain Admins',
    code: 'PROTECTED_OBJECT',
    ask: async () => writeIntent(desiredGroup({ continues: await sidOf(below(users(), 'Domain Admins')) })),
  },
  ...['Domain Admins', 'Domain Users', 'Cert Publishers'].map((name) => ({
    what: `changing ${name}, although it carries our marker`,
    code: 'PROTECTED_OBJECT',
    ask: async () => {
      const desired = desiredGroup();
      await mark(below(users(), name), desired);
      return writeIntent(desired, complete([]));
    },
  })),
  {
    what: 'deleting a built-in group, although it carries our marker',
    code: 'PROTECTED_OBJECT',
    ask: async () => {
      const desired = desiredGroup();
      await mark(`CN=Backup Operators,CN=Builtin,${world.dc.baseDn}`, desired);
      return removeIntent(refOf(desired), 'delete');
    },
  },
  {
    what: 'changing a group of ours that AdminSDHolder protects by now',
    code: 'PROTECTED_OBJECT',
    ask: async () => {
      const desired = desiredGroup();
      await world.outcomeOf(writeIntent(desired));
      await asAdministrator((client) => set(client, inOurs(desired.commonName), 'adminCount', '1'));
      return writeIntent(desired, complete([bySid(world.seeded.people[0]?.sid ?? '')]));
    },
  },
  {
    what: 'writing where two objects carry the marker',
    code: 'MARKER_CONFLICT',
    ask: async () => {
      const desired = desiredGroup();
      await world.outcomeOf(writeIntent(desired));
      await make(inOurs(`${desired.commonName}-2`), { 'msDS-ExternalDirectoryObjectId': markerOf(desired) });
      return writeIntent({ ...desired, security: false });
    },
  },
  {
    what: 'writing an object that carries the marker of another cloud object too',
    code: 'MARKER_CONFLICT',
    ask: async () => {
      const desired = desiredGroup();
      const dn = inOurs(desired.commonName);
      await make(dn, {
        adminDescription: markerOf(desired),
        'msDS-ExternalDirectoryObjectId': markerOf(desiredGroup()),
      });
      return writeIntent(desired);
    },
  },
  {
    what: 'writing a group where a user carries the marker',
    code: 'MARKER_CONFLICT',
    ask: async () => {
      const desired = desiredGroup();
      await mark(world.seeded.people[1]?.dn ?? '', desired);
      return writeIntent(desired);
    },
  },
  ...(['user', 'contact'] as const).map((objectClass) => ({
    what: `creating a group where a ${objectClass} below our containers has its marker in adminDescription alone`,
    code: 'MARKER_CONFLICT',
    ask: async () => {
      const desired = desiredGroup();
      const adminDescription = markerOf(desired);
      await asAdministrator((client) =>
        client.add(inOurs(`A ${objectClass}`), { objectClass, adminDescription }),
      );
      return writeIntent(desired);
    },
  })),
  {
    what: 'creating a user where a contact has the marker',
    code: 'MARKER_CONFLICT',
    ask: async () => {
      const desired = desiredUser();
      const adminDescription = markerOf(desired);
      await asAdministrator((client) =>
        client.add(below(world.seeded.peopleOu, 'A contact'), { objectClass: 'contact', adminDescription }),
      );
      return writeIntent(desired);
    },
  },
  {
    what: 'choosing between two groups that have the marker in adminDescription alone',
    code: 'MARKER_CONFLICT',
    ask: async () => {
      const desired = desiredGroup();
      for (const ou of [world.seeded.writebackOu, groups()])
        await make(below(ou, `${desired.commonName} twice`), { adminDescription: markerOf(desired) });
      return writeIntent(desired);
    },
  },
  {
    what: 'ending a group whose two markers name two cloud objects',
    code: 'MARKER_CONFLICT',
    ask: async () => {
      const desired = desiredGroup();
      await make(inOurs(desired.commonName), {
        adminDescription: markerOf(desired),
        'msDS-ExternalDirectoryObjectId': markerOf(desiredGroup()),
      });
      return removeIntent(refOf(desired), 'delete');
    },
  },
  {
    what: 'disabling a computer that carries the marker of a user',
    code: 'MARKER_CONFLICT',
    ask: async () => {
      const desired = desiredUser();
      await mark(world.seeded.computers[0]?.dn ?? '', desired);
      return removeIntent(refOf(desired), 'disable');
    },
  },
  {
    what: 'an intent whose desired object is another one',
    code: 'MESSAGE_REJECTED',
    ask: () => {
      const intent = writeIntent(desiredGroup());
      return { ...intent, object: refOf(desiredGroup()) };
    },
  },
  {
    what: 'a name that AD would not take',
    code: 'NAME_FORBIDDEN',
    ask: () => writeIntent(desiredGroup({ samAccountName: 'a/b' })),
  },
];

describe('the relay never', () => {
  test.each(rows)('does this: $what ($code)', async ({ code, ask }) => {
    const intent = await ask();
    const before = await dump(world.dc, world.dc.baseDn);
    const outcome = await world.outcomeOf(intent);
    expect(outcome.plan.operations).toEqual([]);
    expect(outcome).toMatchObject({ result: 'refused', failure: { code, needs: 'person' } });
    expect(outcome.violations.map((one) => one.code)).toEqual([code]);
    expect(await dump(world.dc, world.dc.baseDn)).toBe(before);
  });

  test('renames or moves onto the name of an object that is not ours; the collision is told', async () => {
    const [desired, other] = [desiredGroup(), desiredGroup()];
    await world.outcomeOf(writeIntent(desired));
    await make(inOurs(other.commonName), { sAMAccountName: other.samAccountName });
    const before = await dump(world.dc, world.dc.baseDn);
    const { commonName, samAccountName } = other;
    const outcome = await world.outcomeOf(writeIntent({ ...desired, commonName, samAccountName }));
    expect(outcome).toMatchObject({ result: 'unchanged', plan: { operations: [] } });
    expect(outcome.violations.map(({ code }) => code)).toEqual(['NAME_COLLISION', 'NAME_COLLISION']);
    expect(await dump(world.dc, world.dc.baseDn)).toBe(before);
  });

  test('takes back a plan whose object is no longer ours', async () => {
    const desired = desiredGroup();
    const intent = writeIntent(desired);
    await world.outcomeOf(intent);
    await asAdministrator(async (client) => {
      const dn = inOurs(desired.commonName);
      await set(client, dn, 'adminDescription', markerOf(desiredGroup()));
      await set(client, dn, 'msDS-ExternalDirectoryObjectId', 'Group_of somebody else');
    });
    const before = await dump(world.dc, world.dc.baseDn);
    const { stateDirectory } = world.settings;
    const consent = { person: 'Ada', reason: 'it was wrong', at: Moment.parse(at) };
    await leaveRequest(stateDirectory, 'undo', { request: 'undo', planId: intent.intentId, ...consent });
    await vi.waitFor(
      async () => expect(await takeAnswer(stateDirectory, 'undo')).toMatchObject({ code: 'MARKER_CONFLICT' }),
      { timeout: 20_000, interval: 50 },
    );
    expect(await dump(world.dc, world.dc.baseDn)).toBe(before);
  });
});
