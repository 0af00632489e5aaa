import { keyOf, type LeftOut, type MemberReasonCode, type Reference } from '../../shared/domain/index.ts';

/** A text that is equal for equal references, and different between the ways to refer to an object. */
export const referenceKey = (reference: Reference): string =>
  reference.by === 'computer' ? `computer:${reference.objectGuid}` : `${reference.by}:${keyOf(reference)}`;

/** A left-out member as it is reported. */
export const leftOutOf = (reference: Reference, reason: MemberReasonCode): LeftOut => ({
  ...(reference.id !== undefined && { id: reference.id }),
  reference: keyOf(reference) ?? referenceKey(reference),
  reason,
});
