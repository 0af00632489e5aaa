import {
  type ControllerOptions,
  type DomainController,
  defaultPassword,
  defaultRealm,
  startFromSnapshot,
} from './controller.ts';
import { ensureSchemaSnapshot, type Schema } from './schema-snapshot.ts';

export type { DomainController } from './controller.ts';
export type { Schema } from './schema-snapshot.ts';

/** How to start a domain controller. */
export interface DomainControllerOptions extends ControllerOptions {
  /** Schema of the forest; `exchange` is 2016 with a stand-in for the Exchange attributes. Default: 2016. */
  readonly schema?: Schema;
}

/**
 * Starts a domain controller of a new domain of its own. The first start per schema takes some seconds, later ones
 * well under one. It ends with this process at the latest.
 *
 * @throws when Samba is not installed (`ensureSamba` installs it), or no address can be had
 */
export async function startDomainController(
  options: DomainControllerOptions = {},
): Promise<DomainController> {
  const { schema = '2016', realm = defaultRealm, password = defaultPassword } = options;
  return startFromSnapshot(options, await ensureSchemaSnapshot(realm, schema, password));
}
