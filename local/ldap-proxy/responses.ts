import { BerReader, BerWriter } from 'ldapts';
import { type RawAttribute, type Result, tags } from './protocol.ts';
import { readAttribute, readList } from './requests.ts';

/** A response of the server, as far as the proxy must know it. */
export type Response = { readonly id: number; readonly tag: number; readonly bytes: Buffer };

export type Entry = { readonly dn: string; readonly attributes: readonly RawAttribute[] };

/** Reads message id and kind of a response. */
export function readResponse(bytes: Buffer): Response {
  const reader = new BerReader(bytes);
  reader.readSequence();
  const id = reader.readInt() ?? 0;
  return { id, tag: reader.peek() ?? 0, bytes };
}

/** Reads the result of a response that has one. */
export function readResult({ bytes }: Response): Result {
  const reader = bodyOf(bytes);
  const resultCode = reader.readEnumeration() ?? 0;
  reader.readString();
  return { resultCode, text: reader.readString() ?? '' };
}

/** Reads a search result entry. */
export function readEntry({ bytes }: Response): Entry {
  const reader = bodyOf(bytes);
  return { dn: reader.readString() ?? '', attributes: readList(reader, readAttribute) };
}

function bodyOf(bytes: Buffer): BerReader {
  const reader = new BerReader(bytes);
  reader.readSequence();
  reader.readInt();
  reader.readSequence();
  return reader;
}

/** A response with this result. AD ends its texts with a NUL; clients that cannot bear it should find out here. */
export function writeResult(id: number, tag: number, { resultCode, text, referral }: Result): Buffer {
  return message(id, tag, (writer) => {
    writer.writeEnumeration(resultCode);
    writer.writeString('');
    writer.writeString(text === '' ? '' : `${text}\0`);
    if (referral === undefined) return;
    writer.startSequence(0xa3);
    writer.writeString(referral);
    writer.endSequence();
  });
}

export function writeEntry(id: number, { dn, attributes }: Entry): Buffer {
  return message(id, tags.searchEntry, (writer) => {
    writer.writeString(dn);
    writer.startSequence();
    for (const { name, values } of attributes) {
      writer.startSequence();
      writer.writeString(name);
      writer.startSequence(0x31);
      for (const value of values) writer.writeBuffer(value, 0x04);
      writer.endSequence();
      writer.endSequence();
    }
    writer.endSequence();
  });
}

/** Notice of disconnection (RFC 4511 §4.4.1): an answer to nobody, after which the server closes the connection. */
export function writeDisconnectionNotice(text: string): Buffer {
  return message(0, tags.extendedResponse, (writer) => {
    writer.writeEnumeration(52);
    writer.writeString('');
    writer.writeString(text);
    writer.writeString('1.3.6.1.4.1.1466.20036', 0x8a);
  });
}

function message(id: number, tag: number, body: (writer: BerWriter) => void): Buffer {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeInt(id);
  writer.startSequence(tag);
  body(writer);
  writer.endSequence();
  writer.endSequence();
  return writer.buffer;
}
