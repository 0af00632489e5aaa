import { parseDn } from '../../../relay/plan/dn.ts';

/** Bits of groupType (MS-ADTS §2.2.12). */
const bits = { global: 0x2, domainLocal: 0x4, universal: 0x8 } as const;

export type Scope = keyof typeof bits;

/** The scope of a group, or undefined for what is no group. */
export function scopeOf(groupType: string | undefined): Scope | undefined {
  if (groupType === undefined) return undefined;
  const scopes: readonly Scope[] = ['global', 'domainLocal', 'universal'];
  return scopes.find((scope) => (Number(groupType) & bits[scope]) !== 0);
}

/** The name of the domain that an object stands in. */
export const domainOf = (dn: string): string =>
  (parseDn(dn) ?? [])
    .filter(({ type }) => type.toLowerCase() === 'dc')
    .map(({ value }) => value.toLowerCase())
    .join('.');
