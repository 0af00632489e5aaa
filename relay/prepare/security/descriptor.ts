import type { Sid } from '../../../shared/domain/index.ts';
import { sidToBytes } from '../../directory/index.ts';
import { type Entry, parseEntry } from './ace.ts';

/** The part of a security descriptor that says who may do what: its DACL and the control bits that belong to it. */
export type Dacl = {
  /** Bits of Control that are about the DACL: protected, auto-inherited and the like (MS-DTYP §2.4.6). */
  readonly control: number;
  readonly entries: readonly Entry[];
};

const headerLength = 20;
const aclHeaderLength = 8;
/** AclSize has 16 bits (MS-DTYP §2.4.5). */
const mostOctets = 0xffff;
/** ACL_REVISION_DS: the revision that may hold entries about one attribute or class. */
const aclRevision = 4;

const daclPresent = 0x0004;
const selfRelative = 0x8000;
/** SE_DACL_DEFAULTED, SE_DACL_AUTO_INHERIT_REQ, SE_DACL_AUTO_INHERITED, SE_DACL_PROTECTED. */
const aboutDacl = 0x0008 | 0x0100 | 0x0400 | 0x1000;
const daclProtected = 0x1000;

/** Whether entries from above stay away (SE_DACL_PROTECTED): somebody has broken inheritance here. */
export const isProtected = ({ control }: Dacl): boolean => (control & daclProtected) !== 0;

/**
 * Reads the DACL of a self-relative security descriptor (MS-DTYP §2.4.6). Undefined where there is none:
 * everybody may do everything then, which is no base for adding to it.
 *
 * @throws where the octets are not a security descriptor
 */
export function parseDescriptor(octets: Buffer): Dacl | undefined {
  if (octets.length < headerLength || octets.readUInt8(0) !== 1)
    throw new Error(`${octets.length} octets that are no security descriptor of revision 1.`);
  const control = octets.readUInt16LE(2);
  const at = octets.readUInt32LE(16);
  if ((control & daclPresent) === 0 || at === 0) return undefined;
  const count = octets.readUInt16LE(at + 4);
  const entries: Entry[] = [];
  let next = at + aclHeaderLength;
  for (let index = 0; index < count; index += 1) {
    const entry = parseEntry(octets.subarray(next));
    entries.push(entry);
    next += entry.octets.length;
  }
  return { control: control & aboutDacl, entries };
}

/**
 * A self-relative security descriptor that holds this DACL and nothing else, for a write that says by its SD flags
 * that owner, group and SACL stay as they are.
 *
 * @throws where the list is longer than AD can hold (64 KB)
 */
export function buildDescriptor({ control, entries }: Dacl): Buffer {
  const body = Buffer.concat(entries.map(({ octets }) => octets));
  const size = aclHeaderLength + body.length;
  if (size > mostOctets)
    throw new Error(
      `The access-control list would have ${size} octets; AD holds ${mostOctets}. Remove entries first.`,
    );
  const head = Buffer.alloc(headerLength + aclHeaderLength);
  head.writeUInt8(1, 0);
  head.writeUInt16LE((control & aboutDacl) | daclPresent | selfRelative, 2);
  head.writeUInt32LE(headerLength, 16);
  head.writeUInt8(aclRevision, headerLength);
  head.writeUInt16LE(size, headerLength + 2);
  head.writeUInt16LE(entries.length, headerLength + 4);
  return Buffer.concat([head, body]);
}

/** A self-relative security descriptor that names an owner and nothing else. */
export function buildOwner(owner: Sid): Buffer {
  const head = Buffer.alloc(headerLength);
  head.writeUInt8(1, 0);
  head.writeUInt16LE(selfRelative, 2);
  head.writeUInt32LE(headerLength, 4);
  return Buffer.concat([head, sidToBytes(owner)]);
}
