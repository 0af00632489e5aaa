import type { Dn } from '../../shared/domain/index.ts';
import type { DeviceService } from '../plan/device-place.ts';
import type { DirectoryFacts } from '../plan/observed.ts';
import type { SchemaIds } from './schema-ids.ts';
import type { Dacl } from './security/descriptor.ts';

/** An object as it stands. */
export type Standing = {
  readonly dn: Dn;
  readonly objectClass: readonly string[];
  readonly dacl: Dacl | 'hidden';
};

/** All that a plan is made of: what this forest has of what the wish names. */
export type PrepareFacts = {
  readonly forest: DirectoryFacts;
  readonly ids: SchemaIds;
  /** What stands at this DN; undefined: nothing. */
  readonly at: (dn: Dn) => Standing | undefined;
  readonly deviceServices: readonly DeviceService[];
};
