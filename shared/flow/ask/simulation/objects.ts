import {
  type LiveSnapshot,
  momentOf,
  type ObjectKind,
  type ObjectRef,
  type ReadFailure,
  type Snapshot,
} from '../../../domain/index.ts';
import { concludePresence, type ReadNeeds } from '../../../graph/index.ts';
import { attributesOf } from '../../../policy/condition/compile.ts';
import { type Policy, requirements } from '../../../policy/index.ts';
import { needsOf } from '../../evaluate/read-snapshot.ts';
import type { SimulateDeps } from '../simulate.ts';
import type { Known } from './sizes.ts';

/** Some objects of the tenant with what is known of them, or why they could not be read. */
export type Batch =
  | { readonly objects: readonly Known[] }
  | { readonly refused: readonly string[] }
  | { readonly failed: ReadFailure };

/** How many objects are looked up at the same time: what a list does not show of them fills batches. */
const width = 40;

/**
 * Every object of a kind that a policy can speak of, a few at a time: those of the tenant, and those
 * that are in AD and were deleted in the cloud. Memory is that of one page of Graph.
 */
export async function* objectsOf(
  kind: ObjectKind,
  policies: readonly Policy[],
  deps: SimulateDeps,
): AsyncIterable<Batch> {
  const needs = needsOfAll(kind, policies);
  const whole = isWhole(kind, needs, policies);
  for await (const page of deps.graph.listObjects(kind, { extensions: needs.extensions })) {
    if ('failed' in page) return yield page;
    if (page.refused.length > 0) yield { refused: page.refused };
    for (let from = 0; from < page.snapshots.length; from += width) {
      const slice = page.snapshots.slice(from, from + width);
      yield whole
        ? await completed(slice, needs, deps)
        : await together(slice.map((one) => known(one, deps)));
    }
  }
  for await (const { object, state } of deps.states.list(kind)) {
    const reason = state.lastDecision?.reason;
    if (!state.written || (reason !== 'SOFT_DELETED' && reason !== 'HARD_DELETED')) continue;
    const tombstone = reason === 'HARD_DELETED' ? 'deleted' : undefined;
    yield await together([readWhole(object, tombstone, needs, deps)]);
  }
}

type Looked = Known | { readonly failed: ReadFailure } | undefined;

async function together(looks: readonly Promise<Looked>[]): Promise<Batch> {
  const objects: Known[] = [];
  for (const look of await Promise.all(looks)) {
    if (look && 'failed' in look) return look;
    if (look) objects.push(look);
  }
  return { objects };
}

const known = async (snapshot: Snapshot, { states }: SimulateDeps): Promise<Looked> => ({
  snapshot,
  state: await states.load(snapshot),
});

/** Objects of a list with what it does not show, many to a request; one that cannot be had so is read by itself. */
async function completed(
  snapshots: readonly LiveSnapshot[],
  needs: ReadNeeds,
  deps: SimulateDeps,
): Promise<Batch> {
  const read = await deps.graph.completeSnapshots(snapshots, needs);
  if (read.outcome !== 'complete') return { failed: read.why };
  return together(
    snapshots.map((one) => {
      const whole = read.value.get(one.id);
      return whole ? known(whole, deps) : readWhole(one, undefined, needs, deps);
    }),
  );
}

/** Reads one object with all that costs requests of its own. One that is gone meanwhile is left out. */
async function readWhole(
  object: ObjectRef,
  tombstone: 'deleted' | undefined,
  needs: ReadNeeds,
  deps: SimulateDeps,
): Promise<Looked> {
  const { kind, id } = object;
  const read = await deps.graph.readObject({ kind, id }, needs);
  if (read.outcome !== 'complete') return { failed: read.why };
  const found = concludePresence(read.value, tombstone);
  switch (found.presence) {
    case 'present':
    case 'softDeleted':
      return known(found.snapshot, deps);
    case 'deleted':
      return known({ kind, id, presence: 'deleted', readAt: momentOf(deps.now()) }, deps);
    case 'unknown':
      return undefined;
  }
}

/** What any of the policies needs to be read. */
function needsOfAll(
  kind: ObjectKind,
  policies: readonly Policy[],
): ReadNeeds & { readonly extensions: readonly string[] } {
  const all = policies.map((policy) => needsOf(kind, requirements(policy)));
  return {
    owners: all.some(({ owners }) => owners),
    administrativeUnits: all.some(({ administrativeUnits }) => administrativeUnits),
    syncBehavior: all.some(({ syncBehavior }) => syncBehavior),
    manager: all.some(({ manager }) => manager),
    extensions: [...new Set(all.flatMap(({ extensions = [] }) => extensions))],
  };
}

/** Do conditions or templates ask for what a list of objects does not bring? A manager decides nothing. */
function isWhole(kind: ObjectKind, needs: ReadNeeds, policies: readonly Policy[]): boolean {
  const byOwner = policies.some(({ devices }) =>
    devices.some(({ condition }) => attributesOf(condition).includes('owners')),
  );
  const costly = [needs.owners, needs.administrativeUnits, needs.syncBehavior, kind === 'device' && byOwner];
  return costly.includes(true);
}
