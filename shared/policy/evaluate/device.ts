import { deviceKind } from '../../classify/index.ts';
import { deviceKeysOf } from '../../desired/device-keys.ts';
import type { DeviceSnapshot } from '../../domain/index.ts';
import { daysSinceSignIn, readDevice } from '../attributes/device.ts';
import type { Policy } from '../policy.ts';
import type { Case } from './case.ts';
import type { Context, Evaluation } from './context.ts';
import { deletionOf, leaveScope, previousRule } from './endings.ts';

const disabled = { mode: 'disable', graceDays: 0 } as const;
const kept = { mode: 'keep', graceDays: 0 } as const;

/**
 * Decides over a device that is there or soft-deleted. Hybrid-joined devices exist in AD as
 * computers, and one that was written before it became one ends as `hardDeleted` says, because AD would have it
 * twice; all others need a rule, and a key of type 2, without which AD takes no device.
 */
export function evaluateDevice(
  device: DeviceSnapshot,
  policy: Policy,
  context: Context,
  open: Case,
): Evaluation {
  const { properties } = device;
  const kind = deviceKind(properties.trustType);
  open.check('presence', device.presence, device.presence === 'present', 'SOFT_DELETED');
  const isComputer = (reason: 'HYBRID_JOINED' | 'SYNCED_FROM_AD'): Evaluation => {
    if (!context.previous) return open.ignore(reason);
    const { hardDeleted } = deletionOf(policy.devices, policy.defaults.devices, context);
    return open.end(reason, hardDeleted);
  };
  if (!open.check('kind', kind, kind !== 'hybrid', 'HYBRID_JOINED')) return isComputer('HYBRID_JOINED');
  const synced = properties.onPremisesSyncEnabled === true;
  if (!open.check('source', synced ? 'onPremises' : 'cloud', !synced, 'SYNCED_FROM_AD')) {
    return isComputer('SYNCED_FROM_AD');
  }
  if (device.presence === 'softDeleted' && context.previous === null) return open.ignore('SOFT_DELETED');
  const matched = open.firstMatch(policy.devices, readDevice(device));
  const rule = (device.presence === 'softDeleted' && previousRule(policy.devices, context)) || matched;
  if (rule === 'unknown') return open.hold('NOT_READ');
  if (!rule) {
    const reason = policy.devices.length === 0 ? 'DEVICE_WRITEBACK_OFF' : 'NO_RULE_MATCHED';
    const { outOfScope } = deletionOf(policy.devices, policy.defaults.devices, context);
    return leaveScope(open, context, reason, outOfScope);
  }
  const { settings, name } = rule;
  const { deletion } = settings;
  if (!settings.writeback) return leaveScope(open, context, 'EXCLUDED_BY_RULE', deletion.outOfScope, name);
  if (device.presence === 'softDeleted') return open.end('SOFT_DELETED', deletion.softDeleted, name);
  const days = daysSinceSignIn(device);
  const stale = days !== null && settings.staleAfterDays !== null && days > settings.staleAfterDays;
  if (!open.check('daysSinceSignIn', days, !stale, 'DEVICE_STALE')) {
    return context.previous === null
      ? open.ignore('DEVICE_STALE', name)
      : open.end('DEVICE_STALE', deletion.stale, name);
  }
  const keys = deviceKeysOf(properties).length;
  if (!open.check('keys', keys, keys > 0, 'DEVICE_KEY_MISSING')) {
    open.violate('DEVICE_KEY_MISSING', 'The device has no key of type 2.', name, settings.severity);
    // Without its key nothing is written, but what the cloud has turned off must not stay on in AD.
    const ending = properties.accountEnabled === false ? disabled : kept;
    return open.end('DEVICE_KEY_MISSING', ending, name);
  }
  return open.write('WRITE_BY_RULE', name, { kind: 'device', settings });
}
