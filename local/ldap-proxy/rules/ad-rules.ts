import type { Rule } from '../rule.ts';
import { enabledWithoutPassword } from './enabled-without-password.ts';
import { groupTypeChange } from './group-type-change.ts';
import { memberRange } from './member-range.ts';
import { memberResults } from './member-results.ts';
import { nameLengths } from './name-lengths.ts';
import { nesting } from './nesting.ts';
import { overlongValues } from './overlong-values.ts';
import { pageLimit } from './page-limit.ts';
import { renameParent } from './rename-parent.ts';
import { repeatedMembers } from './repeated-members.ts';

/** All in which Windows AD is stricter than Samba, for one connection. */
export const adRules = (): readonly Rule[] => [
  nameLengths,
  enabledWithoutPassword,
  repeatedMembers,
  nesting,
  groupTypeChange,
  memberResults,
  overlongValues(),
  renameParent,
  memberRange,
  pageLimit,
];
