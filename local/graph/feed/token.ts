import { z } from 'zod';
import { openToken, sealToken } from '../odata/token.ts';

/** Where in the history, or in the first enumeration, the next page begins. */
const positionSchema = z.discriminatedUnion('phase', [
  /** Enumerating what exists: after this object, or within it after this member. */
  z.strictObject({
    phase: z.literal('all'),
    after: z.string().optional(),
    within: z.string().optional(),
    afterMember: z.string().optional(),
    tombstones: z.boolean().default(false),
  }),
  /** Following the history: after this change, or within the next one after so many references. */
  z.strictObject({ phase: z.literal('changes'), after: z.int(), offset: z.int().default(0) }),
]);

const tokenSchema = z.strictObject({
  kind: z.enum(['group', 'user', 'device']),
  use: z.enum(['next', 'delta']),
  position: positionSchema,
  /** The round ends with this change; the one that follows continues there. */
  horizon: z.int(),
  select: z.string().nullable(),
  ids: z.array(z.string()).nullable(),
  minimal: z.boolean(),
  /** When the round began, in milliseconds since the epoch. */
  issuedAt: z.number(),
});

export type Position = z.infer<typeof positionSchema>;
export type FeedToken = z.infer<typeof tokenSchema>;
export type FeedKind = FeedToken['kind'];

export const sealFeedToken = (token: FeedToken): string => sealToken(token);
export const openFeedToken = (text: string): FeedToken => openToken(tokenSchema, text);
