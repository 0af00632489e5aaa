import type { Pool } from '../connection/pool.ts';
import type { CompleteSettings } from '../settings.ts';
import { type Forest, readForest } from './read-forest.ts';

/** A schema changes once in years; an hour is soon enough to see that the forest was prepared for Exchange. */
const lifetimeMs = 3_600_000;

/** Reads the forest at first use and again every hour; a read that failed is not kept. */
export function createForestCache(pool: Pool, settings: CompleteSettings): () => Promise<Forest> {
  let kept: { readonly until: number; readonly forest: Promise<Forest> } | undefined;
  return () => {
    if (kept !== undefined && settings.now() < kept.until) return kept.forest;
    const forest = pool
      .read((connection) => readForest(connection, settings.pageSize))
      .then((read) => {
        if (!read.showsDeleted) settings.report({ event: 'noDeletedObjectsShown' });
        return read;
      });
    const entry = { until: settings.now() + lifetimeMs, forest };
    kept = entry;
    forest.catch(() => {
      if (kept === entry) kept = undefined;
    });
    return forest;
  };
}
