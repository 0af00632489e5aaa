import { z } from 'zod';
import type { Operation } from '../../shared/domain/index.ts';
import { type BudgetKind, budgetKinds } from './budgets.ts';

/** How much of the budgets a plan takes. `group` names the group that loses members by removal. */
export const Spend = z.strictObject({
  counts: z.partialRecord(z.enum(budgetKinds), z.int().min(0)),
  group: z.strictObject({ guid: z.string(), removals: z.int().min(0) }).optional(),
});
export type Spend = z.output<typeof Spend>;

export const nothingSpent: Spend = { counts: {} };

/** Does it take anything at all? Adding members and changing texts cost nothing. */
export const isFree = ({ counts }: Spend): boolean => Object.values(counts).every((count) => count === 0);

/** What a list of operations takes. `groupSize`: how many members a group has that is deleted. */
export function spendOf(operations: readonly Operation[], groupSize = 0): Spend {
  const counts: Partial<Record<BudgetKind, number>> = {};
  const take = (kind: BudgetKind, count: number): void => {
    if (count > 0) counts[kind] = (counts[kind] ?? 0) + count;
  };
  let group: Spend['group'];
  // An account that is brought back is disabled for the moment: it was nobody's.
  const comesBack = operations.some(({ op }) => op === 'reanimate');
  for (const operation of operations) {
    switch (operation.op) {
      case 'create':
      case 'reanimate':
        take('creations', 1);
        break;
      case 'delete':
        take('deletions', 1);
        take('memberRemovals', groupSize);
        break;
      case 'move':
        take('moves', 1);
        break;
      case 'modify':
        if ('groupType' in operation.replace) take('typeChanges', 1);
        if (!comesBack && disables(operation)) take('disables', 1);
        break;
      case 'removeMembers':
        take('memberRemovals', operation.members.length);
        group = { guid: operation.guid, removals: (group?.removals ?? 0) + operation.members.length };
        break;
      case 'addMembers':
        break;
    }
  }
  return { counts, ...(group && { group }) };
}

const disabledBit = 0x2;

function disables({ replace, before }: Extract<Operation, { op: 'modify' }>): boolean {
  const bit = (values: typeof replace): boolean =>
    (Number(values.userAccountControl?.[0] ?? 0) & disabledBit) !== 0;
  const device = replace['msDS-IsEnabled']?.[0] === 'FALSE' && before['msDS-IsEnabled']?.[0] !== 'FALSE';
  return device || (bit(replace) && !bit(before));
}
