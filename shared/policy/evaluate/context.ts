import type { Decision, Violation } from '../../domain/index.ts';
import type { DeviceSettings } from '../settings/device.ts';
import type { GroupSettings } from '../settings/group.ts';
import type { UserSettings } from '../settings/user.ts';

/** What a decision depends on besides the object and the policy. */
export type Context = {
  readonly tenant?: {
    /** `NewUnifiedGroupWritebackDefault` of the setting Group.Unified; absent is true. */
    readonly newUnifiedGroupWritebackDefault?: boolean | null;
    /** When it was seen to change, ISO 8601: groups created before are not new. */
    readonly changedAt?: string | null;
  };
  /**
   * The rule by which the object was written last, `{ rule: null }` where it was written by a rule
   * that is not known, null where it was never written, undefined where nobody knows: then a removal
   * is asked for, and there is nothing to freeze.
   */
  readonly previous?: { readonly rule: string | null } | null;
  /** The rule of a written group with `nesting: closure` in which this group is nested. */
  readonly nestedIn?: { readonly rule: string };
};

/** The settings of a write, by the kind of the object. */
export type WriteSettings =
  | { readonly kind: 'group'; readonly settings: GroupSettings }
  | { readonly kind: 'user'; readonly settings: UserSettings }
  | { readonly kind: 'device'; readonly settings: DeviceSettings };

export type Evaluation = {
  readonly decision: Decision;
  readonly violations: readonly Violation[];
  /** Typed settings where the decision is to write; what `decision.settings` holds too. */
  readonly write: WriteSettings | null;
};
