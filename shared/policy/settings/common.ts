import { z } from 'zod';
import { Severity } from '../../domain/index.ts';

/** Settings that every kind of object has. */
export const commonSettings = {
  drift: z
    .enum(['overwrite', 'report'])
    .describe('What happens to changes made by hand in AD: overwritten, or reported and left.'),
  severity: Severity.nullable().describe(
    'Severity of the violations of this rule; null leaves each its own.',
  ),
  lane: z
    .enum(['normal', 'fast'])
    .describe('fast: the relay takes what concerns these objects before all that waits.'),
} as const;

/** What happens when another AD object has the name already. */
export const collision = z
  .enum(['refuse', 'appendId'])
  .describe('refuse: not written, and reported. appendId: the last 12 characters of the id are appended.');
