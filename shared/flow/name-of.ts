import type { Snapshot } from '../domain/index.ts';

/** What people call the object; its id where it has no name. */
export const nameOf = (snapshot: Snapshot): string =>
  snapshot.presence === 'deleted' ? snapshot.id : (snapshot.properties.displayName ?? snapshot.id);
