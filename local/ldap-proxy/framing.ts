import { BerReader } from 'ldapts';

/**
 * Cuts a stream into LDAP messages (RFC 4511 §5.2: each is one BER sequence). Feed it what arrives; it gives what is
 * complete.
 */
export function createFramer(): (chunk: Buffer) => readonly Buffer[] {
  let chunks: Buffer[] = [];
  let held = 0;
  let needed = 0;
  return (chunk) => {
    chunks.push(chunk);
    held += chunk.length;
    if (held < needed) return [];
    let rest = Buffer.concat(chunks);
    const messages: Buffer[] = [];
    for (;;) {
      const length = messageLength(rest);
      needed = length ?? 0;
      if (length === undefined || rest.length < length) break;
      messages.push(rest.subarray(0, length));
      rest = rest.subarray(length);
    }
    chunks = [rest];
    held = rest.length;
    return messages;
  };
}

/** How long the message at the start is, or undefined before its length has arrived. */
function messageLength(bytes: Buffer): number | undefined {
  const reader = new BerReader(bytes);
  const tag = reader.readSequence();
  return tag === null ? undefined : reader.offset + reader.length;
}
