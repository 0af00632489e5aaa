import type { Dn } from '../../shared/domain/index.ts';
import { showDeleted } from '../directory/connection/controls.ts';
import { textsOf } from '../directory/connection/entry.ts';
import { readDeviceServices } from '../directory/read/device-registration.ts';
import { findAt } from '../directory/read/find.ts';
import { isBelow, keyOfDn, parentOf, sameDn } from '../plan/dn.ts';
import type { PrepareFacts, Standing } from './facts.ts';
import { namesNeeded } from './permissions.ts';
import { deletedObjects, devicePlaces } from './places.ts';
import { fullContainers } from './plan-containers.ts';
import { attributesOf } from './plan-prepare.ts';
import { readSchemaIds } from './schema-ids.ts';
import { readDacl, type Session } from './session.ts';
import type { PrepareWish } from './wish.ts';

/** Reads what a plan for this wish is made of. Writes nothing; reading rights are enough. */
export async function readFacts(session: Session, wish: PrepareWish): Promise<PrepareFacts> {
  const { facts: forest } = session;
  const { baseDn, configurationDn } = forest;
  const [ids, deviceServices] = await Promise.all([
    readSchemaIds(session, namesNeeded(wish.kind, attributesOf({ forest }, wish))),
    wish.kind === 'device' ? readDeviceServices(session, configurationDn) : [],
  ]);
  const dns = [
    ...fullContainers(wish.containers, baseDn).flatMap((dn) => [dn, ...ancestors(dn, baseDn)]),
    ...(wish.kind === 'device' ? Object.values(devicePlaces(configurationDn)) : []),
    ...deviceServices.flatMap(({ location }) => location ?? []),
    ...(wish.restoreDeleted ? [baseDn, deletedObjects(baseDn)] : []),
  ];
  const found = await Promise.all(dns.map((dn) => readStanding(session, dn)));
  const standing = new Map(
    found.flatMap((one) => (one === undefined ? [] : [[keyOfDn(one.dn), one] as const])),
  );
  return { forest, ids, at: (dn) => standing.get(keyOfDn(dn)), deviceServices };
}

/** An object and its permissions, or undefined where there is none. */
export async function readStanding(session: Session, dn: Dn): Promise<Standing | undefined> {
  const [entry, dacl] = await Promise.all([
    findAt(session, dn, ['objectClass'], [showDeleted()]),
    readDacl(session, dn),
  ]);
  if (entry === undefined) return undefined;
  return { dn, objectClass: textsOf(entry, 'objectClass'), dacl: dacl ?? 'hidden' };
}

/** What stands above an object, up to the head of the domain. */
function ancestors(dn: Dn, baseDn: Dn): readonly Dn[] {
  const parent = parentOf(dn);
  if (parent === undefined || !(isBelow(parent, baseDn) || sameDn(parent, baseDn))) return [];
  return [parent, ...ancestors(parent, baseDn)];
}
