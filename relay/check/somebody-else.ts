import type { ObjectKind } from '../../shared/domain/index.ts';
import { classOf } from '../plan/markers.ts';
import { acesHere } from '../prepare/security/access.ts';
import type { Dacl } from '../prepare/security/descriptor.ts';
import { rightBits } from '../prepare/security/rights.ts';
import { isOrdinary } from '../prepare/suitable.ts';
import type { Context } from './context.ts';
import { nameOf } from './name-of.ts';

/**
 * Names another account that may create objects of the kind, which is what it looks like when the forest was prepared for
 * one account and the relay runs as another. Empty where there is none.
 */
export async function somebodyElse(
  { session, ids, token }: Context,
  kind: ObjectKind,
  dacl: Dacl,
): Promise<string> {
  const classGuid = ids.classOf(classOf[kind]);
  const others = acesHere(dacl).filter(
    ({ effect, mask, objectType, trustee }) =>
      effect === 'allow' &&
      (mask & rightBits.CC) !== 0 &&
      objectType === classGuid &&
      isOrdinary(trustee) &&
      !token.sids.has(trustee),
  );
  const sids = [...new Set(others.map(({ trustee }) => trustee))];
  if (sids.length === 0) return '';
  const names = await Promise.all(sids.map((sid) => nameOf(session, sid)));
  return ` The rights are there for ${names.join(' and ')}: was the forest prepared for another account?`;
}
