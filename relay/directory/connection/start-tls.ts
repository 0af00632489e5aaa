import { once } from 'node:events';
import type { Socket } from 'node:net';
import { BerReader, BerWriter } from 'ldapts';
import { fromResult } from '../errors/from-result.ts';

const extendedRequest = 0x77;
const extendedResponse = 0x78;
const requestName = 0x80;
/** RFC 4511 §4.14.1. */
const startTlsOid = '1.3.6.1.4.1.1466.20037';

/**
 * Asks the server to begin TLS on this plain connection. We do it ourselves, because ldapts stops watching for the end
 * of a connection that it has upgraded, and a call on it would then wait for ever.
 *
 * @throws DirectoryError where the server refuses, or the connection ends first
 */
export async function requestTls(socket: Socket, url: string): Promise<void> {
  const answered = firstMessage(socket);
  socket.write(request());
  const reader = new BerReader(await answered);
  reader.readSequence();
  reader.readInt();
  reader.readSequence(extendedResponse);
  const resultCode = reader.readEnumeration() ?? 0;
  reader.readString();
  const text = reader.readString() ?? '';
  if (resultCode !== 0) throw fromResult({ verb: 'bind', object: `${url} (StartTLS)` }, { resultCode, text });
}

function request(): Buffer {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeInt(1);
  writer.startSequence(extendedRequest);
  writer.writeString(startTlsOid, requestName);
  writer.endSequence();
  writer.endSequence();
  return writer.buffer;
}

/** The first whole LDAP message on the socket; afterwards nobody reads from it until TLS does. */
async function firstMessage(socket: Socket): Promise<Buffer> {
  let received = Buffer.alloc(0);
  while (!isComplete(received)) {
    const [chunk]: Buffer[] = await Promise.race([
      once(socket, 'data'),
      once(socket, 'close').then(() => {
        throw new Error('the server closed the connection instead of answering StartTLS');
      }),
    ]);
    received = Buffer.concat([received, chunk ?? Buffer.alloc(0)]);
  }
  socket.pause();
  return received;
}

function isComplete(received: Buffer): boolean {
  const reader = new BerReader(received);
  return reader.readSequence() !== null && reader.remain >= reader.length;
}
