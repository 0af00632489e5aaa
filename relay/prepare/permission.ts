import type { ObjectGuid, Sid } from '../../shared/domain/index.ts';
import type { Ace } from './security/ace.ts';
import { inheritance, maskOf, type Right } from './security/rights.ts';

/** Something in the schema or among the extended rights, by its name and the GUID that entries carry. */
export type Named = { readonly name: string; readonly guid: ObjectGuid };

/** One access-control entry in words: who may do what to what, and where. */
export type Permission = {
  readonly trustee: { readonly sid: Sid; readonly name: string };
  readonly rights: readonly Right[];
  /** The attribute, the class of children or the extended right; undefined: all of them. */
  readonly object?: Named | undefined;
  /** `here`: the object itself; `hereAndBelow`: and every container below; `below`: objects of the class, at any depth. */
  readonly reach: 'here' | 'hereAndBelow' | 'below';
  readonly onlyClass?: Named | undefined;
};

const flagsOf: Readonly<Record<Permission['reach'], number>> = {
  here: 0,
  hereAndBelow: inheritance.containers,
  below: inheritance.containers | inheritance.inheritOnly,
};

export const aceOf = ({ trustee, rights, object, reach, onlyClass }: Permission): Ace => ({
  effect: 'allow',
  flags: flagsOf[reach],
  mask: maskOf(rights),
  trustee: trustee.sid,
  objectType: object?.guid,
  inheritedObjectType: onlyClass?.guid,
});
