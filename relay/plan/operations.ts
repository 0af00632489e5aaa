import type { Dn, ObjectGuid, Operation } from '../../shared/domain/index.ts';
import type { AttributeDiff } from './attributes.ts';
import type { MemberPlan } from './members.ts';

/** Which existing object an operation is about. */
export type Target = { readonly dn: Dn; readonly guid: ObjectGuid };

/** A modify, or nothing where there is no difference. */
export const modify = (target: Target, diff: AttributeDiff): readonly Operation[] =>
  Object.keys(diff.replace).length === 0 ? [] : [{ op: 'modify', ...target, ...diff }];

export const addMembers = (target: Target, { add }: MemberPlan): readonly Operation[] =>
  add.length === 0 ? [] : [{ op: 'addMembers', ...target, members: add }];

export const removeMembers = (
  target: Target,
  { remove }: Pick<MemberPlan, 'remove'>,
): readonly Operation[] => (remove.length === 0 ? [] : [{ op: 'removeMembers', ...target, members: remove }]);

/** One modify for each groupType on the way, since AD converts step by step. */
export function convert(
  target: Target,
  held: string | undefined,
  steps: readonly string[],
): readonly Operation[] {
  return steps.map((step, index) => {
    const before = index === 0 ? held : steps[index - 1];
    return {
      op: 'modify',
      ...target,
      replace: { groupType: [step] },
      before: { groupType: before === undefined ? [] : [before] },
    };
  });
}
