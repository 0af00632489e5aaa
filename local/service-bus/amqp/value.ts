import { z } from 'zod';

/** An AMQP integer as rhea reads it: a number, or eight bytes where a number would lose precision. */
export const integer = z.union([
  z.number(),
  z.instanceof(Buffer).transform((bytes) => Number(bytes.readBigInt64BE())),
]);

/** An AMQP map as rhea reads it. */
export const map = z.record(z.string(), z.unknown());

/** A field that may be missing; AMQP writes `null` for that. */
export const optional = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value) => value ?? undefined);
