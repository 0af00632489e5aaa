import type { DesiredObject, Snapshot } from '../domain/index.ts';
import type { WriteSettings } from '../policy/evaluate/context.ts';
import { desiredDevice } from './device.ts';
import { desiredGroup } from './group.ts';
import type { ExchangeFacts } from './mail.ts';
import { desiredUser, type UserFacts } from './user.ts';

/**
 * The AD object of whatever evaluation decided to write. Throws where snapshot and settings are not
 * of the same kind: they must come from one evaluation.
 */
export function desiredObject(
  snapshot: Snapshot,
  write: WriteSettings,
  exchange: ExchangeFacts,
  facts: UserFacts = {},
): DesiredObject {
  if (snapshot.presence !== 'deleted') {
    if (snapshot.kind === 'group' && write.kind === 'group') {
      return desiredGroup(snapshot, write.settings, exchange);
    }
    if (snapshot.kind === 'user' && write.kind === 'user') {
      return desiredUser(snapshot, write.settings, exchange, facts);
    }
    if (snapshot.kind === 'device' && write.kind === 'device') {
      return desiredDevice(snapshot, write.settings);
    }
  }
  throw new TypeError(
    `A ${snapshot.presence} ${snapshot.kind} is not written with settings of a ${write.kind}.`,
  );
}
