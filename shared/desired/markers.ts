import { type DesiredAttribute, markerOf, type ObjectRef } from '../domain/index.ts';
import { attribute } from './attributes.ts';

/** The attributes that make an AD object ours (see shared/domain/marker.ts). */
export const markers = (object: ObjectRef): readonly DesiredAttribute[] => [
  attribute('adminDescription', [markerOf(object)]),
  attribute('msDS-ExternalDirectoryObjectId', [markerOf(object)], 'schemaHasIt'),
];
