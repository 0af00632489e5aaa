import type { GroupScope } from '../../../shared/domain/index.ts';

/** Bits of groupType that say the scope (MS-ADTS §2.2.12). */
const scopes: readonly (readonly [number, GroupScope])[] = [
  [0x2, 'global'],
  [0x4, 'domainLocal'],
  [0x8, 'universal'],
];

/** The scope of a group, or undefined for what is no group. */
export function groupScope(groupType: string | undefined): GroupScope | undefined {
  if (groupType === undefined) return undefined;
  return scopes.find(([bit]) => (Number(groupType) & bit) !== 0)?.[1];
}
