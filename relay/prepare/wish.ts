import type { ObjectKind } from '../../shared/domain/index.ts';
import type { Account } from './account.ts';

/** What the administrator wants the relay's account to be able to do. */
export type PrepareWish = {
  readonly kind: ObjectKind;
  /** The relay's account, or a group in which it is. */
  readonly account: Account;
  /**
   * Where objects of the kind are written. DNs, relative to the domain where they have no DC component; the DN of the
   * domain itself means everywhere. Devices go into the container that the device registration service names,
   * or into the first of these.
   */
  readonly containers: readonly [string, ...string[]];
  /** Mail attributes too, where the forest is prepared for Exchange. */
  readonly mail: boolean;
  /** What the policy writes besides (`attributes:` of its rules). */
  readonly extraAttributes: readonly string[];
  /** Whether the account may find deleted objects and bring them back with their SID. */
  readonly restoreDeleted: boolean;
};
