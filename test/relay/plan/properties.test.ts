import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { trespass } from '../../../relay/guard/ownership.ts';
import { execute } from '../../../relay/handle/execute.ts';
import { gather } from '../../../relay/handle/gather.ts';
import { makePlan } from '../../../relay/plan/make-plan.ts';
import { EntraId, type Intent, Moment, markerOf, type Reference, Sid } from '../../../shared/domain/index.ts';
import { at, desiredGroup, removeIntent, writeIntent } from '../intents.ts';
import { baseDn, createModelAd, facts, type ModelAd, ou, outside } from '../model-ad.ts';

/** Random directories and random intents, on a model of AD that refuses what AD refuses. */

const now = Moment.parse(at);
const idOf = (index: number): EntraId =>
  EntraId.parse(`3a5c3221-c465-48c0-95b8-${String(900000 + index)}000000`.slice(0, 36));
const index = fc.nat({ max: 5 });
const scope = fc.constantFrom('universal' as const, 'global' as const, 'domainLocal' as const);
const groupType = fc.constantFrom('-2147483640', '-2147483646', '-2147483644', '8', '2', '4');
const name = fc.constantFrom('a', 'A', 'b', 'c,d', ' e ', 'Group');
const container = fc.constantFrom(
  ou,
  'OU=EntraWriteback',
  'ou=entrawriteback',
  'CN=Users',
  `CN=Users,${baseDn}`,
  'OU=EntraWriteback2',
  'OU=x\\,OU=EntraWriteback',
  'OU=EntraWriteback,DC=evil',
  'CN=Builtin',
);

/** What stands in AD before: ours and others', inside and outside, plain and protected. */
const object = fc.record({
  name,
  place: fc.constantFrom<string>(ou, `OU=Sub,${ou}`, `CN=Users,${baseDn}`, `OU=EntraWriteback2,${baseDn}`),
  marker: fc.option(index),
  second: fc.option(index, { freq: 5 }),
  groupType,
  isUser: fc.boolean(),
  adminCount: fc.boolean(),
  rid: fc.option(fc.constantFrom(512, 513, 1001), { freq: 4 }),
  deleted: fc.boolean(),
  members: fc.array(fc.nat({ max: 7 }), { maxLength: 4 }),
});

const reference: fc.Arbitrary<Reference> = fc.oneof(
  index.map((one): Reference => ({ by: 'marker', kind: 'group', id: idOf(one) })),
  fc
    .nat({ max: 12 })
    .map((rid): Reference => ({ by: 'sid', sid: Sid.parse(`S-1-5-21-1-2-3-${1001 + rid}`), kind: 'group' })),
);
const references = fc.array(reference, { maxLength: 5 });

const intent: fc.Arbitrary<Intent> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .record({
        id: index,
        name,
        sam: fc.constantFrom('a', 'b', 'Group', 'x'),
        container,
        scope,
        security: fc.boolean(),
        displayName: fc.option(fc.constantFrom('One', 'one', 'Two')),
        add: references,
        remove: references,
        kind: fc.constantFrom('unchanged' as const, 'delta' as const, 'complete' as const),
        continues: fc.option(fc.nat({ max: 10 }), { freq: 5 }),
        cause: fc.constantFrom('notification', 'sweep', 'feed'),
        drift: fc.constantFrom('overwrite' as const, 'report' as const),
        powerful: fc.option(fc.constantFrom('adminCount', 'member', 'sIDHistory', 'servicePrincipalName'), {
          freq: 9,
        }),
      })
      .map((one) =>
        writeIntent(
          {
            ...desiredGroup({
              id: idOf(one.id),
              commonName: one.name,
              samAccountName: one.sam,
              container: one.container,
            }),
            scope: one.scope,
            security: one.security,
            drift: one.drift,
            attributes: [
              {
                name: 'displayName',
                values: one.displayName === null ? [] : [one.displayName],
                when: 'always',
              },
              ...(one.powerful ? [{ name: one.powerful, values: ['1'], when: 'always' as const }] : []),
            ],
            ...(one.continues !== null && { continues: Sid.parse(`S-1-5-21-1-2-3-${1001 + one.continues}`) }),
          },
          one.kind === 'delta'
            ? { kind: 'delta', add: one.add, remove: one.remove }
            : one.kind === 'unchanged'
              ? { kind: 'unchanged' }
              : {
                  kind: 'complete',
                  readAt: now,
                  part: 1,
                  parts: 1,
                  after: null,
                  upTo: null,
                  members: one.add,
                  everyPart: [],
                },
          { cause: one.cause },
        ),
      ),
  },
  fc
    .record({
      id: index,
      mode: fc.constantFrom(
        'delete' as const,
        'distribution' as const,
        'strip' as const,
        'quarantine' as const,
      ),
      container: fc.option(container),
    })
    .map((one) => removeIntent({ kind: 'group', id: idOf(one.id) }, one.mode, one.container ?? undefined)),
);

function build(objects: readonly (typeof object extends fc.Arbitrary<infer T> ? T : never)[]): ModelAd {
  const ad = createModelAd();
  const made = objects.flatMap((one, number) => {
    const dn = `CN=${one.name.trim().replace(',', '\\,')}${number},${one.place}`;
    const marker = one.marker === null ? undefined : markerOf({ kind: 'group', id: idOf(one.marker) });
    const second = one.second === null ? marker : markerOf({ kind: 'group', id: idOf(one.second) });
    const held = ad.add({
      dn,
      objectClass: one.isUser ? ['top', 'person', 'user'] : ['top', 'group'],
      ...(one.rid !== null && { rid: one.rid }),
      attributes: {
        sAMAccountName: [`s${number}`],
        ...(one.isUser ? {} : { groupType: [one.groupType] }),
        ...(marker && { adminDescription: [marker] }),
        ...(second && { 'msDS-ExternalDirectoryObjectId': [second] }),
        ...(one.adminCount && { adminCount: ['1'] }),
      },
    });
    if (one.deleted) held.deletedFrom = held.dn;
    return [{ held, one }];
  });
  for (const { held, one } of made)
    for (const other of one.members) {
      const member = made[other];
      // A deleted object is a member of nothing.
      if (member && member.held !== held && member.one.isUser && !one.isUser && !member.one.deleted)
        held.members.add(member.held.guid);
    }
  return ad;
}

const territory = {
  containers: ['OU=EntraWriteback'],
  classes: ['group' as const],
  allowAttributes: [],
  adoptOriginals: true,
};

/** Plans, asks the guard, and writes what the guard lets through. */
async function run(ad: ModelAd, one: Intent) {
  const input = await gather(ad, one, now);
  const planned = makePlan(input);
  const refusal = trespass(planned, input, territory);
  const execution = refusal ? undefined : await execute(ad, planned.plan, () => true);
  return { input, planned, refusal, execution };
}

/** AD's refusal of a conversion that members forbid is known only to AD; such a plan may end there. */
const endedEarly = (stopped: unknown): boolean =>
  stopped instanceof Error && /scope|nesting|parent|exists|in use/.test(stopped.message);

const directories = fc.array(object, { maxLength: 8 });
const runs = { numRuns: Number(process.env.PROPERTY_RUNS ?? 1500) };

describe('whatever AD holds and whatever an intent asks', () => {
  test('nothing outside of the allowed containers changes', async () => {
    await fc.assert(
      fc.asyncProperty(
        directories,
        fc.array(intent, { minLength: 1, maxLength: 4 }),
        async (objects, intents) => {
          const ad = build(objects);
          const before = outside(ad);
          for (const one of intents) await run(ad, one);
          // A member of one of our groups is named there and nowhere else, so groups outside stay as they are too.
          expect(outside(ad)).toBe(before);
        },
      ),
      runs,
    );
  });

  test('no object that is protected, or without our marker, is changed', async () => {
    await fc.assert(
      fc.asyncProperty(directories, intent, async (objects, one) => {
        const ad = build(objects);
        const own = markerOf(one.object);
        const continues =
          one.type === 'write' && one.desired.kind === 'group' ? one.desired.continues : undefined;
        const others = [...ad.objects.values()].filter(
          ({ attributes, sid, deletedFrom }) =>
            // Of a deleted object only the SID is seen; its protection shows when it is back.
            (attributes.adminCount !== undefined && deletedFrom === undefined) ||
            Number(sid?.split('-').at(-1)) < 1000 ||
            (attributes.adminDescription?.[0] !== own &&
              attributes['msDS-ExternalDirectoryObjectId']?.[0] !== own &&
              sid !== continues),
        );
        const text = () =>
          others.map(({ members, ...rest }) => JSON.stringify([rest, [...members]])).join('\n');
        const before = text();
        await run(ad, one);
        expect(text()).toBe(before);
      }),
      runs,
    );
  });

  test('writing a plan twice is writing it once', async () => {
    await fc.assert(
      fc.asyncProperty(directories, intent, async (objects, one) => {
        const ad = build(objects);
        const { planned, refusal, execution } = await run(ad, one);
        if (
          refusal ||
          execution?.stopped !== undefined ||
          planned.plan.operations.some(({ op }) => op === 'create')
        )
          return;
        const after = ad.dump();
        await execute(ad, planned.plan, () => true);
        expect(ad.dump()).toBe(after);
      }),
      runs,
    );
  });

  test('after an intent was written, the same intent finds nothing to do', async () => {
    await fc.assert(
      fc.asyncProperty(directories, intent, async (objects, one) => {
        const ad = build(objects);
        for (let look = 0; look < 3; look += 1) {
          const { refusal, execution } = await run(ad, one);
          if (refusal) return;
          if (execution?.stopped !== undefined) {
            expect([execution.stopped, endedEarly(execution.stopped)]).toEqual([execution.stopped, true]);
            return;
          }
        }
        const { planned } = await run(ad, one);
        expect(planned.plan.operations).toEqual([]);
      }),
      runs,
    );
  });

  test('no object is ever created while another one carries, or carried, the marker', async () => {
    await fc.assert(
      fc.asyncProperty(directories, intent, async (objects, one) => {
        const ad = build(objects);
        const carried = [...ad.objects.values()].some(({ attributes, objectClass, deletedFrom }) => {
          const isUser = objectClass.includes('user');
          // A user may have written the second marker; a deleted user is no group to bring back.
          if (isUser && deletedFrom !== undefined) return false;
          const markers = [
            attributes.adminDescription?.[0],
            ...(isUser ? [] : [attributes['msDS-ExternalDirectoryObjectId']?.[0]]),
          ];
          return markers.includes(markerOf(one.object));
        });
        const { planned } = await run(ad, one);
        if (carried) expect(planned.plan.operations.map(({ op }) => op)).not.toContain('create');
      }),
      runs,
    );
  });
});

test('the model is the forest that the intents are made for', () => {
  expect(facts.hasAttribute('displayName')).toBe(true);
});
