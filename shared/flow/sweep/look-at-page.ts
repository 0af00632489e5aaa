import type { EntraId, LiveSnapshot, ObjectKind, ReadFailure } from '../../domain/index.ts';
import type { Graph } from '../../graph/index.ts';
import { type Policy, requirements } from '../../policy/index.ts';
import { inParallel } from '../../state/in-parallel.ts';
import { needsOf } from '../evaluate/read-snapshot.ts';
import { readRelated } from '../evaluate/related.ts';
import { type Look, type LookDeps, listedAs, lookAt, type Seen } from './look-at.ts';
import type { Sweep } from './sweep-state.ts';

export type PageDeps = LookDeps & {
  readonly graph: Pick<Graph, 'completeSnapshots' | 'readMemberRecords'>;
};

/**
 * Looks at a page: at each object as the list shows it, then, completed by what a list lacks, at those of
 * which it does not show enough. One that could not be completed is called for a full evaluation, which
 * knows what to do about that.
 */
export async function lookAtPage(
  kind: ObjectKind,
  snapshots: readonly LiveSnapshot[],
  sweep: Sweep,
  policy: Policy,
  deps: PageDeps,
): Promise<{ readonly looks: readonly Look[] } | { readonly failed: ReadFailure }> {
  const look = (seen: Seen): Promise<Look> => lookAt(seen, sweep, policy, deps);
  const completeness = listedAs(kind, policy);
  const looks = await inParallel(snapshots, (snapshot) => look({ snapshot, facts: {}, completeness }));
  const wanting = snapshots.filter((_, index) => looks[index]?.look === 'incomplete');
  if (wanting.length === 0) return { looks };
  const completed = await complete(kind, wanting, policy, deps);
  if ('failed' in completed) return completed;
  const again = await inParallel(wanting, (snapshot) =>
    look(completed.seen.get(snapshot.id) ?? { snapshot, facts: {}, completeness: 'incompletable' }),
  );
  return { looks: [...looks, ...again] };
}

/** What a list lacks of these objects, and who in AD the people are that they name. */
async function complete(
  kind: ObjectKind,
  snapshots: readonly LiveSnapshot[],
  policy: Policy,
  { graph, states }: PageDeps,
): Promise<{ readonly seen: ReadonlyMap<EntraId, Seen> } | { readonly failed: ReadFailure }> {
  const read = await graph.completeSnapshots(snapshots, needsOf(kind, requirements(policy)));
  if (read.outcome !== 'complete') return { failed: read.why };
  const whole = [...read.value.values()];
  // One manager has many people, and all are asked for together.
  const managers = whole.flatMap((one) => (one.kind === 'user' ? (one.properties.manager ?? []) : []));
  const records = await graph.readMemberRecords(managers);
  if (records.outcome !== 'complete') return { failed: records.why };
  const related = await inParallel(whole, (one) =>
    readRelated(one, { states, graph: { readMemberRecords: async () => records } }),
  );
  const seen = new Map<EntraId, Seen>();
  for (const one of related) {
    if (one.outcome !== 'complete') return { failed: one.why };
    const { snapshot, facts } = one.value;
    if (snapshot.presence !== 'deleted') seen.set(snapshot.id, { snapshot, facts, completeness: 'complete' });
  }
  return { seen };
}
