import type { GroupScope } from '../../shared/domain/index.ts';

/** Bits of groupType (MS-ADTS §2.2.12). AD keeps it as a signed 32-bit number. */
const bits = { builtin: 0x1, global: 0x2, domainLocal: 0x4, universal: 0x8, security: 0x80000000 } as const;

/** What a groupType says. `builtin` groups belong to the system. */
export type GroupKind = { readonly scope: GroupScope; readonly security: boolean };

/** groupType as AD writes it: universal security is -2147483640. */
export const groupTypeOf = ({ scope, security }: GroupKind): string =>
  String(bits[scope] | (security ? bits.security : 0) | 0);

/** Reads a groupType, signed or unsigned. Undefined where no scope is set or the text is no number. */
export function readGroupType(text: string | undefined): GroupKind | undefined {
  const number = Number(text);
  if (text === undefined || !Number.isInteger(number)) return undefined;
  const scope = (['universal', 'global', 'domainLocal'] as const).find((one) => (number & bits[one]) !== 0);
  return scope && { scope, security: (number & bits.security) !== 0 };
}

/** Is the group one of the system's own (CN=Builtin)? */
export const isBuiltinGroup = (text: string | undefined): boolean => (Number(text ?? 0) & bits.builtin) !== 0;

/**
 * The groupTypes to write, one after the other, to turn one kind into another in place. AD refuses
 * global to domain local and back; both go by way of universal (MS-ADTS §3.1.1.5.3.2, groupType).
 */
export function conversionSteps(from: GroupKind, to: GroupKind): readonly string[] {
  if (from.scope === to.scope && from.security === to.security) return [];
  const direct = from.scope === to.scope || from.scope === 'universal' || to.scope === 'universal';
  const last = groupTypeOf(to);
  return direct ? [last] : [groupTypeOf({ scope: 'universal', security: to.security }), last];
}

/**
 * May a group of the inner scope be a member of one of the outer scope, in the same domain?
 * Samba takes every nesting; AD refuses these (MS-ADTS §3.1.1.5.3.2, member).
 */
export function mayNest(inner: GroupScope, outer: GroupScope): boolean {
  if (outer === 'domainLocal') return true;
  if (outer === 'universal') return inner !== 'domainLocal';
  return inner === 'global';
}
