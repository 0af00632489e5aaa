import type { LiveSnapshot } from '../domain/index.ts';
import type { Found } from './types.ts';

/** What may be concluded of an object from one read and the sign that led to it. */
export type Presence =
  | { readonly presence: 'present' | 'softDeleted'; readonly snapshot: LiveSnapshot }
  | { readonly presence: 'deleted' }
  /** Look again later. `readIsOlder`: the read still shows what the tombstone says has ended. */
  | { readonly presence: 'unknown'; readonly why: 'notFound' }
  | { readonly presence: 'unknown'; readonly why: 'readIsOlder'; readonly snapshot: LiveSnapshot };

/**
 * Only a tombstone and two 404s together mean that an object is gone (design rule 3).
 *
 * | found       | no tombstone | softDeleted | deleted     |
 * |-------------|--------------|-------------|-------------|
 * | present     | present      | readIsOlder | readIsOlder |
 * | softDeleted | softDeleted  | softDeleted | readIsOlder |
 * | notFound    | notFound     | notFound    | deleted     |
 *
 * A purged id never comes back, so a read that still shows it is a lagging replica. An object that
 * was soft-deleted and is nowhere has not reached the recycle bin's replica yet, or has been purged,
 * of which another tombstone will tell. A restored object comes in a change without a tombstone.
 */
export function concludePresence(found: Found, tombstone: 'softDeleted' | 'deleted' | undefined): Presence {
  if (found.presence === 'notFound') {
    return tombstone === 'deleted' ? { presence: 'deleted' } : { presence: 'unknown', why: 'notFound' };
  }
  const isOlder = tombstone === 'deleted' || (tombstone === 'softDeleted' && found.presence === 'present');
  return isOlder ? { presence: 'unknown', why: 'readIsOlder', snapshot: found.snapshot } : found;
}
