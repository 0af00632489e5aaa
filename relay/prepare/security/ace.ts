import type { ObjectGuid, Sid } from '../../../shared/domain/index.ts';
import { guidFromBytes, guidToBytes, sidFromBytes, sidToBytes } from '../../directory/index.ts';

/** An access-control entry that allows or denies (MS-DTYP §2.4.4.2, §2.4.4.3 and the two for denying). */
export type Ace = {
  readonly effect: 'allow' | 'deny';
  /** AceFlags; see `inheritance`. */
  readonly flags: number;
  readonly mask: number;
  readonly trustee: Sid;
  /** Which attribute, property set, class of children or extended right; undefined: all of them. */
  readonly objectType?: ObjectGuid | undefined;
  /** Which class of objects below gets the entry; undefined: every class. */
  readonly inheritedObjectType?: ObjectGuid | undefined;
};

/** An entry as it stands in a list: its octets, which are kept as they are, and what they mean where we know it. */
export type Entry = { readonly octets: Buffer; readonly flags: number; readonly ace: Ace | undefined };

/** AceType of the four kinds that are understood (MS-DTYP §2.4.4.1). */
const types = { allow: 0x00, deny: 0x01, allowObject: 0x05, denyObject: 0x06 } as const;
const objectTypePresent = 0x1;
const inheritedObjectTypePresent = 0x2;

/** Reads one entry that begins where `octets` begin; what follows it is not looked at. */
export function parseEntry(octets: Buffer): Entry {
  const size = octets.readUInt16LE(2);
  if (size < 4 || size > octets.length)
    throw new Error(`An access-control entry of ${size} octets does not fit ${octets.length}.`);
  const own = Buffer.from(octets.subarray(0, size));
  return { octets: own, flags: own.readUInt8(1), ace: meaningOf(own) };
}

function meaningOf(octets: Buffer): Ace | undefined {
  const type = octets.readUInt8(0);
  const isObject = type === types.allowObject || type === types.denyObject;
  if (!isObject && type !== types.allow && type !== types.deny) return undefined;
  const effect = type === types.allow || type === types.allowObject ? 'allow' : 'deny';
  const common = { effect, flags: octets.readUInt8(1), mask: octets.readUInt32LE(4) } as const;
  if (!isObject) return { ...common, trustee: sidAt(octets, 8) };
  const present = octets.readUInt32LE(8);
  let at = 12;
  const guid = (bit: number): ObjectGuid | undefined => {
    if ((present & bit) === 0) return undefined;
    at += 16;
    return guidFromBytes(octets.subarray(at - 16, at));
  };
  const objectType = guid(objectTypePresent);
  const inheritedObjectType = guid(inheritedObjectTypePresent);
  return { ...common, objectType, inheritedObjectType, trustee: sidAt(octets, at) };
}

/** Application data may follow the identifier, so its own length counts. */
const sidAt = (octets: Buffer, at: number): Sid =>
  sidFromBytes(octets.subarray(at, at + 8 + 4 * octets.readUInt8(at + 1)));

/** The octets of an entry. */
export function buildEntry(ace: Ace): Entry {
  const guids = [ace.objectType, ace.inheritedObjectType];
  const isObject = guids.some((guid) => guid !== undefined);
  const body = Buffer.concat([
    uint32(ace.mask),
    ...(isObject ? [uint32(presenceOf(ace))] : []),
    ...guids.flatMap((guid) => (guid === undefined ? [] : [guidToBytes(guid)])),
    sidToBytes(ace.trustee),
  ]);
  const head = Buffer.alloc(4);
  head.writeUInt8(typeOf(ace.effect, isObject), 0);
  head.writeUInt8(ace.flags, 1);
  head.writeUInt16LE(head.length + body.length, 2);
  return { octets: Buffer.concat([head, body]), flags: ace.flags, ace };
}

const typeOf = (effect: Ace['effect'], isObject: boolean): number =>
  effect === 'allow'
    ? isObject
      ? types.allowObject
      : types.allow
    : isObject
      ? types.denyObject
      : types.deny;

const presenceOf = ({ objectType, inheritedObjectType }: Ace): number =>
  (objectType === undefined ? 0 : objectTypePresent) |
  (inheritedObjectType === undefined ? 0 : inheritedObjectTypePresent);

function uint32(value: number): Buffer {
  const octets = Buffer.alloc(4);
  octets.writeUInt32LE(value >>> 0);
  return octets;
}
