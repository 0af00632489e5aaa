import {
  type DesiredObject,
  type DesiredUser,
  markerOf,
  type Violation,
  type WireValue,
} from '../../shared/domain/index.ts';
import type { TargetAttribute } from './attributes.ts';
import { dnInQuotes } from './dn.ts';
import { carriesMarker, foreignMarker, hasClassOf, holderDetails } from './markers.ts';
import type { DirectoryFacts, ObservedObject } from './observed.ts';
import { type PlanInput, type Planned, refuse, violationOf } from './planned.ts';
import { textOf, valuesOf } from './values.ts';

/** What only one object of a forest may have. Addresses are as in proxyAddresses, such as `smtp:ada@corp.example`. */
export type UniqueValues = {
  readonly userPrincipalNames: readonly string[];
  readonly samAccountNames: readonly string[];
  readonly addresses: readonly string[];
};

type Forest = Pick<DirectoryFacts, 'exchangePrepared' | 'dnsDomain'>;

/**
 * What must be looked for in the forest before this object is written: for users what the account
 * does not hold yet. Undefined where there is nothing to look for.
 */
export function valuesToCheck(
  desired: DesiredObject,
  object: ObservedObject | undefined,
  forest: Forest,
): UniqueValues | undefined {
  if (desired.kind !== 'user') return undefined;
  const upn = upnOf(desired);
  const upnChanges = upn !== undefined && !isSame(upn, textOf(object, 'userPrincipalName'));
  const samChanges = !isSame(desired.samAccountName, textOf(object, 'sAMAccountName'));
  const local = upn === undefined ? undefined : impliedSam(upn, forest);
  // An account without mail attributes takes no address from anybody; whether it may be created is another question.
  const takesAddresses = object === undefined || forest.exchangePrepared;
  const held = addressesOf(object);
  const values: UniqueValues = {
    userPrincipalNames: [
      ...(upnChanges ? [upn] : []),
      ...(samChanges ? [impliedUpn(desired.samAccountName, forest)] : []),
    ],
    samAccountNames: [
      ...(samChanges ? [desired.samAccountName] : []),
      ...(upnChanges && local !== undefined ? [local] : []),
    ],
    addresses: takesAddresses
      ? (desired.addresses ?? []).filter((address) => !held.has(address.toLowerCase()))
      : [],
  };
  return Object.values(values).some((some) => some.length > 0) ? values : undefined;
}

/** A value of the desired user that another object has. */
export type Conflict = {
  readonly attribute: 'userPrincipalName' | 'mail';
  readonly value: string;
  /** All addresses that the holder has. */
  readonly addresses: readonly string[];
  readonly holder: ObservedObject;
};

/** Who else has the user principal name, by itself or by its sAMAccountName, or one of the addresses; each holder once. */
export function conflictsOf(
  desired: DesiredObject,
  holders: readonly ObservedObject[],
  self: { readonly guid: string } | undefined,
  forest: Forest,
): readonly Conflict[] {
  if (desired.kind !== 'user') return [];
  const upn = upnOf(desired);
  const local = upn === undefined ? undefined : impliedSam(upn, forest);
  return holders
    .filter(({ guid }) => guid !== self?.guid)
    .flatMap((holder): readonly Conflict[] => {
      const hasUpn =
        isSame(upn, textOf(holder, 'userPrincipalName')) || isSame(local, textOf(holder, 'sAMAccountName'));
      const theirs = addressesOf(holder);
      const addresses = (desired.addresses ?? []).filter((address) => theirs.has(address.toLowerCase()));
      const [shared] = addresses;
      if (hasUpn && upn !== undefined)
        return [{ attribute: 'userPrincipalName', value: upn, addresses, holder }];
      return shared === undefined ? [] : [{ attribute: 'mail', value: shared, addresses, holder }];
    });
}

/**
 * Who else in the forest has the sAMAccountName; AD itself sees to the own domain only. Whoever has
 * `<sAMAccountName>@<domain>` for a user principal name logs on with the same words.
 */
export const samHolderAmong = (
  desired: DesiredObject,
  holders: readonly ObservedObject[],
  self: { readonly guid: string } | undefined,
  forest: Forest,
): ObservedObject | undefined => {
  if (desired.kind === 'device') return undefined;
  const implied = impliedUpn(desired.samAccountName, forest);
  return holders.find(
    (holder) =>
      holder.guid !== self?.guid &&
      (isSame(desired.samAccountName, textOf(holder, 'sAMAccountName')) ||
        isSame(implied, textOf(holder, 'userPrincipalName'))),
  );
};

/**
 * Nothing is created beside an account that seems to be the same person: whether it is, only a
 * person can say. What belongs to somebody else, or is no account, is a plain collision.
 */
export function refuseTaken(desired: DesiredUser, input: PlanInput, conflicts: readonly Conflict[]): Planned {
  const claimable = conflicts.find(({ holder }) => hasClassOf(holder, 'user') && !isMarked(holder, desired));
  const conflict = claimable ?? conflicts[0];
  if (!conflict) throw new RangeError('There is no conflict to refuse.');
  const what = `${inWords(conflict)}; nothing was created.`;
  if (!claimable) return refuse(input, 'NAME_COLLISION', what, detailsOf(conflict));
  const marker = markerOf(desired);
  const { dn, guid } = claimable.holder;
  const claim = `If it is the same person, claim the account on the machine of the relay: entra-writeback claim ${desired.id} --kind user --dn "${dnInQuotes(dn) ?? `<GUID=${guid}>`}" --guid ${guid} --config relay.yaml --reason "the same person" --yes; it is then continued with its SID. It must stand below an OU that relay.yaml allows.`;
  const otherwise = 'Otherwise change the name or the address of one of the two.';
  const details = { ...detailsOf(conflict), marker };
  return refuse(input, 'MARKER_CONFLICT', `${what} ${claim} ${otherwise}`, details);
}

/** On an account that is ours, a value that another object has is left as it was, and the collision is named. */
export const collisionsOfValues = (input: PlanInput, conflicts: readonly Conflict[]): readonly Violation[] =>
  conflicts.map((conflict) =>
    violationOf(input, 'NAME_COLLISION', `${inWords(conflict)}; it was left as it is.`, detailsOf(conflict)),
  );

/**
 * What is written to an account that is ours: nothing that another object has. Where the primary address is
 * taken, both mail attributes stay as they are; of other addresses only those that are taken are left out.
 */
export function withoutTaken(
  targets: readonly TargetAttribute[],
  conflicts: readonly Conflict[],
  object: ObservedObject,
): readonly TargetAttribute[] {
  const held = addressesOf(object);
  const taken = new Set(
    conflicts
      .flatMap(({ addresses }) => addresses.map((address) => address.toLowerCase()))
      .filter((address) => !held.has(address)),
  );
  const isTaken = (value: WireValue, prefix = ''): boolean =>
    typeof value === 'string' && taken.has(`${prefix}${value}`.toLowerCase());
  const keepsUpn = conflicts.some(({ attribute }) => attribute === 'userPrincipalName');
  const keepsMail = targets.some(
    ({ name, values }) => name === 'mail' && values.some((value) => isTaken(value, 'smtp:')),
  );
  return targets.flatMap((target): readonly TargetAttribute[] => {
    if (target.name === 'userPrincipalName') return keepsUpn ? [] : [target];
    if (target.name === 'mail') return keepsMail ? [] : [target];
    if (target.name !== 'proxyAddresses') return [target];
    return keepsMail ? [] : [{ ...target, values: target.values.filter((value) => !isTaken(value)) }];
  });
}

/** Every account may log on as `<sAMAccountName>@<domain>`, whatever its user principal name is (MS-ADTS §5.1.1.1.1). */
const impliedUpn = (samAccountName: string, { dnsDomain }: Forest): string =>
  `${samAccountName}@${dnsDomain}`;

/** The sAMAccountName by which somebody else would log on with this user principal name. */
function impliedSam(upn: string, { dnsDomain }: Forest): string | undefined {
  const at = upn.lastIndexOf('@');
  return isSame(upn.slice(at + 1), dnsDomain) ? upn.slice(0, at) : undefined;
}

const isSame = (one: string | undefined, other: string | undefined): boolean =>
  one !== undefined && one.toLowerCase() === other?.toLowerCase();

const upnOf = (desired: DesiredUser): string | undefined => {
  const [value] = desired.attributes.find(({ name }) => name === 'userPrincipalName')?.values ?? [];
  return typeof value === 'string' ? value : undefined;
};

/** All addresses that an object has, in lower case, with their kind; `mail` counts as one of them. */
function addressesOf(object: ObservedObject | undefined): ReadonlySet<string> {
  const mail = textOf(object, 'mail');
  const proxies = valuesOf(object, 'proxyAddresses').filter((value) => typeof value === 'string');
  return new Set(
    [...proxies, ...(mail === undefined ? [] : [`smtp:${mail}`])].map((one) => one.toLowerCase()),
  );
}

const isMarked = (holder: ObservedObject, desired: DesiredUser): boolean =>
  carriesMarker(holder, desired) || foreignMarker(holder, desired) !== undefined;

const inWords = ({ attribute, value, holder }: Conflict): string =>
  `${holder.dn} has the ${attribute === 'mail' ? 'address' : 'user principal name'} ${value.replace(/^smtp:/i, '')} that this user should get`;

const detailsOf = ({ attribute, value, holder }: Conflict) => ({
  attribute,
  value,
  ...holderDetails(holder),
});
