import type { Dn, ObjectGuid } from '../../../shared/domain/index.ts';
import { createdObject } from '../../plan/planned.ts';
import { guidDn } from './alternative.ts';

/** An existing object of a plan: its DN as last seen, and its GUID. */
export type Target = { readonly dn: Dn; readonly guid: ObjectGuid };

/**
 * By what to write an object: its GUID, so that no other object that has got the DN meanwhile is hit. An object that the
 * same plan has just created has none in the plan, and is written by its DN.
 */
export const addressOf = ({ dn, guid }: Target): Dn => (guid === createdObject ? dn : guidDn(guid));
