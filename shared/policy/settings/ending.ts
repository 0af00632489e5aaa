import { z } from 'zod';
import { RemovalMode } from '../../domain/index.ts';
import { containerDn } from './text.ts';

type Mode = z.output<typeof RemovalMode>;

/** How an object ends in AD: what is done with it, after how many days, and where it is moved. */
export const Ending = z.strictObject({
  mode: RemovalMode,
  graceDays: z.number().min(0).max(3650),
  quarantine: containerDn.optional(),
});
export type Ending = z.output<typeof Ending>;

/**
 * An ending as it is written: a mode alone, or a mode with its grace period and place. `modes` are
 * those that the kind of object can have.
 */
export const endingSchema = (modes: readonly [Mode, ...Mode[]], id: string) => {
  const short = z.enum([...modes]).transform((mode): Ending => ({ mode, graceDays: 0 }));
  const long = z.strictObject({
    mode: z.enum([...modes]),
    graceDays: Ending.shape.graceDays.default(0).describe('Days to wait, from when the object left scope.'),
    quarantine: containerDn.optional().describe('Where the object is moved.'),
  });
  return z
    .union([short, long])
    .superRefine((ending, context) => {
      if (ending.mode === 'quarantine' && ending.quarantine === undefined) {
        const message = 'mode quarantine needs a place: { mode: quarantine, quarantine: OU=Quarantine }';
        context.addIssue({ code: 'custom', message });
      }
    })
    .meta({ id });
};
