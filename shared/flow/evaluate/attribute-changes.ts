import { Plan, type WireValue } from '../../domain/index.ts';
import type { AuditEntry } from '../../state/index.ts';

/** One thing of an AD object, before and after. Absent values are an empty list. */
export type AttributeChange = {
  readonly what: string;
  readonly before: readonly WireValue[];
  readonly after: readonly WireValue[];
};

/** What a plan changes of an object, as people read it: attribute by attribute, with where it stands. */
export function changesOf({ operations }: Plan): readonly AttributeChange[] {
  return operations.flatMap((operation): readonly AttributeChange[] => {
    switch (operation.op) {
      case 'create':
        return [
          { what: 'dn', before: [], after: [operation.dn] },
          ...Object.entries(operation.attributes).map(([what, after]) => ({ what, before: [], after })),
        ];
      case 'modify':
        return Object.entries(operation.replace).map(([what, after]) => ({
          what,
          before: operation.before[what] ?? [],
          after,
        }));
      case 'move':
        return [{ what: 'dn', before: [operation.dn], after: [operation.to] }];
      case 'reanimate':
        return [{ what: 'dn', before: [], after: [operation.to] }];
      case 'delete':
        return [{ what: 'dn', before: [operation.dn], after: [] }];
      case 'addMembers':
        return [{ what: 'member', before: [], after: operation.members }];
      case 'removeMembers':
        return [{ what: 'member', before: operation.members, after: [] }];
    }
    return [];
  });
}

/** An entry of the audit with what its plan changed, where it has one. */
export function withChanges(
  entry: AuditEntry,
): AuditEntry & { readonly changes?: readonly AttributeChange[] } {
  const plan = Plan.safeParse(entry.details.plan);
  return plan.success ? { ...entry, changes: changesOf(plan.data) } : entry;
}
