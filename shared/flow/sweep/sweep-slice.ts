import type { ObjectKind } from '../../domain/index.ts';
import { type StartDeps, type Started, startSweep } from './start-sweep.ts';

/** Slices that make up a day. */
const slicesPerDay = 24;
/** Pages of a slice while nobody knows how many there are. */
const pagesAtFirst = 4;

/** The next hour's share of the tenant: as many pages as let a day cover all that the last round met. */
export async function sweepSlice(kind: ObjectKind, traceparent: string, deps: StartDeps): Promise<Started> {
  const { last } = await deps.sweepStates.load(kind);
  const pages = last ? Math.max(1, Math.ceil(last.pages / slicesPerDay)) : pagesAtFirst;
  return startSweep(kind, { why: 'schedule', pages }, traceparent, deps);
}
