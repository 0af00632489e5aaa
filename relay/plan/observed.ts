import type {
  Dn,
  GroupScope,
  MemberReasonCode,
  ObjectGuid,
  Reference,
  Sid,
  WireValue,
} from '../../shared/domain/index.ts';

/** An AD object as it is. Attribute names are as the schema spells them; absent attributes are absent. */
export type ObservedObject = {
  readonly dn: Dn;
  readonly guid: ObjectGuid;
  readonly sid: Sid | undefined;
  readonly objectClass: readonly string[];
  readonly attributes: Readonly<Record<string, readonly WireValue[]>>;
};

/** A deleted object that carries our marker: in the Recycle Bin, or a tombstone that lost most attributes. */
export type DeletedObject = {
  readonly dn: Dn;
  readonly guid: ObjectGuid;
  readonly sid: Sid | undefined;
  readonly lastKnownParent: Dn | undefined;
  readonly recycled: boolean;
  /** Was protected by AdminSDHolder. Kept in the Recycle Bin; a tombstone has lost it. */
  readonly adminCount: number;
  /** Of accounts. */
  readonly userAccountControl: string | undefined;
};

/** All that must be known of AD to plan one intent, but for the members. */
export type Observation = {
  /** Every live object that carries the marker: none, the one, or a conflict. */
  readonly marked: readonly ObservedObject[];
  /** Deleted objects with the marker, newest first. Looked for only when none is live. */
  readonly deleted: readonly DeletedObject[];
  /** The object whose SID the desired object continues, where one is named. */
  readonly continued: ObservedObject | undefined;
  /** What stands at the desired DN, whoever owns it. */
  readonly atTarget: ObservedObject | undefined;
  /** Who has the desired sAMAccountName, whoever owns it. */
  readonly nameHolder: ObservedObject | undefined;
};

/** A member as AD holds it. `markerKey` is set for members that carry one of our markers. */
export type ObservedMember = {
  readonly dn: Dn;
  readonly guid: ObjectGuid;
  readonly sid: Sid | undefined;
  readonly markerKey: string | undefined;
};

/** What the relay found for a reference. */
export type Resolved =
  | {
      readonly found: true;
      readonly reference: Reference;
      readonly dn: Dn;
      readonly guid: ObjectGuid;
      readonly sid: Sid | undefined;
      readonly objectClass: string;
      /** For groups. */
      readonly scope: GroupScope | undefined;
    }
  | { readonly found: false; readonly reference: Reference; readonly reason: MemberReasonCode };

/** What the schema and the forest allow, read once per connection and refreshed now and then. */
export type DirectoryFacts = {
  readonly baseDn: Dn;
  readonly configurationDn: Dn;
  readonly schemaDn: Dn;
  readonly domainSid: Sid;
  readonly dnsDomain: string;
  /** objectVersion of the schema: 47 is 2008 R2, 69 is 2012 R2, 87 is 2016, 88 is 2019. */
  readonly schemaVersion: number;
  /** Whether the schema was extended for Exchange (ms-Exch-Schema-Version-Pt exists). */
  readonly exchangePrepared: boolean;
  readonly recycleBin: boolean;
  readonly vendor: 'samba' | 'microsoft';
  /** Does the schema have this attribute? Names are compared without case. */
  readonly hasAttribute: (name: string) => boolean;
};
