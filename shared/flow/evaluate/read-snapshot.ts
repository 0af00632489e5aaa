import type { Change, ObjectKind, ReadFailure, Snapshot } from '../../domain/index.ts';
import { concludePresence, type Graph, type ReadNeeds } from '../../graph/index.ts';
import type { Requirements } from '../../policy/index.ts';
import type { ObjectState } from '../../state/index.ts';

/** What a look at one object of a change came to. */
export type SnapshotRead =
  | { readonly read: 'snapshot'; readonly snapshot: Snapshot; readonly stale?: undefined }
  /** Nowhere to be found, or older than the tombstone: look again later. */
  | { readonly read: 'unknown'; readonly stale: Snapshot | undefined }
  | { readonly read: 'failed'; readonly why: ReadFailure };

/** What the policy needs of an object beyond its plain properties. */
export function needsOf(kind: ObjectKind, required: Requirements): ReadNeeds {
  switch (kind) {
    case 'group': {
      const { owners, administrativeUnits, extensions, onPremisesSyncBehavior } = required.groups;
      return { owners, administrativeUnits, extensions, syncBehavior: onPremisesSyncBehavior };
    }
    case 'user':
      return { manager: required.users.manager, extensions: required.users.extensions };
    case 'device':
      return {};
  }
}

/**
 * Reads the object of a change and concludes whether it is there, in the recycle bin, or gone. What was
 * once concluded to be gone needs no second tombstone while it still cannot be found: an id
 * that was purged never comes back.
 */
export async function readSnapshot(
  change: Change,
  { lastDecision }: Pick<ObjectState, 'lastDecision'>,
  graph: Pick<Graph, 'readObject'>,
  required: Requirements,
  readAt: Snapshot['readAt'],
): Promise<SnapshotRead> {
  const read = await graph.readObject(change, needsOf(change.kind, required));
  if (read.outcome !== 'complete') return { read: 'failed', why: read.why };
  const wasGone = lastDecision?.reason === 'HARD_DELETED' && read.value.presence === 'notFound';
  const presence = concludePresence(read.value, change.tombstone ?? (wasGone ? 'deleted' : undefined));
  switch (presence.presence) {
    case 'present':
    case 'softDeleted':
      return { read: 'snapshot', snapshot: presence.snapshot };
    case 'deleted':
      return {
        read: 'snapshot',
        snapshot: { kind: change.kind, id: change.id, presence: 'deleted', readAt },
      };
    case 'unknown':
      return { read: 'unknown', stale: presence.why === 'readIsOlder' ? presence.snapshot : undefined };
  }
}
