import { z } from 'zod';
import type { Operation, Plan } from '../../shared/domain/index.ts';
import { emptyPlan } from '../plan/planned.ts';
import type { Task } from '../plan/task.ts';

/**
 * How much of its work the relay does.
 *
 * run          everything
 * upsert-only  everything but ending objects and removing members
 * stage        plans everything and writes nothing: for a new installation, and for a second one beside the first
 * paused       takes nothing from the queue; what comes waits there
 */
export const Mode = z.enum(['run', 'upsert-only', 'stage', 'paused']);
export type Mode = z.output<typeof Mode>;

/** A plan in two: what the mode writes, and what it keeps back. */
export type Share = { readonly written: Plan; readonly keptBack: Plan };

/** What of a plan may be written in a mode. Not writing means that the rest never reaches AD's adapter. */
export function shareOfMode(mode: Mode, task: Task, plan: Plan): Share {
  switch (mode) {
    case 'run':
      return { written: plan, keptBack: emptyPlan };
    case 'upsert-only': {
      const takesAway = (one: Operation): boolean => task.do === 'remove' || one.op === 'removeMembers';
      return {
        written: { operations: plan.operations.filter((one) => !takesAway(one)) },
        keptBack: { operations: plan.operations.filter(takesAway) },
      };
    }
    case 'stage':
    case 'paused':
      return { written: emptyPlan, keptBack: plan };
  }
}
