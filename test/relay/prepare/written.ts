import { type Directory, openDirectory } from '../../../relay/directory/index.ts';
import { gather } from '../../../relay/handle/gather.ts';
import { makePlan } from '../../../relay/plan/make-plan.ts';
import { desiredDevice, desiredGroup, desiredUser } from '../../../shared/desired/index.ts';
import {
  type DesiredObject,
  DeviceProperties,
  EntraId,
  GroupProperties,
  type Intent,
  type Membership,
  Moment,
  type Operation,
  UserProperties,
} from '../../../shared/domain/index.ts';
import { defaultPolicy } from '../../../shared/policy/index.ts';
import { removeIntent, unchanged, writeIntent } from '../intents.ts';
import type { Forest } from './forest.ts';

/** What the cloud says, as the core makes AD objects of it, written with the rights of the relay's account. */

const { defaults } = defaultPolicy();
const readAt = Moment.parse('2026-03-01T08:00:00.000Z');
const head = (id: string) => ({ id: EntraId.parse(id), presence: 'present', readAt }) as const;
const exchange = {
  organization: 'First Organization',
  addressLists: [],
  routingDomain: 'contoso.mail.onmicrosoft.com',
};

export const groupId = '3a5c3221-c465-48c0-95b8-e93057860001';
export const userId = '3a5c3221-c465-48c0-95b8-e93057860002';
export const deviceObjectId = '3a5c3221-c465-48c0-95b8-e93057860003';
export const deviceId = '00112233-4455-6677-8899-aabbccddeeff';
export const deviceKey = `X509:<SHA1-TP-PUBKEY>${'0123456789ABCDEF'.repeat(2)}01234567${'A'.repeat(43)}=`;

export const group = (over: object = {}): DesiredObject =>
  desiredGroup(
    {
      kind: 'group',
      ...head(groupId),
      properties: GroupProperties.parse({
        displayName: 'Sales',
        description: 'All of sales',
        groupTypes: ['Unified'],
        mailEnabled: true,
        securityEnabled: false,
        mail: 'sales@contoso.example',
        mailNickname: 'sales',
        ...over,
      }),
    },
    defaults.groups,
    exchange,
  );

export const user = (over: object = {}): DesiredObject =>
  desiredUser(
    {
      kind: 'user',
      ...head(userId),
      properties: UserProperties.parse({
        userPrincipalName: 'ada@contoso.example',
        displayName: 'Ada Lovelace',
        givenName: 'Ada',
        surname: 'Lovelace',
        accountEnabled: true,
        ...over,
      }),
    },
    { ...defaults.users, start: 'randomPassword' },
    exchange,
  );

export const device = (over: object = {}): DesiredObject =>
  desiredDevice(
    {
      kind: 'device',
      ...head(deviceObjectId),
      properties: DeviceProperties.parse({
        deviceId,
        displayName: 'LAPTOP-01',
        accountEnabled: true,
        operatingSystem: 'Windows',
        operatingSystemVersion: '10.0.22631.2861',
        isManaged: true,
        isCompliant: true,
        physicalIds: ['[GID]:g:6825'],
        alternativeSecurityIds: [{ type: 2, key: Buffer.from(deviceKey, 'utf16le').toString('base64') }],
        ...over,
      }),
    },
    defaults.devices,
  );

export type Writer = {
  readonly directory: Directory;
  /** Plans and writes it, and answers the operations. */
  write(desired: DesiredObject, membership?: Membership): Promise<readonly Operation[]>;
  remove(
    object: { readonly kind: 'group' | 'user' | 'device'; readonly id: string },
    mode: 'delete' | 'disable' | 'quarantine',
    quarantine?: string,
  ): Promise<readonly Operation[]>;
};

/** The relay's account at work, without the guard, so that AD alone decides what it may do. */
export async function writerOf(forest: Forest): Promise<Writer> {
  const directory = await openDirectory(forest.relay);
  const carryOut = async (intent: Intent): Promise<readonly Operation[]> => {
    const { plan, refusal } = makePlan(await gather(directory, intent, readAt));
    if (refusal !== undefined) throw new Error(refusal.message);
    for (const operation of plan.operations) await directory.apply(operation);
    return plan.operations;
  };
  return {
    directory,
    write: (desired, membership = unchanged) => carryOut(writeIntent(desired, membership)),
    remove: ({ kind, id }, mode, quarantine) =>
      carryOut(removeIntent({ kind, id: EntraId.parse(id) }, mode, quarantine)),
  };
}
