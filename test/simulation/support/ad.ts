import { createHash } from 'node:crypto';
import {
  type Comparison,
  type DesiredObject,
  Dn,
  EntraId,
  type Intent,
  keyOf,
  type Moment,
  ObjectGuid,
  type ObjectKind,
  type ObjectRef,
  type Outcome,
  type Reference,
  sessionOf,
} from '../../../shared/domain/index.ts';

/** An AD object as the simulation needs it: what it is, and who is in it. */
export type AdObject = {
  readonly guid: ObjectGuid;
  commonName: string;
  container: string;
  attributes: ReadonlyMap<string, readonly string[]>;
  readonly members: Set<string>;
};

type Differing = Extract<Comparison, { ask: 'objects' }>['differing'][number];

export type AdChange = {
  readonly group: string;
  readonly member: string;
  readonly what: 'added' | 'removed';
  /** What told it: a delta of the feed, or a read of all members. */
  readonly by: 'delta' | 'complete';
};

/**
 * AD and its relay as small as can be: applies intents as the contract of `Membership` says. References
 * to groups that are not there are left out, and a group that is created by less than a complete
 * membership asks for one.
 */
export function createAd(
  onChange: (change: AdChange) => void = () => undefined,
  onRemoval: (object: ObjectRef) => void = () => undefined,
) {
  const objects = new Map<string, AdObject>();
  /** What is wrong with AD: it refuses everything; markers that stand on a second object too. */
  const trouble = { refuses: false, doubled: [] as EntraId[] };
  let made = 0;
  let writes = 0;

  const resolves = (reference: Reference): boolean =>
    reference.by !== 'marker' || objects.has(`${reference.kind}:${reference.id}`);
  const keyed = (reference: Reference): string => keyOf(reference) ?? JSON.stringify(reference);

  function write(intent: Extract<Intent, { type: 'write' }>) {
    const session = sessionOf(intent.object);
    const existing = objects.get(session);
    made += existing ? 0 : 1;
    const held: AdObject = existing ?? {
      guid: ObjectGuid.parse(`00000000-0000-4000-8000-${String(made).padStart(12, '0')}`),
      commonName: '',
      container: '',
      attributes: new Map(),
      members: new Set(),
    };
    objects.set(session, held);
    const { desired, membership } = intent;
    const attributes = new Map(
      desired.attributes.map(({ name, values }) => [name, values.map((value) => JSON.stringify(value))]),
    );
    const changed = JSON.stringify([...attributes]) !== JSON.stringify([...held.attributes]);
    const renamed = held.commonName !== desired.commonName || held.container !== desired.container;
    Object.assign(held, { attributes, commonName: desired.commonName, container: desired.container });

    const by = membership.kind === 'complete' ? 'complete' : 'delta';
    const leftOut: Reference[] = [];
    let added = 0;
    let removed = 0;
    const add = (reference: Reference): void => {
      const key = keyed(reference);
      if (!resolves(reference)) leftOut.push(reference);
      else if (!held.members.has(key)) {
        held.members.add(key);
        added += 1;
        onChange({ group: intent.object.id, member: key, what: 'added', by });
      }
    };
    const remove = (key: string): void => {
      if (!held.members.delete(key)) return;
      removed += 1;
      onChange({ group: intent.object.id, member: key, what: 'removed', by });
    };
    if (membership.kind === 'delta') {
      for (const one of membership.remove) remove(keyed(one));
      for (const one of membership.add) add(one);
    }
    if (membership.kind === 'complete') {
      const { after, upTo, members, everyPart } = membership;
      const listed = new Set([...members, ...everyPart].map(keyed));
      for (const key of [...held.members]) {
        const mine = (after === null || key > after) && (upTo === null || key <= upTo);
        if (mine && !listed.has(key)) remove(key);
      }
      for (const one of [...members, ...everyPart]) add(one);
    }
    const wrote = !existing || changed || renamed || added + removed > 0;
    const incomplete = intent.object.kind === 'group' && !existing && membership.kind !== 'complete';
    return { wrote, added, removed, leftOut, incomplete };
  }

  /** What the relay would answer. Applying an intent twice is the same as applying it once. */
  function apply(intent: Intent, at: Moment): Outcome {
    const common = {
      intentId: intent.intentId,
      object: intent.object,
      displayName: intent.displayName,
      intent: intent.type,
      cause: intent.cause,
      reason: intent.reason,
      rule: intent.rule,
      policyVersion: intent.policyVersion,
      violations: [],
      relay: { name: 'model', version: '0', instance: 'model' },
      times: { ...intent.times, startedAt: at, finishedAt: at },
      membership: intent.type === 'remove' ? 'unchanged' : intent.membership.kind,
      membersAdded: 0,
      membersRemoved: 0,
      leftOut: [],
      observed: null,
      plan: { operations: [] },
    } as const;
    const session = sessionOf(intent.object);
    if (trouble.refuses) {
      const failure = { code: 'BUSY', message: 'AD refuses everything.', needs: 'retry' } as const;
      return { ...common, result: 'failed', failure };
    }
    if (intent.type === 'inspect') return { ...common, result: 'inspected' };
    if (intent.type === 'remove') {
      const held = objects.get(session);
      if (!held) return { ...common, result: 'unchanged' };
      objects.delete(session);
      writes += 1;
      onRemoval(intent.object);
      const dn = Dn.parse(`CN=${held.commonName},${held.container}`);
      const plan = { operations: [{ op: 'delete', dn, guid: held.guid }] } as const;
      return { ...common, result: 'applied', plan };
    }
    const { wrote, added, removed, leftOut, incomplete } = write(intent);
    if (wrote) writes += 1;
    return {
      ...common,
      result: wrote ? 'applied' : 'unchanged',
      membersAdded: added,
      membersRemoved: removed,
      leftOut: leftOut.map((reference) => ({ reference: keyed(reference), reason: 'NOT_IN_AD' })),
      ...(incomplete && {
        failure: {
          code: 'MEMBERSHIP_INCOMPLETE',
          message: 'The group is new here, and not all its members are known.',
          needs: 'completeMembership',
        },
      }),
    };
  }

  const hashOf = (members: ReadonlySet<string>): string =>
    createHash('sha256')
      .update([...members].toSorted().join(), 'utf8')
      .digest('base64url')
      .slice(0, 22);

  /** How one object differs from what is desired, as the relay would say it. */
  function compare(desired: DesiredObject, expected: string | null): readonly Differing[] {
    const { kind, id } = desired;
    const held = objects.get(sessionOf({ kind, id }));
    if (!held) return [{ id, differs: 'absent' }];
    if (trouble.doubled.includes(id)) return [{ id, differs: 'doubled' }];
    const attributes = new Map(
      desired.attributes.map(({ name, values }) => [name, values.map((value) => JSON.stringify(value))]),
    );
    const same =
      JSON.stringify([...attributes]) === JSON.stringify([...held.attributes]) &&
      held.commonName === desired.commonName &&
      held.container === desired.container;
    const members = hashOf(held.members);
    if (!same) return [{ id, differs: 'object', members }];
    return kind === 'group' && members !== expected ? [{ id, differs: 'members', members }] : [];
  }

  const marked = (kind: ObjectKind): readonly EntraId[] =>
    [...objects.keys()].flatMap((key) =>
      key.startsWith(`${kind}:`) ? [EntraId.parse(key.slice(kind.length + 1))] : [],
    );

  return { objects, trouble, apply, compare, marked, writes: () => writes };
}

export type ModelAd = ReturnType<typeof createAd>;
