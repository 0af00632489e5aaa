import { z } from 'zod';
import { EntraId, Sid } from '../../domain/index.ts';

/**
 * Fields of Graph's answers. `told` fields decide over AD: they were asked for, so an answer without
 * them is not an answer (a property that is not returned is not null). Others are null when absent.
 */
export const toldText = z.string().nullable();
export const toldFlag = z.boolean().nullable();
export const toldSid = Sid.nullable();
export const toldTexts = z
  .array(z.string())
  .nullable()
  .transform((texts) => texts ?? []);

export const text = z
  .string()
  .nullish()
  .transform((value) => value ?? null);
export const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? null);
export const sid = Sid.nullish().transform((value) => value ?? null);
export const texts = z
  .array(z.string())
  .nullish()
  .transform((value) => value ?? []);

/** An object of which only the id counts. */
export const Ref = z.object({ id: EntraId, '@odata.type': z.string().optional() });
