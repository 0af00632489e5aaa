import { z } from 'zod';
import { Moment } from '../../domain/index.ts';
import type { StateStore } from '../../state/index.ts';
import { createRecords } from '../../state/records.ts';

/** When the slower work of a pass was done last. */
export const Pass = z.strictObject({
  comparedAt: Moment.optional(),
  prunedAt: Moment.optional(),
  /** What was wrong with alerts.yaml at the last pass. */
  problem: z.string().optional(),
});
export type Pass = z.output<typeof Pass>;

export const passKey = 'pass';

export const createPass = (store: StateStore) =>
  createRecords({
    store,
    partition: 'alerts:pass',
    what: 'The alert',
    version: 1,
    damaged: 'absent',
    schema: Pass,
  });
