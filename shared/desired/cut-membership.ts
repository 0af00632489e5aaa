import { keyOf, type Membership, type Moment, type Reference } from '../domain/index.ts';
import { compareText } from './attributes.ts';

export type MembershipPart = Extract<Membership, { kind: 'complete' }>;

/** Most bytes of JSON of one part: a message holds 256 KB, and the rest of the intent must fit too (design §4). */
export const partBytes = 200_000;

/** Room for what stands around the members of a part. */
const frameBytes = 500;

const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value), 'utf8');

/**
 * A complete membership in parts, sorted by key (UTF-16 code units). Their ranges tile the whole key
 * space without gap or overlap, so each part says exactly who the members between its two keys are.
 * References without a key go with every part. Throws RangeError where these alone are too many.
 */
export function cutMembership(
  references: readonly Reference[],
  readAt: Moment,
  maxBytes: number = partBytes,
): readonly MembershipPart[] {
  const { keyed, everyPart } = separate(references);
  const room = maxBytes - frameBytes - jsonBytes(everyPart);
  if (room < maxBytes / 4 && everyPart.length > 0) {
    throw new RangeError(
      `${everyPart.length} hybrid-joined devices are known by their id only and do not fit into every part of the membership. Read devices with onPremisesSecurityIdentifier.`,
    );
  }
  const chunks = chunk(keyed, room);
  return chunks.map((members, index) => ({
    kind: 'complete',
    readAt,
    part: index + 1,
    parts: chunks.length,
    after: index === 0 ? null : lastKey(chunks[index - 1]),
    upTo: index === chunks.length - 1 ? null : lastKey(members),
    members: members.map(([, reference]) => reference),
    everyPart,
  }));
}

type Keyed = readonly [key: string, reference: Reference];

const lastKey = (members: readonly Keyed[] | undefined): string | null => members?.at(-1)?.[0] ?? null;

/** Each member once, whichever way it was referred to first. */
function separate(references: readonly Reference[]): {
  readonly keyed: readonly Keyed[];
  readonly everyPart: readonly Reference[];
} {
  const keyed = new Map<string, Reference>();
  const computers = new Map<string, Reference>();
  for (const reference of references) {
    const key = keyOf(reference);
    if (key !== undefined) keyed.set(key, keyed.get(key) ?? reference);
    else if (reference.by === 'computer') computers.set(reference.objectGuid, reference);
  }
  const sorted = <T>(map: ReadonlyMap<string, T>) =>
    [...map].toSorted(([one], [other]) => compareText(one, other));
  return { keyed: sorted(keyed), everyPart: sorted(computers).map(([, reference]) => reference) };
}

/** At least one chunk, each as large as `room` allows and never empty but for an empty membership. */
function chunk(keyed: readonly Keyed[], room: number): readonly (readonly Keyed[])[] {
  const chunks: Keyed[][] = [[]];
  let used = 0;
  for (const member of keyed) {
    const size = jsonBytes(member[1]) + 1;
    const current = chunks.at(-1);
    if (current && (current.length === 0 || used + size <= room)) {
      current.push(member);
      used += size;
    } else {
      chunks.push([member]);
      used = size;
    }
  }
  return chunks;
}
