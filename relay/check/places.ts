import type { Dn, ObjectKind } from '../../shared/domain/index.ts';
import { absoluteDn, isBelow, sameDn } from '../plan/dn.ts';
import type { Context } from './context.ts';
import { type CheckLine, error } from './line.ts';

/** A container into which objects of a kind go. */
export type Place = { readonly kind: ObjectKind; readonly dn: Dn };

export type Places = { readonly places: readonly Place[]; readonly lines: readonly CheckLine[] };

/**
 * Where each kind goes: as the policy says, as far as relay.yaml allows it. Without a policy the places of the default one
 * count where relay.yaml allows them, and its own containers where it does not. Devices go where the device
 * registration service points, and where the policy insists; both are checked with the service.
 */
export function placesOf(context: Context): Places {
  const { settings, session, policy, needs } = context;
  const { baseDn } = session.facts;
  const allowed = settings.containers.map((container) => absoluteDn(container, baseDn));
  const inside = (dn: Dn): boolean => allowed.some((one) => sameDn(one, dn) || isBelow(dn, one));
  const kinds = settings.classes.filter((kind) => kind !== 'device');
  const found = kinds.map((kind) => {
    const wanted = needs[kind].containers.map((container) => absoluteDn(container, baseDn));
    const within = wanted.filter(inside);
    const places = policy === undefined && within.length === 0 ? allowed : within;
    const outside = policy === undefined ? [] : wanted.filter((dn) => !inside(dn));
    return {
      places: places.map((dn) => ({ kind, dn })),
      lines: outside.map((dn) => notAllowed(kind, dn, allowed)),
    };
  });
  return { places: found.flatMap(({ places }) => places), lines: found.flatMap(({ lines }) => lines) };
}

const notAllowed = (kind: ObjectKind, dn: Dn, allowed: readonly Dn[]): CheckLine =>
  error(
    'container',
    `The policy writes ${kind}s into ${dn}, which relay.yaml does not allow (containers: ${allowed.join('; ')}).`,
    'Add it to containers in relay.yaml, or change the place in the policy.',
  );
