import type { Dn } from '../../shared/domain/index.ts';
import type { PrepareFacts } from './facts.ts';
import { notesOf } from './notes.ts';
import { aceOf, type Permission } from './permission.ts';
import {
  listDeletedPermissions,
  permissionsFor,
  readingPermissions,
  reanimatePermissions,
} from './permissions.ts';
import { deletedObjects, devicePlaces } from './places.ts';
import { createUnits, fullContainers, isDomainHead, outermost } from './plan-containers.ts';
import { planDeviceObjects } from './plan-devices.ts';
import { PrepareError } from './prepare-error.ts';
import { writtenByReanimation } from './reanimation.ts';
import { missingFrom } from './security/dacl.ts';
import type { CreateStep, GrantStep, PreparePlan } from './steps.ts';
import type { PrepareWish } from './wish.ts';
import { writtenAttributes } from './written-attributes.ts';

/**
 * What turns the forest as it is into one in which the account can write objects of the kind. Pure: the same facts and
 * the same wish give the same steps, and where all is as wished there are none.
 *
 * @throws PrepareError where a person must decide something first
 */
export function planPrepare(facts: PrepareFacts, wish: PrepareWish): PreparePlan {
  const { creations, places } = wish.kind === 'device' ? forDevices(facts, wish) : forUnits(facts, wish);
  const attributes = attributesOf(facts, wish);
  const main = places.flatMap((dn) => {
    const wished = permissionsFor(wish.kind, wish.account, attributes, facts.ids, isDomainHead(dn, facts));
    return grant(facts, dn, wished);
  });
  return {
    steps: [...creations, ...main, ...reading(facts, wish), ...restoring(facts, wish)],
    notes: notesOf(facts, wish, places),
  };
}

/** The attributes that are written to objects of the kind, as far as this forest has them. */
export function attributesOf({ forest }: Pick<PrepareFacts, 'forest'>, wish: PrepareWish): readonly string[] {
  const restored = wish.restoreDeleted ? writtenByReanimation(wish.kind, forest) : [];
  return writtenAttributes(wish.kind, {
    forest,
    mail: wish.mail,
    extra: [...wish.extraAttributes, ...restored],
  });
}

type Objects = { readonly creations: readonly CreateStep[]; readonly places: readonly Dn[] };

function forUnits(facts: PrepareFacts, wish: PrepareWish): Objects {
  const containers = fullContainers(wish.containers, facts.forest.baseDn);
  return { creations: createUnits(containers, facts), places: outermost(containers, facts) };
}

function forDevices(facts: PrepareFacts, wish: PrepareWish): Objects {
  const { container, steps } = planDeviceObjects(wish, facts);
  return { creations: steps, places: [container] };
}

const reading = (facts: PrepareFacts, wish: PrepareWish): readonly GrantStep[] =>
  wish.kind === 'device'
    ? grant(facts, devicePlaces(facts.forest.configurationDn).configuration, readingPermissions(wish.account))
    : [];

function restoring(
  facts: PrepareFacts,
  { kind, account, restoreDeleted }: PrepareWish,
): readonly GrantStep[] {
  // A device has no SID to keep, and is created anew.
  if (!restoreDeleted || kind === 'device') return [];
  const { baseDn } = facts.forest;
  return [
    ...grant(facts, baseDn, reanimatePermissions(account, facts.ids)),
    ...grant(facts, deletedObjects(baseDn), listDeletedPermissions(account), true),
  ];
}

/** Gives what the list does not give yet; no step where it gives everything. */
function grant(
  facts: PrepareFacts,
  dn: Dn,
  wished: readonly Permission[],
  needsOwnership = false,
): readonly GrantStep[] {
  const there = facts.at(dn);
  if (there?.dacl === 'hidden' && !needsOwnership) throw hidden(dn);
  const held = there?.dacl === undefined || there.dacl === 'hidden' ? undefined : there.dacl;
  const permissions = wished.filter(
    (permission) => held === undefined || missingFrom(held, [aceOf(permission)]).length > 0,
  );
  return permissions.length === 0 ? [] : [{ do: 'grant', dn, permissions, needsOwnership }];
}

const hidden = (dn: Dn): PrepareError =>
  new PrepareError(
    'DACL_HIDDEN',
    `The permissions of ${dn} cannot be read, so nothing can be added to them.`,
    'Prepare as a domain administrator (for devices: as an enterprise administrator).',
  );
