import { BerReader } from 'ldapts';
import { type OperationName, operationOfTag, type RawAttribute, type RawChange, tags } from './protocol.ts';

type Head = { readonly id: number; readonly bytes: Buffer; readonly controls: readonly string[] };

/** A request of the client: what the rules look at, and the bytes to pass on. */
export type Request = Head &
  (
    | {
        readonly operation: 'search';
        readonly dn: string;
        readonly scope: number;
        /** How many entries the client wants at most; 0 is no limit. */
        readonly sizeLimit: number;
        readonly attributes: readonly string[];
      }
    | { readonly operation: 'add'; readonly dn: string; readonly attributes: readonly RawAttribute[] }
    | { readonly operation: 'modify'; readonly dn: string; readonly changes: readonly RawChange[] }
    | {
        readonly operation: 'rename';
        readonly dn: string;
        readonly newRdn: string;
        readonly newParent: string | undefined;
      }
    | { readonly operation: 'delete'; readonly dn: string }
    | {
        readonly operation: Exclude<OperationName, 'search' | 'add' | 'modify' | 'rename' | 'delete'>;
        readonly dn: string;
      }
  );
export type SearchRequest = Extract<Request, { operation: 'search' }>;
export type AddRequest = Extract<Request, { operation: 'add' }>;
export type ModifyRequest = Extract<Request, { operation: 'modify' }>;

/** Reads a request (RFC 4511 §4.2 to §4.12). */
export function readRequest(bytes: Buffer): Request {
  const reader = new BerReader(bytes);
  reader.readSequence();
  const id = reader.readInt() ?? 0;
  const tag = reader.peek() ?? 0;
  const operation = operationOfTag[tag];
  if (operation === undefined)
    throw new Error(`The client sent an operation that is none: 0x${tag.toString(16)}.`);
  const start = reader.offset;
  reader.readSequence();
  const end = reader.offset + reader.length;
  reader.offset = end;
  const head = { id, bytes, controls: readControls(reader) };
  reader.offset = start;
  if (operation === 'delete') return { ...head, operation, dn: reader.readString(tags.deleteRequest) ?? '' };
  reader.readSequence();
  switch (operation) {
    case 'search':
      return { ...head, operation, ...readSearch(reader, end) };
    case 'add':
      return { ...head, operation, dn: text(reader), attributes: readList(reader, readAttribute) };
    case 'modify':
      return { ...head, operation, dn: text(reader), changes: readList(reader, readChange) };
    case 'rename':
      return { ...head, operation, ...readRename(reader, end) };
    case 'bind':
      reader.readInt();
      return { ...head, operation, dn: text(reader) };
    default:
      return { ...head, operation, dn: '' };
  }
}

function readControls(reader: BerReader): readonly string[] {
  if (reader.peek() !== tags.controls) return [];
  return readList(reader, (controls) => {
    controls.readSequence();
    const end = controls.offset + controls.length;
    const type = text(controls);
    controls.offset = end;
    return type;
  });
}

function readSearch(reader: BerReader, end: number) {
  const dn = text(reader);
  const scope = reader.readEnumeration() ?? 0;
  reader.readEnumeration();
  const sizeLimit = reader.readInt() ?? 0;
  reader.readInt();
  reader.readBoolean();
  reader.readSequence();
  reader.offset += reader.length;
  return { dn, scope, sizeLimit, attributes: reader.offset < end ? readList(reader, text) : [] };
}

function readRename(reader: BerReader, end: number) {
  const dn = text(reader);
  const newRdn = text(reader);
  reader.readBoolean();
  return { dn, newRdn, newParent: reader.offset < end ? (reader.readString(0x80) ?? undefined) : undefined };
}

const changeOperations = ['add', 'delete', 'replace'] as const;

function readChange(reader: BerReader): RawChange {
  reader.readSequence();
  const operation = changeOperations[reader.readEnumeration() ?? 0] ?? 'add';
  return { operation, ...readAttribute(reader) };
}

/** PartialAttribute (RFC 4511 §4.1.7): a name and a set of values. */
export function readAttribute(reader: BerReader): RawAttribute {
  reader.readSequence();
  return {
    name: text(reader),
    values: readList(reader, (values) => values.readString(0x04, true) ?? Buffer.alloc(0)),
  };
}

/** Whatever is in the next sequence or set, item by item. */
export function readList<T>(reader: BerReader, readItem: (reader: BerReader) => T): readonly T[] {
  if (reader.readSequence() === null) return [];
  const end = reader.offset + reader.length;
  const items: T[] = [];
  while (reader.offset < end) items.push(readItem(reader));
  return items;
}

const text = (reader: BerReader): string => reader.readString() ?? '';
