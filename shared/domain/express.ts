import { z } from 'zod';
import { ObjectRef } from './ids.ts';

/**
 * "Take the intents of this object before its turn": follows the intents of an object in the fast
 * lane. It carries nothing else, and the intents stay where they are, in the session of the object: so
 * order is kept, and a note that is lost, late or repeated does no harm.
 */
export const Express = z.strictObject({ type: z.literal('express'), object: ObjectRef });
export type Express = z.output<typeof Express>;

/** The session that these notes share. */
export const expressSession = 'express';
