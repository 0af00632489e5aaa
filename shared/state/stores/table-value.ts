/** Largest string property that is kept as readable text, in bytes. */
const textLimit = 30 * 1024;

/** Bytes of one binary property; Azure Table storage takes 64 KiB, and 1 MiB in all of an entity. */
const pieceSize = 60 * 1024;

/** Properties of an entity that hold a value: readable text when small, numbered pieces of UTF-8 otherwise. */
export type ValueProperties = Record<string, string | Uint8Array>;

export function valueProperties(json: string): ValueProperties {
  const bytes = Buffer.from(json);
  if (bytes.length <= textLimit) return { value: json };
  const count = Math.ceil(bytes.length / pieceSize);
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      pieceName(index),
      bytes.subarray(index * pieceSize, (index + 1) * pieceSize),
    ]),
  );
}

/** The value that an entity holds; undefined where it is not one of ours. */
export function storedValue(entity: Readonly<Record<string, unknown>>): unknown {
  if (typeof entity.value === 'string') return JSON.parse(entity.value);
  const pieces: Uint8Array[] = [];
  for (let index = 0; ; index++) {
    const piece = entity[pieceName(index)];
    if (!(piece instanceof Uint8Array)) break;
    pieces.push(piece);
  }
  return pieces.length > 0 ? JSON.parse(Buffer.concat(pieces).toString('utf8')) : undefined;
}

const pieceName = (index: number): string => `piece${String(index).padStart(2, '0')}`;
