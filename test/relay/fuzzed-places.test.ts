import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withConnection } from '../../local/samba/connection.ts';
import { dump, logonNoise } from '../../local/samba/dump.ts';
import { search } from '../../local/samba/search.ts';
import { startSeededController } from '../../local/samba/seeded-controller.ts';
import { type Directory, openDirectory } from '../../relay/directory/index.ts';
import { trespass } from '../../relay/guard/ownership.ts';
import { execute } from '../../relay/handle/execute.ts';
import { gather } from '../../relay/handle/gather.ts';
import { makePlan } from '../../relay/plan/make-plan.ts';
import { EntraId, Intent, Moment, markerOf, type ObjectRef } from '../../shared/domain/index.ts';
import { at, complete, desiredGroup, desiredUser, removeIntent, writeIntent } from './intents.ts';

/**
 * Intents that pass the schema, with places and names made to slip through, on a real directory and bound as an
 * administrator: whatever they ask, nothing outside of the configured OU is written. What was written is taken from the
 * directory's own counter (uSNChanged), and where it stands from the directory too, not from our reading of names.
 */

const territory = {
  containers: ['OU=EntraWriteback'],
  classes: ['group', 'user'] as const,
  allowAttributes: [],
  adoptOriginals: true,
};
const now = Moment.parse(at);
const idOf = (index: number): EntraId =>
  EntraId.parse(`7b1c3221-c465-48c0-95b8-${String(index).padStart(12, '0')}`);

let controller: Awaited<ReturnType<typeof startSeededController>>;
let directory: Directory;
let sids: readonly string[] = [];

beforeAll(async () => {
  controller = await startSeededController({ seed: { writeback: ['group', 'user'] } });
  const { dc, directory: seeded } = controller;
  directory = await openDirectory({
    urls: [dc.url],
    caFile: dc.caFile,
    bindDn: dc.bindDn,
    password: () => dc.password,
    markedContainers: territory.containers,
  });
  const outside = [
    `OU=EntraWriteback2,${dc.baseDn}`,
    `OU=x\\,OU\\3DEntraWriteback,${dc.baseDn}`,
    `OU=Other,${dc.baseDn}`,
    `OU=EntraWriteback,OU=Other,${dc.baseDn}`,
  ];
  await withConnection(dc, async (administrator) => {
    for (const dn of outside) await administrator.add(dn, { objectClass: 'organizationalUnit' });
    await administrator.add(`OU=Sub,${seeded.writebackOu}`, { objectClass: 'organizationalUnit' });
    const places = [...outside, `CN=Users,${dc.baseDn}`, seeded.groupsOu, seeded.writebackOu];
    for (const [index, place] of places.entries()) {
      // Marked objects inside and outside, whom the intents below ask to change, move, rename and end.
      for (const ref of [
        { kind: 'group', id: idOf(index) },
        { kind: 'user', id: idOf(index) },
      ] as const satisfies readonly ObjectRef[]) {
        await administrator.add(`CN=${ref.kind} ${index},${place}`, {
          objectClass: ref.kind,
          adminDescription: markerOf(ref),
        });
      }
    }
  });
  sids = seeded.people.map(({ sid }) => sid);
});
afterAll(async () => {
  await directory.close();
  await controller.dc.stop();
});

const pieces = fc.constantFrom(
  'OU=EntraWriteback',
  'ou=ENTRAWRITEBACK',
  'OU=EntraWriteback2',
  'OU=EntraWriteback ',
  ' OU = EntraWriteback',
  'OU="EntraWriteback"',
  'OU=Entra\\57riteback',
  'OU=#0c0e456e7472615772697465',
  'OU=x\\,OU=EntraWriteback',
  'OU=x\\,OU\\3DEntraWriteback',
  'OU=x,OU=EntraWriteback',
  'OU=Sub',
  'OU=Other',
  'OU=..',
  'CN=Users',
  'CN=Builtin',
  'CN=System',
  'DC=lab',
  'DC=test',
  'DC=lab,DC=test',
  'CN=Configuration,DC=lab,DC=test',
  '\\',
  '',
);
const container = fc
  .tuple(
    fc.array(pieces, { minLength: 1, maxLength: 4 }),
    fc.constantFrom(',', ',', ',', ' , ', ';', '\\,', '+'),
  )
  .map(([parts, separator]) => parts.join(separator))
  .filter((text) => text !== '');
/** Places that are there: ours in several spellings, and others that read like ours. */
const ours = fc.constantFrom(
  'OU=EntraWriteback',
  'ou=ENTRAWRITEBACK , DC=lab,DC=test',
  'OU="EntraWriteback"',
  'OU=Entra\\57riteback',
  'OU=Sub,OU=EntraWriteback',
);
const likeOurs = fc.constantFrom(
  'OU=EntraWriteback2',
  'OU=x\\,OU=EntraWriteback',
  'OU=x\\,OU\\3DEntraWriteback,DC=lab,DC=test',
  'OU=EntraWriteback,OU=Other',
  'OU=Other',
  'OU=Groups',
  'CN=Users',
);
const place = fc.oneof(
  { weight: 8, arbitrary: ours },
  { weight: 4, arbitrary: likeOurs },
  { weight: 3, arbitrary: container },
  { weight: 1, arbitrary: fc.string({ minLength: 1 }) },
);
const name = fc.oneof(
  fc.constantFrom(
    'a',
    'a,CN=Users',
    'a,OU=Other,DC=lab,DC=test',
    'a\\',
    'a\\,CN=Users',
    '..',
    '../Users',
    ' a ',
    '#a',
    'a+OU=Other',
    '"a"',
    'a;b',
    'a=b',
    '<GUID=1>',
    'group 0',
    'Domain Admins',
    'Administrator',
  ),
  fc.string({ minLength: 1, maxLength: 20, unit: 'binary' }),
);
const index = fc.nat({ max: 8 });

const write = fc
  .record({
    id: index,
    kind: fc.constantFrom('group' as const, 'user' as const),
    place,
    name,
    sam: fc.oneof(fc.constantFrom('s1', 's2', 's3', 's4', 's5', 's6'), name),
    members: fc.array(fc.nat({ max: 9 }), { maxLength: 3 }),
  })
  .map(({ id, kind, place: where, name: commonName, sam, members }) => {
    const given = { id: idOf(id), container: where, commonName };
    if (kind === 'user') return writeIntent(desiredUser({ ...given, samAccountName: sam.slice(0, 20) }));
    const desired = desiredGroup({ ...given, samAccountName: sam });
    const listed = members.map((one) => ({ by: 'sid' as const, sid: sids[one] }));
    return { ...writeIntent(desired), membership: { ...complete([]), members: listed } };
  });
const removal = fc
  .record({
    id: index,
    kind: fc.constantFrom('group' as const, 'user' as const),
    mode: fc.constantFrom('delete' as const, 'quarantine' as const, 'strip' as const, 'disable' as const),
    place: fc.option(place),
  })
  .map(({ id, kind, mode, place: where }) => removeIntent({ kind, id: idOf(id) }, mode, where ?? undefined));

/** Everything that was written since, but for what stands (or stood, when it was deleted) in our OU. */
async function writtenOutside(since: number): Promise<readonly string[]> {
  const { dc, directory: seeded } = controller;
  const filter = `(uSNChanged>=${since + 1})`;
  const showDeleted = { controls: ['1.2.840.113556.1.4.417'] };
  const all = await search(dc, dc.baseDn, filter, ['objectGUID', 'lastKnownParent'], showDeleted);
  const ours = await search(dc, seeded.writebackOu, filter, ['objectGUID']);
  const inside = new Set(ours.map(({ bytes }) => bytes.objectGUID?.[0]?.toString('hex')));
  return all
    .filter(({ bytes }) => !inside.has(bytes.objectGUID?.[0]?.toString('hex')))
    .filter(({ values }) => !values.lastKnownParent?.[0]?.endsWith(seeded.writebackOu))
    .map(({ dn }) => dn);
}

async function counterNow(): Promise<number> {
  const { dc } = controller;
  const root = await withConnection(dc, (client) =>
    client.search('', { scope: 'base', attributes: ['highestCommittedUSN'] }),
  );
  const counter = Number(root.searchEntries[0]?.highestCommittedUSN);
  expect(counter).toBeGreaterThan(0);
  return counter;
}

let written = 0;

/** As the relay does it, but for the budgets, which only ever hold back. */
async function handle(given: object): Promise<void> {
  const intent = Intent.safeParse(given);
  if (!intent.success) return;
  const input = await gather(directory, intent.data, now);
  const planned = makePlan(input);
  if (planned.refusal || trespass(planned, input, territory)) return;
  const { done } = await execute(directory, planned.plan, () => true);
  written += done.length;
}

test('no intent that passes the schema touches anything outside of the configured OU', async () => {
  const others = async () => {
    const { dc, directory: seeded } = controller;
    const [whole, ours] = [
      await dump(dc, dc.baseDn, byAdItself),
      await dump(dc, seeded.writebackOu, byAdItself),
    ];
    const inside = new Set(ours.split('\n\n'));
    return whole.split('\n\n').filter((entry) => !inside.has(entry));
  };
  const before = await others();
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(write, removal), { minLength: 4, maxLength: 16 }), async (intents) => {
      const since = await counterNow();
      for (const intent of intents) await handle(intent).catch(refusedByAd);
      expect(await writtenOutside(since)).toEqual([]);
    }),
    { numRuns: Number(process.env.PROPERTY_RUNS ?? 40), endOnFailure: true },
  );
  expect((await others()).filter((entry) => !before.includes(entry))).toEqual([]);
  // Otherwise it would prove nothing.
  expect(written).toBeGreaterThan(20);
}, 120_000);

/** The other end of `member`, and the controller's stock of RIDs. */
const byAdItself = [...logonNoise, 'memberOf', 'rIDNextRID', 'rIDPreviousAllocationPool', 'rIDUsedPool'];

/** AD may refuse to look for a name that is none. */
function refusedByAd(error: unknown): void {
  if (!(error instanceof Error)) throw error;
}
