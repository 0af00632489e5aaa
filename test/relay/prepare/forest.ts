import { withConnection } from '../../../local/samba/connection.ts';
import {
  type DomainController,
  type Schema,
  startDomainController,
} from '../../../local/samba/domain-controller.ts';
import { readPrincipals } from '../../../local/samba/principals.ts';
import { find } from '../../../local/samba/search.ts';
import { addGroup, addPerson, addServiceAccount } from '../../../local/samba/seed-objects.ts';
import type { DirectorySettings } from '../../../relay/directory/index.ts';
import { type Account, findAccount } from '../../../relay/prepare/account.ts';
import { applyPrepare, type Done } from '../../../relay/prepare/apply-prepare.ts';
import { planPrepare } from '../../../relay/prepare/plan-prepare.ts';
import { readFacts } from '../../../relay/prepare/read-facts.ts';
import { openSession, type Session } from '../../../relay/prepare/session.ts';
import type { PreparePlan } from '../../../relay/prepare/steps.ts';
import type { PrepareWish } from '../../../relay/prepare/wish.ts';

/** A domain as it was installed, with two service accounts, three people and a group of its own; nothing is prepared. */
export type Forest = {
  readonly dc: DomainController;
  readonly administrator: DirectorySettings;
  /** The relay's account. */
  readonly relay: DirectorySettings & { readonly account: Account };
  readonly other: Account;
  readonly people: readonly string[];
  readonly foreignGroup: string;
  /** A session of the administrator. */
  readonly session: Session;
  plan(wish: Partial<PrepareWish> & Pick<PrepareWish, 'kind'>): Promise<PreparePlan>;
  /** Plans and does it. */
  prepare(wish: Partial<PrepareWish> & Pick<PrepareWish, 'kind'>): Promise<readonly Done[]>;
  look(dn: string, attributes?: readonly string[]): ReturnType<typeof find>;
  stop(): Promise<void>;
};

const defaultContainers = {
  group: ['OU=EntraWriteback'],
  user: ['OU=Users,OU=EntraWriteback', 'OU=Quarantine,OU=EntraWriteback'],
  device: ['CN=RegisteredDevices'],
} as const;

export async function startForest(schema: Schema): Promise<Forest> {
  const dc = await startDomainController({ schema });
  const settingsOf = (bindDn: string, password: string): DirectorySettings => ({
    urls: [dc.url],
    caFile: dc.caFile,
    bindDn,
    password: () => password,
  });
  const serviceDn = (name: string) => `CN=${name},CN=Users,${dc.baseDn}`;
  const peopleOu = `OU=People,${dc.baseDn}`;
  const password = 'Writes-back-1';
  const foreignGroup = await withConnection(dc, async (client) => {
    for (const name of ['svc-writeback', 'svc-other']) {
      await addServiceAccount(client, serviceDn(name), { name, upn: `${name}@${dc.domain}`, password });
    }
    await client.add(peopleOu, { objectClass: 'organizationalUnit' });
    for (const index of [0, 1, 2]) await addPerson(client, peopleOu, dc.domain, index);
    return addGroup(client, peopleOu, 'universal', []);
  });
  const people = (await readPrincipals(dc, peopleOu)).map(({ dn }) => dn).filter((dn) => dn !== foreignGroup);
  const administrator = settingsOf(dc.bindDn, dc.password);
  const session = await openSession(administrator);
  const account = await findAccount(session, 'svc-writeback');

  const complete = (wish: Partial<PrepareWish> & Pick<PrepareWish, 'kind'>): PrepareWish => ({
    account,
    containers: defaultContainers[wish.kind],
    mail: true,
    extraAttributes: [],
    restoreDeleted: false,
    ...wish,
  });
  const plan: Forest['plan'] = async (wish) => {
    const whole = complete(wish);
    return planPrepare(await readFacts(session, whole), whole);
  };
  return {
    dc,
    administrator,
    relay: {
      ...settingsOf(serviceDn('svc-writeback'), password),
      markedContainers: [`OU=EntraWriteback,${dc.baseDn}`, `CN=RegisteredDevices,${dc.baseDn}`],
      account,
    },
    other: await findAccount(session, 'svc-other'),
    people,
    foreignGroup,
    session,
    plan,
    prepare: async (wish) => applyPrepare(session, await plan(wish)),
    look: (dn, attributes = ['*']) => find(dc, dn, attributes),
    stop: async () => {
      await session.close();
      await dc.stop();
    },
  };
}
