import type { Dn } from '../../shared/domain/index.ts';
import { sameDn } from '../plan/dn.ts';
import type { PrepareFacts } from './facts.ts';
import { devicePlaces } from './places.ts';
import { fullDn, isDomainHead } from './plan-containers.ts';
import { inPowerShell } from './quote.ts';
import type { Dacl } from './security/descriptor.ts';
import type { PrepareWish } from './wish.ts';

/** What a person should know besides what is done: who else gets the rights, over what, and what stands in their way. */
export function notesOf(facts: PrepareFacts, wish: PrepareWish, places: readonly Dn[]): readonly string[] {
  const { account, kind, restoreDeleted } = wish;
  const everywhere = places.filter((dn) => isDomainHead(dn, facts));
  return [
    ...everywhere.map(
      (dn) =>
        `${account.name} gets rights on every ${kind} below ${dn}, others' included. One organisational unit is enough for writeback.`,
    ),
    ...(account.group === undefined
      ? []
      : [
          `${account.name} is a group: whoever is in it, directly or through other groups, has these rights.`,
        ]),
    ...(restoreDeleted && kind !== 'device'
      ? [
          `${account.name} may bring back deleted objects that it did not make, into the containers in which it may create them.`,
        ]
      : []),
    ...elsewhere(facts, wish, places),
    ...denied(facts, wish, places),
  ];
}

/** A device registration service that is there decides where devices go, whatever was asked for. */
function elsewhere(
  { forest }: PrepareFacts,
  { kind, containers }: PrepareWish,
  [place]: readonly Dn[],
): readonly string[] {
  if (kind !== 'device' || place === undefined) return [];
  const asked = fullDn(containers[0], forest.baseDn);
  if (sameDn(asked, place)) return [];
  return [`Devices go into ${place}, which the device registration service names, and not into ${asked}.`];
}

/** Everyone and Authenticated Users, of which every account is. */
const everybody: readonly string[] = ['S-1-1-0', 'S-1-5-11'];

/** An entry that denies beats what is given, and is left alone: who put it there had a reason. */
function denied(facts: PrepareFacts, wish: PrepareWish, places: readonly Dn[]): readonly string[] {
  const { configuration } = devicePlaces(facts.forest.configurationDn);
  return [...places, ...(wish.kind === 'device' ? [configuration] : [])].flatMap((dn) => {
    const dacl = facts.at(dn)?.dacl;
    if (dacl === undefined || dacl === 'hidden' || !denies(dacl, wish.account.sid)) return [];
    return [
      `An entry of ${dn} denies something to ${wish.account.name}, which beats what is given. Look whether it is meant so, and remove it if not: dsacls ${inPowerShell(dn)}`,
    ];
  });
}

/** Where Windows protects an object from accidents, it denies to Everyone to delete that object, which the relay never does. */
const denies = ({ entries }: Dacl, sid: string): boolean =>
  entries.some(
    ({ ace }) =>
      ace?.effect === 'deny' &&
      (ace.trustee === sid || everybody.includes(ace.trustee)) &&
      (ace.mask & ~fromAccidents) !== 0,
  );

/** Delete, and delete with everything below (MS-ADTS §5.1.3.2). */
const fromAccidents = 0x10000 | 0x40;
