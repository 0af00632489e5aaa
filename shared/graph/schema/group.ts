import { z } from 'zod';
import { EntraId, type GroupProperties, OnPremisesGroupType } from '../../domain/index.ts';
import { flag, sid, text, texts, toldFlag, toldSid, toldText, toldTexts } from './fields.ts';

const base = {
  id: EntraId,
  description: text,
  mail: text,
  mailNickname: text,
  proxyAddresses: texts,
  isAssignableToRole: flag,
  isManagementRestricted: flag,
  membershipRule: text,
  visibility: text,
  classification: text,
  createdDateTime: text,
};

/** A part that nobody has set may be left out of the answer; it means the same as null. */
const configuration = z.object({
  isEnabled: z
    .boolean()
    .nullish()
    .transform((value) => value ?? null),
  onPremisesGroupType: OnPremisesGroupType.nullish().transform((value) => value ?? null),
});
const unset = { isEnabled: null, onPremisesGroupType: null } as const;

/** A live group: what decides whether and how it is written must be there. */
const Live = z.object({
  ...base,
  displayName: toldText,
  groupTypes: toldTexts,
  mailEnabled: toldFlag,
  securityEnabled: toldFlag,
  onPremisesSyncEnabled: toldFlag,
  onPremisesSecurityIdentifier: toldSid,
});

/** A live group of Graph beta, which has the writeback configuration. */
const LiveWithConfiguration = Live.extend({ writebackConfiguration: configuration.nullable() });

/** A group in the recycle bin, of which Graph answers the default properties only. It is frozen whatever they are. */
const Deleted = z.object({
  ...base,
  displayName: text,
  groupTypes: texts,
  mailEnabled: flag,
  securityEnabled: flag,
  onPremisesSyncEnabled: flag,
  onPremisesSecurityIdentifier: sid,
});

/** Properties to select of a live group. */
export const groupSelection = (withConfiguration: boolean): readonly string[] =>
  Object.keys((withConfiguration ? LiveWithConfiguration : Live).shape);

export type GroupRead = { readonly id: EntraId; readonly properties: GroupProperties };

const groupOf = ({
  id,
  ...raw
}: z.output<typeof Deleted> & {
  readonly writebackConfiguration?: GroupProperties['writebackConfiguration'] | null;
}): GroupRead => ({
  id,
  properties: {
    ...raw,
    displayName: raw.displayName ?? '',
    mailEnabled: raw.mailEnabled ?? false,
    securityEnabled: raw.securityEnabled ?? false,
    writebackConfiguration: raw.writebackConfiguration ?? unset,
    isCloudManaged: null,
    extensions: {},
    owners: null,
    administrativeUnits: null,
    memberCount: null,
  },
});

export const LiveGroup = Live.transform(groupOf);
export const LiveGroupWithConfiguration = LiveWithConfiguration.transform(groupOf);
export const DeletedGroup = Deleted.transform(groupOf);
