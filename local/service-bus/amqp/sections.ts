import { rhea, type Typed } from './rhea.ts';

const { types } = rhea;

/** Descriptor codes of the sections of a message, in the order in which they appear (AMQP 1.0, part 3, section 3.2). */
export const sectionCode = {
  header: 0x70,
  deliveryAnnotations: 0x71,
  messageAnnotations: 0x72,
  properties: 0x73,
  applicationProperties: 0x74,
} as const;

interface Section {
  readonly start: number;
  readonly end: number;
  readonly content: Typed | undefined;
}

/** Encodes sections one after the other. */
export function encodeSections(...sections: readonly Typed[]): Buffer {
  const writer = new types.Writer();
  for (const section of sections) writer.write(section);
  return writer.toBuffer();
}

/** A section made of its code and its content. */
export function section(code: number, content: Typed): Typed {
  return types.described(types.wrap_ulong(code), content);
}

/** The message without header and annotations: what the sender wrote and nobody on the way may change. */
export function bareMessage(message: Buffer): Buffer {
  return message.subarray(locate(message, sectionCode.properties).start);
}

/**
 * Gives every message an identifier, as the service does; the client's renewal of locks needs one.
 *
 * @param bare a bare message without a message id
 */
export function withMessageId(bare: Buffer, messageId: string): Buffer {
  return replaceSection(bare, sectionCode.properties, (properties) =>
    types.wrap_list([types.wrap_string(messageId), ...items(properties).slice(1)]),
  );
}

/** Adds or replaces application properties; the others and the body keep their bytes and their wire types. */
export function withApplicationProperties(bare: Buffer, added: Readonly<Record<string, unknown>>): Buffer {
  return replaceSection(bare, sectionCode.applicationProperties, (properties) => {
    const pairs = items(properties);
    const merged: Record<string, unknown> = {};
    for (let i = 0; i + 1 < pairs.length; i += 2) merged[String(pairs[i]?.value)] = pairs[i + 1];
    return types.wrap_map({ ...merged, ...added });
  });
}

function replaceSection(bare: Buffer, code: number, change: (content: Typed | undefined) => Typed): Buffer {
  const { start, end, content } = locate(bare, code);
  const replaced = encodeSections(section(code, change(content)));
  return Buffer.concat([bare.subarray(0, start), replaced, bare.subarray(end)]);
}

/** Where a section is, or, without content, where it would be. */
function locate(message: Buffer, code: number): Section {
  const reader = new types.Reader(message);
  while (reader.remaining() > 0) {
    const start = reader.position;
    const content = reader.read();
    const found = Number(content.descriptor?.value);
    if (found === code) return { start, end: reader.position, content };
    if (found > code) return { start, end: start, content: undefined };
  }
  return { start: message.length, end: message.length, content: undefined };
}

/** The elements of a list, or the keys and values of a map in turn, as rhea reads both. */
function items(content: Typed | undefined): readonly Typed[] {
  return Array.isArray(content?.value) ? content.value : [];
}
