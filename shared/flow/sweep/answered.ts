import type { ObjectKind } from '../../domain/index.ts';
import type { Log } from '../log.ts';
import { isAnswered } from './answers.ts';
import type { SweepState } from './sweep-state.ts';

/** Says that a sweep is over and the relay has answered all of it, where that is so. */
export function logAnswered(
  kind: ObjectKind,
  sweepId: string,
  { last }: Pick<SweepState, 'last'>,
  { log }: { readonly log: Log },
): void {
  if (last?.id !== sweepId || !isAnswered(last)) return;
  const { listed, called, compared, differing, unknown, orphans, doubled, unanswerable } = last;
  const found = { listed, called, compared, differing, unknown, orphans, doubled, unanswerable };
  log('sweep.answered', { kind, sweepId, ...found });
}
