import { z } from 'zod';

const keySchema = z.string().min(1);

/**
 * Access keys as in Azure (https://learn.microsoft.com/azure/azure-functions/function-keys-how-to): a host key opens every
 * function, a function key one function, the master key also `/admin` and functions of level `admin`.
 */
export const functionKeysSchema = z.strictObject({
  /** The host key called `default`. */
  host: keySchema,
  /** Further host keys by name, so that each caller can have its own. */
  hostKeys: z.record(z.string(), keySchema).optional(),
  /** Without one the key `host` is the master key too: a laptop then needs a single key. */
  master: keySchema.optional(),
  /** Function name → key name → key. */
  functions: z.record(z.string(), z.record(z.string(), keySchema)).optional(),
});

export type FunctionKeys = Readonly<z.output<typeof functionKeysSchema>>;
